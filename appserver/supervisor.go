package appserver

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"syscall"
	"time"

	"github.com/caddy-django/gateway/urlconf"
)

// Supervisor keeps a server running: when it ends it is started again.
type Supervisor struct {
	output io.Writer
	logger *slog.Logger
	stop   chan struct{} // closed by Stop
	again  chan struct{} // holds what Reload asks for
	done   chan struct{} // closed when the server has ended for good

	stopOnce sync.Once
	mu       sync.Mutex
	server   *Server
	pid      int  // of the server, 0 while there is none
	asked    bool // to end
}

// Times of the supervision.
const (
	// readyTimeout is for a project that is slow to import, on a busy machine.
	readyTimeout = urlconf.DefaultTimeout
	// reportInterval is how often Start says what it waits for.
	reportInterval = 10 * time.Second
	// killAfter is how long a server may take to end.
	killAfter = 10 * time.Second
)

// Start starts a server, and returns when it listens. What it prints goes to output,
// line by line. It runs until Stop.
func Start(ctx context.Context, server *Server, output io.Writer, logger *slog.Logger) (*Supervisor, error) {
	s := &Supervisor{server: server, output: output, logger: logger,
		stop: make(chan struct{}), again: make(chan struct{}, 1), done: make(chan struct{})}
	first := make(chan error, 1) // the end of the first run, if it ends before Stop
	go s.run(first)
	ctx, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	report := time.NewTicker(reportInterval)
	defer report.Stop()
	began := time.Now()
	for {
		if conn, err := new(net.Dialer).DialContext(ctx, "unix", server.Socket); err == nil {
			conn.Close()
			return s, nil
		}
		select {
		case err := <-first:
			s.Stop()
			return nil, fmt.Errorf("%s ended before it listened (%w): what it printed above says why", server.Name, err)
		case <-ctx.Done():
			s.Stop()
			return nil, fmt.Errorf("%s does not listen on %s after %s (%w): what it printed above says why", server.Name, server.Socket, time.Since(began).Round(time.Second), context.Cause(ctx))
		case <-report.C:
			logger.Warn("waiting for "+server.Name+" to listen: it imports the project first", "elapsed", time.Since(began).Round(time.Second))
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// Reload makes the server load the project again, by SIGHUP, or by an end in order and a new
// start if that would kill it. One that waits to be started again is started at once.
func (s *Supervisor) Reload() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pid != 0 && !s.server.endsOnHangup {
		send(s.pid, syscall.SIGHUP)
		return
	}
	select {
	case s.again <- struct{}{}:
	default: // it is asked for already
	}
}

// Replace ends the server in order, and starts another one on the same socket.
func (s *Supervisor) Replace(server *Server) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.server = server
	select {
	case s.again <- struct{}{}:
	default: // it is asked for already
	}
}

// current is the server that runs, or runs next.
func (s *Supervisor) current() *Server {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.server
}

// Stop ends the server, with SIGTERM, and with SIGKILL what is left of it after 10
// seconds. It returns when there is nothing left.
func (s *Supervisor) Stop() {
	s.stopOnce.Do(func() { close(s.stop) })
	<-s.done
}

// Kill is for whoever cannot wait for Stop.
func (s *Supervisor) Kill() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pid != 0 {
		killGroup(s.pid)
	}
}

func (s *Supervisor) run(first chan<- error) {
	// On Linux the server is told when the thread that has started it ends.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	defer close(s.done)
	var b backoff
	for {
		began := time.Now()
		err := s.once()
		if s.stopping() {
			return
		}
		if s.reloading() {
			continue
		}
		select {
		case first <- err:
		default:
		}
		pause := b.next(time.Since(began))
		s.logger.Error(s.current().Name+" has ended and is started again", "error", err, "in", pause.String())
		select {
		case <-s.stop:
			return
		case <-s.again:
			b = backoff{} // what was wrong may be mended
		case <-time.After(pause):
		}
	}
}

// reloading reports whether the server has ended because it was asked to.
func (s *Supervisor) reloading() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	asked := s.asked
	s.asked = false
	return asked
}

func (s *Supervisor) stopping() bool {
	select {
	case <-s.stop:
		return true
	default:
		return false
	}
}

// once runs the server to its end.
func (s *Supervisor) once() error {
	server := s.current()
	// A server that was killed leaves its socket, and uvicorn does not take it over.
	_ = os.Remove(server.Socket)
	cmd := exec.Command(server.args[0], server.args[1:]...)
	cmd.Dir = server.dir
	cmd.Env = append(cmd.Environ(), server.env...)
	prefixed := &prefixer{to: s.output, prefix: server.Name + " | "}
	defer prefixed.flush()
	cmd.Stdout, cmd.Stderr = prefixed, prefixed
	cmd.WaitDelay = time.Second // for what a worker that is left behind holds
	detach(cmd)
	if err := s.start(cmd); err != nil {
		return err
	}
	ended := make(chan struct{})
	go s.terminate(cmd.Process.Pid, ended)
	err := cmd.Wait()
	close(ended)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pid = 0
	killGroup(cmd.Process.Pid) // workers whose master is gone
	if err == nil || errors.Is(err, exec.ErrWaitDelay) {
		return errors.New(cmd.ProcessState.String())
	}
	return err
}

func (s *Supervisor) start(cmd *exec.Cmd) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := cmd.Start(); err != nil {
		return err
	}
	s.pid = cmd.Process.Pid
	return nil
}

// terminate ends the server once Stop is called, or Reload if it takes that.
func (s *Supervisor) terminate(pid int, ended <-chan struct{}) {
	select {
	case <-ended:
		return
	case <-s.stop:
	case <-s.again:
	}
	s.askToEnd()
	select {
	case <-ended:
	case <-time.After(killAfter):
		s.logger.Warn(s.current().Name + " does not end, and is killed")
		killGroup(pid)
	}
}

func (s *Supervisor) askToEnd() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pid != 0 {
		s.asked = true
		send(s.pid, syscall.SIGTERM)
	}
}
