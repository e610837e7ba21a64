package appserver

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/caddy-django/gateway/internal/testutil"
)

// The test binary is the server under test, too, and a gateway that is killed.
func TestMain(m *testing.M) {
	switch os.Getenv("APPSERVER_TEST") {
	case "server":
		serve(os.Args[1])
	case "worker":
		signal.Ignore(syscall.SIGTERM)
		time.Sleep(time.Minute)
	case "gateway":
		s, err := Start(context.Background(), helper(os.Args[1], os.Args[2:]...), os.Stdout, slog.New(slog.DiscardHandler))
		fmt.Println("started", s != nil, err)
		time.Sleep(time.Minute)
	default:
		os.Exit(m.Run())
	}
}

// serve listens, and does what its arguments say. It notes what happens in a file
// beside its socket.
func serve(socket string) {
	has := func(what string) bool { return strings.Contains(strings.Join(os.Args[2:], " "), what) }
	note := func(what string) {
		file, err := os.OpenFile(socket+".log", os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err == nil {
			fmt.Fprintln(file, what)
			file.Close()
		}
	}
	note("pid " + strconv.Itoa(os.Getpid()))
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGHUP)
	if has("fails") {
		fmt.Println("no such setting: bynd")
		os.Exit(3)
	}
	if has("worker") {
		worker := exec.Command(os.Args[0])
		worker.Env = append(os.Environ(), "APPSERVER_TEST=worker")
		if err := worker.Start(); err != nil {
			panic(err)
		}
		note("pid " + strconv.Itoa(worker.Process.Pid))
	}
	listener, err := net.Listen("unix", socket)
	if err != nil {
		panic(err)
	}
	defer listener.Close()
	fmt.Print("listening\nhalf a line")
	if has("dies") {
		time.Sleep(100 * time.Millisecond)
		os.Exit(1)
	}
	for s := range signals {
		note(s.String())
		if s == syscall.SIGTERM && !has("stubborn") {
			return
		}
	}
}

// helper is a server that is this binary.
func helper(socket string, args ...string) *Server {
	return &Server{
		Name: "helper", Socket: socket, dir: filepath.Dir(socket),
		args: append([]string{os.Args[0], socket}, args...),
		env:  []string{"APPSERVER_TEST=server"},
	}
}

type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

func socketOf(t *testing.T) string {
	t.Helper()
	path, remove, err := NewSocket("helper")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := remove(); err != nil {
			t.Error(err)
		}
	})
	return path
}

func notes(socket string) string {
	text, _ := os.ReadFile(socket + ".log")
	return string(text)
}

// alive are the processes of a server that still run.
func alive(socket string) (pids []int) {
	for line := range strings.Lines(notes(socket)) {
		if pid, err := strconv.Atoi(strings.TrimSpace(strings.TrimPrefix(line, "pid "))); err == nil && running(pid) {
			pids = append(pids, pid)
		}
	}
	return pids
}

// running does not count what has ended and is only waited for.
func running(pid int) bool {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return syscall.Kill(pid, 0) == nil && !os.IsNotExist(err)
	}
	_, after, _ := strings.Cut(string(status), ") ")
	return !strings.HasPrefix(after, "Z")
}

var eventually = testutil.Eventually

func start(t *testing.T, socket string, args ...string) (s *Supervisor, said, log *output) {
	t.Helper()
	said, log = new(output), new(output)
	s, err := Start(t.Context(), helper(socket, args...), said, slog.New(slog.NewTextHandler(log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return s, said, log
}

func TestAServerIsReadyWhenItListensAndEndsWithStop(t *testing.T) {
	socket := socketOf(t)
	s, said, log := start(t, socket)
	s.Reload()
	eventually(t, "the signal", func() bool { return strings.Contains(notes(socket), "hangup") })
	s.Stop()
	s.Stop() // twice is once
	if !strings.HasSuffix(notes(socket), "hangup\nterminated\n") || strings.Count(notes(socket), "pid") != 1 {
		t.Errorf("the server notes %q", notes(socket))
	}
	if want := "helper | listening\nhelper | half a line\n"; said.String() != want || log.String() != "" {
		t.Errorf("it says %q, want %q; the log is %q", said, want, log)
	}
	if left := alive(socket); len(left) > 0 {
		t.Errorf("left over: %v", left)
	}
}

func TestAServerThatDiesIsStartedAgainWithItsWorkersGone(t *testing.T) {
	socket := socketOf(t)
	_, said, log := start(t, socket, "dies", "worker") // and leaves its socket
	eventually(t, "the third start", func() bool { return strings.Count(said.String(), "listening") >= 3 })
	if text := log.String(); !strings.Contains(text, "in=500ms") || !strings.Contains(text, "in=1s") || !strings.Contains(text, "exit status 1") {
		t.Errorf("the log is %s", text)
	}
	if running := alive(socket); len(running) > 2 {
		t.Errorf("the workers of earlier servers are left over: %v run", running)
	}
}

func TestAServerThatWaitsToBeStartedAgainIsReloadedAtOnce(t *testing.T) {
	socket := socketOf(t)
	s, _, log := start(t, socket, "dies")
	eventually(t, "the third end", func() bool { return strings.Contains(log.String(), "in=2s") })
	s.Reload()
	eventually(t, "an end that counts as the first", func() bool { return strings.Count(log.String(), "in=500ms") == 2 })
	if strings.Contains(log.String(), "in=4s") {
		t.Errorf("the log is %s", log)
	}
}

func TestAServerThatAHangupWouldKillEndsInOrderAndIsStartedAgain(t *testing.T) {
	socket, said, log := socketOf(t), new(output), new(output)
	server := helper(socket)
	server.endsOnHangup = true
	s, err := Start(t.Context(), server, said, slog.New(slog.NewTextHandler(log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Stop()
	for times := 2; times < 5; times++ { // more than an end that counts would allow at once
		s.Reload()
		eventually(t, "another start", func() bool { return strings.Count(said.String(), "listening") == times })
	}
	if text := notes(socket); strings.Contains(text, "hangup") || strings.Count(text, "terminated") != 3 {
		t.Errorf("the server notes %q", text)
	}
	if log.String() != "" {
		t.Errorf("the log is %s", log)
	}
}

func TestAServerIsReplacedOnItsSocket(t *testing.T) {
	socket := socketOf(t)
	s, said, log := start(t, socket)
	next := helper(socket, "another")
	next.Setenv("STAGE", "second")
	if before := s.current(); next.Same(before) || !before.Same(helper(socket)) {
		t.Errorf("%+v is the same as %+v", next, before)
	}
	s.Replace(next)
	eventually(t, "the other one", func() bool { return strings.Count(said.String(), "listening") == 2 })
	if text := notes(socket); strings.Contains(text, "hangup") || strings.Count(text, "terminated") != 1 || s.current() != next {
		t.Errorf("the server notes %q", text)
	}
	s.Stop()
	if log.String() != "" {
		t.Errorf("the log is %s", log)
	}
	if left := alive(socket); len(left) > 0 {
		t.Errorf("left over: %v", left)
	}
}

func TestAServerThatIsStubbornIsKilledWithItsWorkers(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes 10 seconds")
	}
	socket := socketOf(t)
	s, _, log := start(t, socket, "stubborn", "worker")
	eventually(t, "its worker", func() bool { return len(alive(socket)) == 2 })
	began := time.Now()
	s.Stop()
	if took := time.Since(began); took < killAfter || took > killAfter+testutil.Patience {
		t.Errorf("it took %s", took)
	}
	eventually(t, "the end of all it has started", func() bool { return len(alive(socket)) == 0 })
	if !strings.Contains(log.String(), "is killed") {
		t.Errorf("the log is %s", log)
	}
}

func TestAServerThatCannotStartIsNotTriedForEver(t *testing.T) {
	socket, said := socketOf(t), new(output)
	_, err := Start(t.Context(), helper(socket, "fails"), said, slog.New(slog.DiscardHandler))
	if err == nil || err.Error() != "helper ended before it listened (exit status 3): what it printed above says why" {
		t.Errorf("got %v", err)
	}
	if said.String() != "helper | no such setting: bynd\n" {
		t.Errorf("it says %q", said)
	}
	nothing := &Server{Name: "nothing", Socket: socket, dir: t.TempDir(), args: []string{"/no/such/python"}}
	if _, err := Start(t.Context(), nothing, said, slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), "no such file") {
		t.Errorf("got %v", err)
	}
}

func TestAServerEndsWhenTheGatewayIsKilled(t *testing.T) {
	socket := socketOf(t)
	gateway := exec.Command(os.Args[0], socket)
	gateway.Env = append(os.Environ(), "APPSERVER_TEST=gateway")
	said := new(output)
	gateway.Stdout = said
	if err := gateway.Start(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the start", func() bool { return strings.Contains(said.String(), "started true <nil>") })
	if len(alive(socket)) != 1 {
		t.Fatalf("%v run", alive(socket))
	}
	gateway.Process.Kill()
	_ = gateway.Wait()
	eventually(t, "the end of the server", func() bool { return len(alive(socket)) == 0 })
	if !strings.HasSuffix(notes(socket), "terminated\n") {
		t.Errorf("the server notes %q", notes(socket))
	}
}
