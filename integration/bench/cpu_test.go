package main

import (
	"os"
	"strings"
	"testing"
	"time"
)

func TestCPUTimeIsReadFromTheStatusOfAProcess(t *testing.T) {
	const rest = " S 1 2 3 4 5 6 7 8 9 10 120 45 13 14 20 0 8 0 100"
	for _, c := range []struct {
		name, stat string
		want       time.Duration
	}{
		{"user and system time are added, and nothing of the children's", "42 (caddy)" + rest, 1650 * time.Millisecond},
		{"a name may hold blanks and parentheses", "42 (a b) 1 (c)" + rest, 1650 * time.Millisecond},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := parseStat(c.stat)
			if err != nil || got != c.want {
				t.Errorf("%v, %v, want %v", got, err, c.want)
			}
		})
	}
}

func TestAStatusThatCannotBeReadIsAnError(t *testing.T) {
	for _, c := range []struct{ name, stat, contains string }{
		{"nothing", "", "has no field 14"},
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
	before, err := cpuTime(os.Getpid())
	if err != nil {
		t.Skipf("no /proc here: %v", err)
	}
	for start := time.Now(); time.Since(start) < 200*time.Millisecond; {
	}
	after, err := cpuTime(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	if after <= before {
		t.Errorf("%v before a busy loop, %v after it", before, after)
	}
}
