package appserver

import (
	"os/exec"
	"syscall"
)

// detach keeps Ctrl-C from the server, which is ended in order, and makes it end when
// this process is killed.
func detach(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
}
