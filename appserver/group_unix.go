//go:build unix

package appserver

import "syscall"

// send may find that the process has just ended.
func send(pid int, sig syscall.Signal) { _ = syscall.Kill(pid, sig) }

// killGroup kills the server with its workers.
func killGroup(pid int) { _ = syscall.Kill(-pid, syscall.SIGKILL) }
