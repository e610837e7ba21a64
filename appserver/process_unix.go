//go:build unix && !linux

package appserver

import (
	"os/exec"
	"syscall"
)

// detach keeps Ctrl-C from the server, which is ended in order.
func detach(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }
