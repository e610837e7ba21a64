//go:build unix

package doctor

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
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

func TestTheRightsOfCaddyAreThoseItHasNow(t *testing.T) {
	got := parseStatus("Name:\tcaddy\nUid:\t1\t2\t3\t4\nGid:\t5\t6\t7\t8\nGroups:\t9 10 \n")
	if fmt.Sprint(got.uid, got.groups) != "2 [6 9 10]" {
		t.Errorf("%d, %d", got.uid, got.groups)
	}
}

func TestTheDoctorDoesNotTakeItselfForCaddy(t *testing.T) {
	proc := t.TempDir()
	self := strconv.Itoa(os.Getpid())
	write(t, filepath.Join(proc, self, "comm"), "caddy\n")
	write(t, filepath.Join(proc, self, "status"), "Uid:\t54321\t54321\t54321\t54321\n")
	if got := (&Setup{proc: proc}).caddyUser(); got.uid != os.Geteuid() {
		t.Errorf("it runs as %d", got.uid)
	}
}

func TestASocketMayBeOpenToAGroup(t *testing.T) {
	socket := listening(t, 0o660)
	for gid, want := range map[int]string{os.Getegid(): "", 54322: "it may not write to it (Srw-rw----)"} {
		if got := (identity{54321, []int{gid}}).denied(socket); got != want {
			t.Errorf("in group %d: %q, want %q", gid, got, want)
		}
	}
}
