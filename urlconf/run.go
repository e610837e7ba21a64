package urlconf

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/caddy-django/gateway/route"
)

// Exit statuses of load.py.
const (
	statusFailed   = 1
	statusUnusable = 2
)

// straggling is how long to wait, once the project has ended, for processes it
// leaves behind that hold its output.
const straggling = 2 * time.Second

// execute runs a task in the project, and returns the JSON that it has made.
func (r *run) execute(ctx context.Context, task Task, args ...string) ([]byte, error) {
	dir, err := os.MkdirTemp("", "urlconf-*") // for this user alone
	if err != nil {
		return nil, fmt.Errorf("making room for what the project writes: %w", err)
	}
	defer os.RemoveAll(dir)
	result := filepath.Join(dir, "result.json")

	options, err := json.Marshal(map[string]string{
		"manage": r.manage, "entry": r.entry, "module": r.module, "root": r.dir, "settings": r.given(),
	})
	if err != nil {
		return nil, fmt.Errorf("naming the project: %w", err)
	}
	printed := &tail{limit: maxPrinted}
	cmd := exec.CommandContext(ctx, r.python.value, append([]string{"-", result, string(options)}, args...)...)
	cmd.Dir = r.dir
	cmd.Env = r.environ()
	cmd.Stdin = strings.NewReader(hooks + "\n\n" + loader + "\n\n" + string(task))
	cmd.Stdout, cmd.Stderr = printed, printed
	cmd.WaitDelay = straggling
	killAll(cmd)

	start := time.Now()
	ended := make(chan struct{})
	watched := r.watch(ctx, filepath.Join(dir, "waiting"), ended)
	err = cmd.Run()
	close(ended)
	waiting := <-watched
	r.readLoaded(filepath.Join(dir, "loaded.json"))
	if cmd.ProcessState == nil {
		return nil, fmt.Errorf("starting the Python of %s: %w: choose another with %s", r.python.source, err, optionPython)
	}
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return nil, r.timedOut(time.Since(start), waiting, printed)
	case ctx.Err() != nil:
		return nil, fmt.Errorf("loading the project: %w", ctx.Err())
	}
	written, err := readUpTo(result, route.MaxURLConfBytes+1)
	if err != nil {
		return nil, fmt.Errorf("reading what the project wrote: %w", err)
	}
	switch status := cmd.ProcessState.ExitCode(); {
	case len(written) > route.MaxURLConfBytes:
		return nil, fmt.Errorf("the URLconf takes more than %d MB as JSON", route.MaxURLConfBytes>>20)
	case status == 0 && json.Valid(written):
		return written, nil
	case status == statusFailed && len(written) > 0:
		return nil, r.failed(string(written), printed)
	case status == statusUnusable && len(written) > 0:
		return nil, fmt.Errorf("%s (from %s) cannot run the project: %s: %s", r.python.value, r.python.source, written, fixPythonOf(r.dir, r.root, filepath.Dir(r.root)))
	}
	// The project ended the process itself, or the system did.
	return nil, r.failed("it ended before Django was done, with "+cmd.ProcessState.String(), printed)
}

// given is the settings module that the user named, which overrides manage.py. One of the
// environment does not.
func (r *run) given() string {
	if r.settings.source == optionSettings {
		return r.settings.value
	}
	return ""
}

// developmentServer are variables that runserver sets in its child. A manage.py that sees one
// starts debuggers.
var developmentServer = []string{"RUN_MAIN", "WERKZEUG_RUN_MAIN"}

func (r *run) environ() []string {
	environ := slices.DeleteFunc(os.Environ(), func(variable string) bool {
		name, _, _ := strings.Cut(variable, "=")
		return slices.Contains(developmentServer, name) || variable == settingsVariable+"=" // none is meant
	})
	if given := r.given(); given != "" {
		environ = append(environ, settingsVariable+"="+given)
	}
	return append(environ,
		"PYTHONDONTWRITEBYTECODE=1",               // the project is only read
		"PYTHONIOENCODING=utf-8:backslashreplace", // in the C locale a print of é would end it
	)
}

// readLoaded reads what manage.py has prepared. A project that failed early has not said.
func (r *run) readLoaded(path string) {
	if text, err := readUpTo(path, maxLoaded); err == nil {
		_ = json.Unmarshal(text, &r.loaded) // half of it is as good as none
	}
}

// maxLoaded is more than an environment can have, in bytes.
const maxLoaded = 16 << 20

// readUpTo reads a file, or as much of it as is allowed. One that is not there is empty.
func readUpTo(path string, limit int64) ([]byte, error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, limit))
}
