//go:build unix

package doctor

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

// Tests run as root, too, whom no right keeps out: another user asks in a process of its own.
func TestWhoMayNotConnectDoesNotSayThatCaddyMayNot(t *testing.T) {
	if address := os.Getenv("DOCTOR_TEST_SOCKET"); address != "" {
		s := &Setup{Upstreams: []string{"unix/" + address}, proc: os.Getenv("DOCTOR_TEST_PROC")}
		expect(t, checkUpstreams(t.Context(), s), Skipped, "ask as root, or as Caddy's user")
		s.Upstreams = append(s.Upstreams, "127.0.0.1:9")
		expect(t, checkUpstreams(t.Context(), s), Fail, "nobody listens on 127.0.0.1:9")
		return
	}
	if os.Getuid() != 0 {
		t.Skip("it takes root to become another user")
	}
	socket := listening(t, 0o700)
	proc := filepath.Join(filepath.Dir(socket), "proc") // the other user may enter it
	if err := os.CopyFS(proc, os.DirFS(caddyAs(t, "0"))); err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(filepath.Dir(socket), "test")
	text, err := os.ReadFile(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(binary, text, 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(binary, "-test.run=^"+t.Name()+"$")
	cmd.Dir = "/"
	cmd.Env = []string{"DOCTOR_TEST_SOCKET=" + socket, "DOCTOR_TEST_PROC=" + proc}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 54321, Gid: 54321}}
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, said)
	}
}
