package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// tick is the unit of CPU times in /proc, 1/sysconf(_SC_CLK_TCK): Linux counts
// differently inside, but tells user space 100 a second.
const tick = 10 * time.Millisecond

// cpuTime returns the user and system time that a process has used so far. It
// needs Linux.
func cpuTime(pid int) (time.Duration, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, fmt.Errorf("reading the CPU time of process %d: %w", pid, err)
	}
	return parseStat(string(stat))
}

// parseStat adds utime and stime, fields 14 and 15 of proc_pid_stat(5).
func parseStat(stat string) (time.Duration, error) {
	// Field 2 is the name in parentheses, and may hold blanks and parentheses.
	const first = 3
	fields := strings.Fields(stat[strings.LastIndexByte(stat, ')')+1:])
	var ticks int64
	for _, number := range []int{14, 15} {
		if len(fields) <= number-first {
			return 0, fmt.Errorf("process status %q has no field %d", stat, number)
		}
		n, err := strconv.ParseInt(fields[number-first], 10, 64)
		if err != nil {
			return 0, fmt.Errorf("field %d of process status %q: %w", number, stat, err)
		}
		ticks += n
	}
	return time.Duration(ticks) * tick, nil
}
