package measure

import (
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/caddy-django/gateway/internal/testutil"
)

func TestCPUTimeIsReadFromTheStatusOfAProcess(t *testing.T) {
	const rest = " S 1 2 3 4 5 6 7 8 9 10 120 45 13 14 20 0 8 0 100"
	want := stat{group: 2, own: 1650 * time.Millisecond, reaped: 270 * time.Millisecond}
	for _, c := range []struct{ name, text string }{
		{"user and system time are added, and those of its children kept apart", "42 (caddy)" + rest},
		{"a name may hold blanks and parentheses", "42 (a b) 1 (c)" + rest},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := parseStat(c.text)
			if err != nil || got != want {
				t.Errorf("%+v, %v, want %+v", got, err, want)
			}
		})
	}
}

func TestAStatusThatCannotBeReadIsAnError(t *testing.T) {
	for _, c := range []struct{ name, stat, contains string }{
		{"nothing", "", "has no field 5"},
		{"too few fields", "42 (caddy) S 1 2 3 4 5 6 7 8 9 10 120", "has no field 15"},
		{"no number", "42 (caddy) S 1 2 3 4 5 6 7 8 9 10 x 45", "field 14"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := parseStat(c.stat); err == nil || !strings.Contains(err.Error(), c.contains) {
				t.Errorf("error %v, want one with %q", err, c.contains)
			}
		})
	}
}

func TestThisProcessUsesCPUTime(t *testing.T) {
	before, err := CPUTime(os.Getpid())
	if err != nil {
		t.Skipf("no /proc here: %v", err)
	}
	after := before
	for start := time.Now(); after <= before && time.Since(start) < testutil.Patience; {
		if after, err = CPUTime(os.Getpid()); err != nil {
			t.Fatal(err)
		}
	}
	if after <= before {
		t.Errorf("%v before a busy loop, %v after it", before, after)
	}
}

func TestTheCPUTimeOfAGroup(t *testing.T) {
	for _, c := range []struct{ name, script string }{
		{"has that of a worker", "while :; do :; done & wait"},
		{"has that of a worker that has ended", "(ulimit -S -t 1; while :; do :; done); sleep 60"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cmd := exec.CommandContext(t.Context(), "sh", "-c", c.script)
			cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			leader := cmd.Process.Pid
			defer func() {
				syscall.Kill(-leader, syscall.SIGKILL)
				cmd.Wait()
			}()
			for deadline := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
				own, err := CPUTime(leader)
				if err != nil {
					t.Fatal(err)
				}
				all, err := GroupCPUTime(leader)
				if err != nil {
					t.Fatal(err)
				}
				if all >= own+10*Tick {
					return
				}
				if time.Now().After(deadline) {
					t.Fatalf("%v of the group, %v of its leader", all, own)
				}
			}
		})
	}
}

func TestTheCPUTimeOfNobodyIsAnError(t *testing.T) {
	if _, err := GroupCPUTime(1 << 30); err == nil {
		t.Error("no error")
	}
}

func TestTheRunTimeOfAGroupGrowsWithItsWork(t *testing.T) {
	before, err := GroupRunTime(syscall.Getpgrp())
	if err != nil {
		t.Fatal(err)
	}
	after := before
	for start := time.Now(); after-before < 5*time.Millisecond && time.Since(start) < testutil.Patience; {
		if after, err = GroupRunTime(syscall.Getpgrp()); err != nil {
			t.Fatal(err)
		}
	}
	if after-before < 5*time.Millisecond {
		t.Errorf("it ran for %s", after-before)
	}
	if _, err := GroupRunTime(1 << 30); err == nil {
		t.Error("a group that is not there has run")
	}
}
