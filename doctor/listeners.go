package doctor

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// process is a directory of /proc.
type process string

// listeners are the processes that hold the socket of an upstream, as far as that is ours to see: a server's main
// process, its workers, and systemd if that has opened it.
func (s *Setup) listeners(upstream string) (all []process) {
	sockets := s.inodes(upstream)
	if len(sockets) == 0 {
		return nil
	}
	links, _ := filepath.Glob(filepath.Join(s.proc, "[0-9]*", "fd", "*"))
	for _, link := range links {
		p := process(filepath.Dir(filepath.Dir(link)))
		if to, err := os.Readlink(link); err == nil && slices.Contains(sockets, to) && !slices.Contains(all, p) && p.pid() != 1 {
			all = append(all, p)
		}
	}
	slices.SortFunc(all, func(a, b process) int { return a.pid() - b.pid() })
	return all
}

// inodes are the sockets that listen on the address of an upstream, as links to them are written: proc(5).
func (s *Setup) inodes(upstream string) (all []string) {
	if path, is := socketOf(upstream); is {
		for _, row := range s.table("unix") {
			if len(row) > 7 && row[7] == path && row[3] == acceptsUnix {
				all = append(all, "socket:["+row[6]+"]")
			}
		}
		return all
	}
	_, text, _ := net.SplitHostPort(upstream)
	port, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		return nil
	}
	suffix := fmt.Sprintf(":%04X", port)
	for _, name := range []string{"tcp", "tcp6"} {
		for _, row := range s.table(name) {
			if len(row) > 9 && strings.HasSuffix(row[1], suffix) && row[3] == listensTCP {
				all = append(all, "socket:["+row[9]+"]")
			}
		}
	}
	return all
}

// Of the kernel: SO_ACCEPTCON among the flags, and the state TCP_LISTEN.
const (
	acceptsUnix = "00010000"
	listensTCP  = "0A"
)

func (s *Setup) table(name string) (rows [][]string) {
	text, _ := os.ReadFile(filepath.Join(s.proc, "net", name))
	for line := range strings.Lines(string(text)) {
		rows = append(rows, strings.Fields(line))
	}
	return rows
}

func (p process) pid() int {
	pid, _ := strconv.Atoi(filepath.Base(string(p)))
	return pid
}

// name is what the kernel calls it, in at most 15 characters.
func (p process) name() string {
	comm, _ := os.ReadFile(filepath.Join(string(p), "comm"))
	return strings.TrimSpace(string(comm))
}

func (p process) String() string { return fmt.Sprintf("process %d (%s)", p.pid(), p.name()) }

// args are those of its command line, unless it has written something else there.
func (p process) args() []string {
	text, _ := os.ReadFile(filepath.Join(string(p), "cmdline"))
	return words(text)
}

// program is the file that it runs, without links.
func (p process) program() string {
	path, _ := os.Readlink(filepath.Join(string(p), "exe"))
	return strings.TrimSuffix(path, " (deleted)")
}

// readable reports whether its environment is ours to read, and still one: setproctitle writes over it.
func (p process) readable() bool {
	text, err := os.ReadFile(filepath.Join(string(p), "environ"))
	return err == nil && strings.Contains(string(text), "=")
}

// file is where it sees a path.
func (p process) file(path string) string {
	if filepath.IsAbs(path) {
		return filepath.Join(string(p), "root") + path
	}
	return filepath.Join(string(p), "cwd", path)
}
