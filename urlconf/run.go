package urlconf

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/caddy-django/gateway/route"
)

// Exit statuses of export.py.
const (
	statusFailed   = 1
	statusUnusable = 2
)

// export runs export.py in the project.
func (r run) export(ctx context.Context) ([]byte, error) {
	if r.urlconf == "" {
		return r.execute(ctx, program)
	}
	return r.execute(ctx, program, r.urlconf)
}

// straggling is how long to wait, once the project has ended, for processes it
// leaves behind that hold its output.
const straggling = 2 * time.Second

// execute runs a program in the project, and returns the JSON that it has written.
// The program is called with the file to write to and args, and ends with one of the
// statuses above.
func (r run) execute(ctx context.Context, program string, args ...string) ([]byte, error) {
	result, err := os.CreateTemp("", "urlconf-*.json")
	if err != nil {
		return nil, fmt.Errorf("making room for what the project writes: %w", err)
	}
	defer os.Remove(result.Name())
	defer result.Close()

	printed := &tail{limit: maxPrinted}
	cmd := exec.CommandContext(ctx, r.python.value, append([]string{"-", result.Name()}, args...)...)
	cmd.Dir = r.dir
	cmd.Env = append(os.Environ(),
		settingsVariable+"="+r.settings.value,
		"PYTHONDONTWRITEBYTECODE=1",               // the project is only read
		"PYTHONIOENCODING=utf-8:backslashreplace", // in the C locale a print of é would end it
	)
	cmd.Stdin = strings.NewReader(program)
	cmd.Stdout, cmd.Stderr = printed, printed
	cmd.WaitDelay = straggling
	killAll(cmd)

	start := time.Now()
	err = cmd.Run()
	if cmd.ProcessState == nil {
		return nil, fmt.Errorf("starting the Python of %s: %w: choose another with %s", r.python.source, err, optionPython)
	}
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return nil, r.failed(fmt.Sprintf("it was not done after %.0f s", time.Since(start).Seconds()), printed)
	case ctx.Err() != nil:
		return nil, fmt.Errorf("loading the project: %w", ctx.Err())
	}
	written, err := io.ReadAll(io.LimitReader(result, route.MaxURLConfBytes+1))
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
		return nil, fmt.Errorf("%s (from %s) cannot run the project: %s: %s", r.python.value, r.python.source, written, fixPython)
	}
	// The project ended the process itself, or the system did.
	return nil, r.failed("it ended before Django was done, with "+cmd.ProcessState.String(), printed)
}
