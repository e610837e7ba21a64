//go:build unix

package urlconf

import (
	"os/exec"
	"syscall"
)

// killAll makes the end of a command's context the end of all processes that it
// has started, too.
func killAll(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
