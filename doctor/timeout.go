package doctor

import (
	"context"
	"fmt"
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
	timeout, running := s.workerTimeout()
	switch {
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

var configured = regexp.MustCompile(`(?m)^timeout\s*=\s*(\d+)`)

// workerTimeout is the longest of the gunicorns that run.
func (s *Setup) workerTimeout() (longest time.Duration, running bool) {
	names, _ := filepath.Glob(filepath.Join(s.proc, "[0-9]*", "cmdline"))
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			continue
		}
		args := strings.Split(strings.TrimRight(string(text), "\x00"), "\x00")
		if !isGunicorn(args) {
			continue
		}
		timeout, said := timeoutOf(args)
		if !said {
			timeout = s.configuredTimeout(args, filepath.Join(filepath.Dir(name), "cwd"))
		}
		if timeout == 0 {
			return 0, true
		}
		longest, running = max(longest, timeout), true
	}
	return longest, running
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
	for i, arg := range args {
		value, equals := strings.CutPrefix(arg, "--timeout=")
		if !equals && (arg == "--timeout" || arg == "-t") && i+1 < len(args) {
			value, equals = args[i+1], true
		}
		if seconds, err := strconv.Atoi(value); equals && err == nil {
			timeout, said = time.Duration(seconds)*time.Second, true
		}
	}
	return timeout, said
}

// configuredTimeout reads the configuration file, as far as that needs no Python.
func (s *Setup) configuredTimeout(args []string, cwd string) time.Duration {
	file := "gunicorn.conf.py"
	for i, arg := range args {
		if (arg == "-c" || arg == "--config") && i+1 < len(args) {
			file = strings.TrimPrefix(args[i+1], "file:")
		}
	}
	if !filepath.IsAbs(file) {
		file = filepath.Join(cwd, file)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return gunicornTimeout
	}
	if match := configured.FindSubmatch(text); match != nil {
		if seconds, err := strconv.Atoi(string(match[1])); err == nil {
			return time.Duration(seconds) * time.Second
		}
	}
	return gunicornTimeout
}
