//go:build !unix

package appserver

import (
	"os"
	"os/exec"
	"syscall"
)

// There are no process groups here, and gunicorn does not run here either.

func detach(*exec.Cmd) {}

func send(pid int, sig syscall.Signal) {
	if process, err := os.FindProcess(pid); err == nil {
		_ = process.Signal(sig)
	}
}

func killGroup(pid int) {
	if process, err := os.FindProcess(pid); err == nil {
		_ = process.Kill()
	}
}
