package probe

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// maxAnswer is in bytes, of the line.
const maxAnswer = 4096

// Answer is what the probe always tells. What it did not tell is zero.
type Answer struct {
	Resolved bool   // Django has found a route
	Route    string // Django's ResolverMatch.route
	View     string // dotted path
	Name     string // of the route, with its namespaces

	HasQueries bool // it counts them
	Queries    int
	QueryTime  time.Duration
	CacheCalls int
	CacheTime  time.Duration

	Total    time.Duration // in Django's handler, until the headers
	ViewTime time.Duration // of it, without middleware

	PID    int
	Age    time.Duration // of the process
	RSS    int64         // its memory, in bytes
	Served int64         // its requests, this one included
	Busy   int           // those in progress, this one included
	Time   time.Time     // of the answer

	Python, Django string // versions
	Server         string

	// Repeated is how often the statement ran that ran most often, if that was asked for and often enough.
	Repeated  int
	Statement string // without literals

	Cut bool // the report was cut to its budget
}

// ParseAnswer reads the line of an answer to the request with that nonce. The error is [ErrInvalid], [ErrForeign] or a
// [*VersionError].
func ParseAnswer(line, nonce string) (a Answer, err error) {
	err = a.parse(line, nonce)
	return a, err
}

// parse allocates nothing if it has read the same names before.
func (a *Answer) parse(line, nonce string) error {
	if len(line) > maxAnswer {
		return invalid("it is longer than %d bytes", maxAnswer)
	}
	for i := range len(line) {
		if c := line[i]; c < ' ' || c > '~' {
			return invalid("it is not ASCII")
		}
	}
	spoken, rest, _ := strings.Cut(line, " ")
	given, rest, _ := strings.Cut(rest, " ")
	if given != nonce {
		if isNonce(given) {
			return ErrForeign
		}
		return invalid("it has no nonce")
	}
	if spoken != version {
		return otherVersion(spoken, rest)
	}
	var seen uint32
	for rest != "" {
		var pair string
		pair, rest, _ = strings.Cut(rest, " ")
		key, value, ok := strings.Cut(pair, "=")
		if !ok || key == "" {
			*a = Answer{}
			return invalid("it has a part that is no key=value")
		}
		bit, err := a.set(key, value)
		if err == nil && seen&bit != 0 {
			err = invalid("it has %.16q twice", key)
		}
		if err != nil {
			*a = Answer{}
			return err
		}
		seen |= bit
	}
	return nil
}

func invalid(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrInvalid}, args...)...)
}

// otherVersion reads what a probe says that cannot answer in the gateway's version.
func otherVersion(spoken, rest string) error {
	if clock, ok := strings.CutPrefix(rest, "clock="); ok && spoken == "0" {
		return otherClock(clock)
	}
	speaks, ok := strings.CutPrefix(rest, "speaks=")
	if spoken != "0" || !ok || !isVersions(speaks) {
		return invalid("it is of no version")
	}
	return &VersionError{Speaks: strings.Clone(speaks)}
}

// otherClock reads what time it is in Django's server, in seconds.
func otherClock(clock string) error {
	seconds, err := strconv.ParseUint(clock, 10, 40)
	if err != nil {
		return invalid("its time is not one")
	}
	return &ClockError{Ahead: time.Since(time.Unix(int64(seconds), 0)).Truncate(time.Second)}
}

func isVersions(s string) bool {
	return s != "" && len(s) <= 64 && strings.Trim(s, "0123456789,") == ""
}

func isNonce(s string) bool {
	return s != "" && len(s) <= nonceLength && strings.Trim(s, "0123456789abcdef") == ""
}

// Bounds of the numbers: more is not a number of what it says.
const (
	maxCount  = 1 << 40
	maxMicros = int64(31 * 24 * time.Hour / time.Microsecond)
	maxMemory = 1 << 50
	maxPID    = 1 << 32
	maxAge    = int64(100 * 365 * 24 * time.Hour / time.Second)
	maxMillis = int64(1) << 43 // the year 2248
)

// set reads one value. The bit tells the known keys apart; what it does not know it ignores.
func (a *Answer) set(key, value string) (bit uint32, err error) {
	switch key {
	case "route":
		a.Resolved = true
		return 1 << 0, name(&a.Route, value)
	case "view":
		return 1 << 1, name(&a.View, value)
	case "name":
		return 1 << 2, name(&a.Name, value)
	case "q":
		a.HasQueries = true
		return 1 << 3, number(&a.Queries, key, value, maxCount)
	case "qt":
		return 1 << 4, micros(&a.QueryTime, key, value)
	case "c":
		return 1 << 5, number(&a.CacheCalls, key, value, maxCount)
	case "ct":
		return 1 << 6, micros(&a.CacheTime, key, value)
	case "total":
		return 1 << 7, micros(&a.Total, key, value)
	case "vt":
		return 1 << 8, micros(&a.ViewTime, key, value)
	case "pid":
		return 1 << 9, number(&a.PID, key, value, maxPID)
	case "age":
		var seconds int64
		err := number(&seconds, key, value, maxAge)
		a.Age = time.Duration(seconds) * time.Second
		return 1 << 10, err
	case "rss":
		return 1 << 11, number(&a.RSS, key, value, maxMemory)
	case "n":
		return 1 << 12, number(&a.Served, key, value, maxCount)
	case "busy":
		return 1 << 13, number(&a.Busy, key, value, maxCount)
	case "t":
		var ms int64
		err := number(&ms, key, value, maxMillis)
		a.Time = time.UnixMilli(ms)
		return 1 << 14, err
	case "py":
		return 1 << 15, name(&a.Python, value)
	case "dj":
		return 1 << 16, name(&a.Django, value)
	case "srv":
		return 1 << 17, name(&a.Server, value)
	case "n1":
		return 1 << 18, number(&a.Repeated, key, value, maxCount)
	case "n1q":
		a.Statement, err = unescape(value) // not remembered: there is no end of them
		return 1 << 19, err
	case "cut":
		a.Cut = value == "1"
		return 1 << 20, nil
	}
	return 0, nil
}

func micros(to *time.Duration, key, value string) error {
	var n int64
	err := number(&n, key, value, maxMicros)
	*to = time.Duration(n) * time.Microsecond
	return err
}

func number[T int | int64](to *T, key, value string, most int64) error {
	const digits = 18 // fit into 64 bits
	if value == "" || len(value) > digits {
		return invalid("%s is no number", key)
	}
	var n int64
	for i := range len(value) {
		c := value[i]
		if c < '0' || c > '9' {
			return invalid("%s is no number", key)
		}
		n = n*10 + int64(c-'0')
	}
	if n > most {
		return invalid("%s is too large", key)
	}
	*to = T(n)
	return nil
}
