// Package stack starts the parts of a real installation as processes on the
// loopback interface: the demo shop under gunicorn or uvicorn, Caddy, Bugsink,
// Prometheus. The demo and the integration tests stand on it.
package stack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// Process is a server that was started and is ready.
type Process struct {
	Name string
	Log  string // path of its output
	Addr string // host:port it listens on

	cmd    *exec.Cmd
	exited chan struct{} // closed when the process has ended
}

// Spec says how to start a process.
type Spec struct {
	Name  string
	Args  []string // command line
	Env   []string // added to this process's own
	Dir   string   // working directory and place of the log
	Addr  string
	Ready func(ctx context.Context) error // nil: something listens on Addr

	Output io.Writer // gets what goes into the log; may be nil
}

// readyTimeout is for a busy machine.
const readyTimeout = 60 * time.Second

// Start starts a process and waits until it is ready.
func Start(ctx context.Context, s Spec) (*Process, error) {
	if listening(s.Addr)(ctx) == nil {
		return nil, fmt.Errorf("starting %s: somebody else listens on %s", s.Name, s.Addr)
	}
	if err := os.MkdirAll(s.Dir, 0o755); err != nil {
		return nil, err
	}
	log, err := os.OpenFile(filepath.Join(s.Dir, s.Name+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(s.Args[0], s.Args[1:]...)
	cmd.Env = append(os.Environ(), s.Env...)
	cmd.Dir = s.Dir
	output := io.Writer(log)
	if s.Output != nil {
		output = io.MultiWriter(log, s.Output)
	}
	cmd.Stdout, cmd.Stderr = output, output
	// Ctrl-C is for the one who started it, and who ends the others in order.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		log.Close()
		return nil, fmt.Errorf("starting %s: %w", s.Name, err)
	}
	p := &Process{Name: s.Name, Log: log.Name(), Addr: s.Addr, cmd: cmd, exited: make(chan struct{})}
	go func() {
		cmd.Wait()
		log.Close()
		close(p.exited)
	}()
	ready := s.Ready
	if ready == nil {
		ready = listening(s.Addr)
	}
	if err := p.await(ctx, ready); err != nil {
		p.Stop()
		return nil, fmt.Errorf("%s is not ready: %w\n%s", s.Name, err, p.Tail())
	}
	return p, nil
}

func (p *Process) await(ctx context.Context, ready func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	for {
		err := ready(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-p.exited:
			return errors.New("it ended: " + p.cmd.ProcessState.String())
		case <-ctx.Done():
			return err
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// Pid is the process's own.
func (p *Process) Pid() int { return p.cmd.Process.Pid }

// Exited is closed when the process has ended.
func (p *Process) Exited() <-chan struct{} { return p.exited }

// End says how the process has ended, such as "exit status 1"; empty if it has not.
func (p *Process) End() string {
	select {
	case <-p.exited:
		return p.cmd.ProcessState.String()
	default:
		return ""
	}
}

// Stop ends the process, gently at first.
func (p *Process) Stop() {
	p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.exited:
	case <-time.After(15 * time.Second):
		p.Kill()
	}
}

// Kill ends the process as a crash would, together with its children: a worker
// that hangs would not notice that gunicorn is gone.
func (p *Process) Kill() {
	syscall.Kill(-p.Pid(), syscall.SIGKILL)
	<-p.exited
}

// Tail is the end of the log, for an error message.
func (p *Process) Tail() string {
	log, err := os.ReadFile(p.Log)
	if err != nil {
		return err.Error()
	}
	return string(log[max(0, len(log)-3000):])
}

func listening(addr string) func(context.Context) error {
	return func(ctx context.Context) error {
		conn, err := new(net.Dialer).DialContext(ctx, "tcp", addr)
		if err != nil {
			return err
		}
		return conn.Close()
	}
}

// Answers is ready when a GET of url is answered with 200.
func Answers(url string) func(context.Context) error {
	return func(ctx context.Context) error {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return err
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			return fmt.Errorf("%s answers %s", url, resp.Status)
		}
		return nil
	}
}
