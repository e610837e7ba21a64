package measure

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Tick is the unit of CPU times in /proc, 1/sysconf(_SC_CLK_TCK): Linux counts
// differently inside, but tells user space 100 a second.
const Tick = 10 * time.Millisecond

// CPUTime returns the user and system time that a process has used so far.
func CPUTime(pid int) (time.Duration, error) {
	s, err := readStat(pid)
	if err != nil {
		return 0, fmt.Errorf("reading the CPU time of process %d: %w", pid, err)
	}
	return s.own, nil
}

// GroupCPUTime returns what the processes of a group have used so far: a server
// with its workers, those included that the leader, whose id the group has, has
// seen end.
func GroupCPUTime(leader int) (time.Duration, error) {
	s, err := readStat(leader)
	if err != nil {
		return 0, fmt.Errorf("reading the CPU time of process %d: %w", leader, err)
	}
	total := s.own + s.reaped
	names, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		return 0, err
	}
	for _, name := range names {
		pid, err := strconv.Atoi(filepath.Base(name))
		if err != nil || pid == leader {
			continue
		}
		s, err := readStat(pid)
		if err != nil || s.group != leader {
			continue // it has ended, or is somebody else's
		}
		total += s.own + s.reaped
	}
	return total, nil
}

// GroupRunTime returns what the threads of the processes of a group have run so far, in nanoseconds: those that have
// ended are left out. The kernel must have CONFIG_SCHED_INFO, as most have.
func GroupRunTime(leader int) (total time.Duration, err error) {
	names, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		return 0, err
	}
	for _, name := range names {
		pid, err := strconv.Atoi(filepath.Base(name))
		if err != nil {
			continue
		}
		if s, err := readStat(pid); err != nil || s.group != leader {
			continue // it has ended, or is somebody else's
		}
		threads, err := filepath.Glob(name + "/task/*/schedstat")
		if err != nil {
			return 0, err
		}
		for _, thread := range threads {
			text, err := os.ReadFile(thread)
			if err != nil {
				continue // it has ended
			}
			run, _, _ := strings.Cut(string(text), " ")
			n, err := strconv.ParseInt(run, 10, 64)
			if err != nil {
				return 0, fmt.Errorf("reading %s: %w", thread, err)
			}
			total += time.Duration(n)
		}
	}
	if total == 0 {
		return 0, fmt.Errorf("the kernel does not tell what the processes of group %d have run", leader)
	}
	return total, nil
}

// stat is what /proc tells of a process.
type stat struct {
	group  int
	own    time.Duration
	reaped time.Duration // of children that have ended
}

func readStat(pid int) (stat, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return stat{}, err
	}
	return parseStat(string(text))
}

// parseStat reads pgrp, utime, stime, cutime and cstime, fields 5 and 14 to 17 of
// proc_pid_stat(5).
func parseStat(text string) (stat, error) {
	// Field 2 is the name in parentheses, and may hold blanks and parentheses.
	const first = 3
	fields := strings.Fields(text[strings.LastIndexByte(text, ')')+1:])
	var values [5]int64
	for i, number := range []int{5, 14, 15, 16, 17} {
		if len(fields) <= number-first {
			return stat{}, fmt.Errorf("process status %q has no field %d", text, number)
		}
		n, err := strconv.ParseInt(fields[number-first], 10, 64)
		if err != nil {
			return stat{}, fmt.Errorf("field %d of process status %q: %w", number, text, err)
		}
		values[i] = n
	}
	return stat{
		group:  int(values[0]),
		own:    time.Duration(values[1]+values[2]) * Tick,
		reaped: time.Duration(values[3]+values[4]) * Tick,
	}, nil
}
