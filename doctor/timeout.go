package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// gunicornTimeout is gunicorn's default.
const gunicornTimeout = 30 * time.Second

// checkWorkerTimeout finds workers that may go on with what the gateway has given up.
func checkWorkerTimeout(_ context.Context, s *Setup) Check {
	if len(s.Upstreams) == 0 {
		return skipped("the configuration is not known: name it with --config")
	}
	timeout, running, err := s.workerTimeout()
	switch {
	case err != nil:
		return skipped(err.Error())
	case !running:
		return skipped("gunicorn is not among the processes here")
	case s.Timeout == 0:
		return ok(fmt.Sprintf("gunicorn gives a worker %s, and the gateway waits for ever", timeout))
	case timeout == 0 || timeout >= s.Timeout:
		after := "after " + timeout.String()
		if timeout == 0 {
			after = "never"
		}
		return fail(fmt.Sprintf("the gateway gives up after %s, and gunicorn %s: workers go on with what nobody waits for", s.Timeout, after),
			"set gunicorn's --timeout below that of the gateway, or write a longer timeout in the directive django")
	}
	return ok(fmt.Sprintf("gunicorn gives up after %s, the gateway after %s", timeout, s.Timeout))
}

// configured is a timeout in a configuration file, and what it is set to.
var configured = regexp.MustCompile(`(?m)^timeout\s*=\s*([^#\n]*)`)

// servers are the processes behind the upstreams, or all if it is not ours to see which those are.
func (s *Setup) servers() (all []process) {
	for _, upstream := range s.Upstreams {
		all = append(all, s.listeners(upstream)...)
	}
	if len(all) > 0 {
		return all
	}
	names, _ := filepath.Glob(filepath.Join(s.proc, "[0-9]*"))
	for _, name := range names {
		all = append(all, process(name))
	}
	return all
}

// workerTimeout is the longest of the gunicorns that run. The error says why it is not
// to be known.
func (s *Setup) workerTimeout() (longest time.Duration, running bool, err error) {
	for _, p := range s.servers() {
		args := p.args()
		if !isGunicorn(args) {
			continue
		}
		dir := string(p)
		timeout, said := timeoutOf(args)
		if !said {
			timeout, said = timeoutOf(strings.Fields(variable(dir, "GUNICORN_CMD_ARGS")))
		}
		if !said {
			if timeout, err = configuredTimeout(args, filepath.Join(dir, "cwd")); err != nil {
				return 0, true, err
			}
		}
		if timeout == 0 {
			return 0, true, nil
		}
		longest, running = max(longest, timeout), true
	}
	return longest, running, nil
}

// words are what /proc separates by zeros.
func words(text []byte) []string {
	return strings.Split(strings.TrimRight(string(text), "\x00"), "\x00")
}

// variable is one of a process's environment, empty if that is not ours to read.
func variable(dir, name string) string {
	text, _ := os.ReadFile(filepath.Join(dir, "environ"))
	for _, word := range words(text) {
		if value, ok := strings.CutPrefix(word, name+"="); ok {
			return value
		}
	}
	return ""
}

// isGunicorn knows it by its name, alone or as a module of Python.
func isGunicorn(args []string) bool {
	for i, arg := range args {
		if filepath.Base(arg) == "gunicorn" && (i < 2 || args[i-1] == "-m") {
			return true
		}
		if i > 3 {
			break
		}
	}
	return false
}

// timeoutOf reads --timeout of a command line, in seconds.
func timeoutOf(args []string) (timeout time.Duration, said bool) {
	seconds, err := strconv.Atoi(flagOf(args, "--timeout", "-t"))
	return time.Duration(seconds) * time.Second, err == nil
}

// flagOf is the last value of a flag, in each of the ways to write it.
func flagOf(args []string, long, short string) (value string) {
	for i, arg := range args {
		switch {
		case (arg == long || arg == short) && i+1 < len(args):
			value = args[i+1]
		case strings.HasPrefix(arg, long+"="):
			value = arg[len(long)+1:]
		case strings.HasPrefix(arg, short) && !strings.HasPrefix(arg, "--"):
			value = arg[len(short):]
		}
	}
	return value
}

// configuredTimeout reads the configuration file, as far as that needs no Python.
func configuredTimeout(args []string, cwd string) (time.Duration, error) {
	file := strings.TrimPrefix(flagOf(args, "--config", "-c"), "file:")
	if file == "" {
		file = "gunicorn.conf.py"
	}
	if !filepath.IsAbs(file) {
		file = filepath.Join(cwd, file)
	}
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrPermission) {
		return 0, fmt.Errorf("the configuration of gunicorn is not yours to read: %w", err)
	}
	match := configured.FindSubmatch(text)
	if err != nil || match == nil {
		return gunicornTimeout, nil
	}
	value := strings.TrimSpace(string(match[1]))
	seconds, err := strconv.Atoi(value)
	if err != nil {
		return 0, fmt.Errorf("timeout = %s in %s is no number: see that it is less than that of the gateway", value, file)
	}
	return time.Duration(seconds) * time.Second, nil
}
