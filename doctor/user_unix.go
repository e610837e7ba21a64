//go:build unix

package doctor

import (
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// identity is that of a process.
type identity struct {
	uid    int
	groups []int
}

// caddyUser is who Caddy runs as, or else who asks.
func (s *Setup) caddyUser() identity {
	names, _ := filepath.Glob(filepath.Join(s.proc, "[0-9]*", "comm"))
	for _, name := range names {
		comm, err := os.ReadFile(name)
		dir := filepath.Dir(name)
		if err != nil || strings.TrimSpace(string(comm)) != "caddy" || filepath.Base(dir) == strconv.Itoa(os.Getpid()) {
			continue
		}
		if status, err := os.ReadFile(filepath.Join(dir, "status")); err == nil {
			return parseStatus(string(status))
		}
	}
	groups, _ := os.Getgroups()
	return identity{os.Geteuid(), append(groups, os.Getegid())}
}

// parseStatus reads the effective ids of /proc/<pid>/status: proc(5).
func parseStatus(status string) (who identity) {
	for line := range strings.Lines(status) {
		name, values, _ := strings.Cut(line, ":")
		var ids []int
		for _, value := range strings.Fields(values) {
			id, _ := strconv.Atoi(value)
			ids = append(ids, id)
		}
		switch {
		case name == "Uid" && len(ids) > 1:
			who.uid = ids[1]
		case name == "Gid" && len(ids) > 1:
			who.groups = append(who.groups, ids[1])
		case name == "Groups":
			who.groups = append(who.groups, ids...)
		}
	}
	return who
}

func (who identity) String() string {
	if found, err := user.LookupId(strconv.Itoa(who.uid)); err == nil {
		return found.Username
	}
	return strconv.Itoa(who.uid)
}

// denied says what keeps a user from connecting to a socket: it takes the right to write
// to it, and to pass all directories on the way.
func (who identity) denied(path string) string {
	if who.uid == 0 {
		return ""
	}
	for dir := filepath.Dir(path); ; dir = filepath.Dir(dir) {
		if !who.may(dir, 1) {
			return "it may not enter " + dir
		}
		if dir == filepath.Dir(dir) {
			break
		}
	}
	if !who.may(path, 2) {
		info, _ := os.Stat(path)
		return fmt.Sprintf("it may not write to it (%s)", info.Mode())
	}
	return ""
}

// may looks up a right, by its bit, of the owner, the group or the others.
func (who identity) may(path string, right fs.FileMode) bool {
	info, err := os.Stat(path)
	if err != nil {
		return true // not to be known from here
	}
	stat, is := info.Sys().(*syscall.Stat_t)
	switch {
	case !is:
		return true
	case int(stat.Uid) == who.uid:
		right <<= 6
	case slices.Contains(who.groups, int(stat.Gid)):
		right <<= 3
	}
	return info.Mode().Perm()&right != 0
}
