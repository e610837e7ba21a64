package route

import (
	"errors"
	"fmt"
	"regexp"
	"time"

	"github.com/dlclark/regexp2/v2"
)

// regexTimeout is how long a regular expression that backtracks may take.
const regexTimeout = time.Millisecond

func init() {
	// Else a deadline is noticed 100 ms late. It must be set before any is used.
	regexp2.SetTimeoutCheckPeriod(regexTimeout / 2)
}

// ErrGaveUp is that of a path that takes too long to resolve.
var ErrGaveUp = errors.New("gave up: matching takes too long")

// regex is a compiled Python regular expression. One of the engines is set: RE2
// for nearly all, and for what it lacks one that backtracks.
type regex struct {
	re2          *regexp.Regexp
	backtracking *regexp2.Regexp
	names        []string // of the groups; empty for one that has none
}

// compileRegex compiles e. whole makes it match whole paths only, as Python's
// fullmatch; else it matches anywhere, as search.
func compileRegex(e *expr, whole bool) (*regex, error) {
	r := &regex{names: groupNames(e, []string{""})}
	text, err := translate(e, whole, false)
	if err == nil {
		if r.re2, err = regexp.Compile(text); err == nil {
			return r, nil
		}
	}
	// What RE2 finds too large, the other may take.
	text, err2 := translate(e, whole, true)
	if err2 == nil {
		r.backtracking, err2 = regexp2.Compile(text)
	}
	if err2 != nil {
		return nil, fmt.Errorf("neither engine takes it: %w; %w", err, err2)
	}
	r.backtracking.MatchTimeout = regexTimeout
	return r, nil
}

// groupNames appends the names of the groups in e, in their order.
func groupNames(e *expr, names []string) []string {
	if e.op == opCapture {
		names = append(names, e.name)
	}
	for _, sub := range e.subs {
		names = groupNames(sub, names)
	}
	return names
}

// matches reports whether there is a match in path.
func (r *regex) matches(path string) (bool, error) {
	if r.re2 != nil {
		return r.re2.MatchString(path), nil
	}
	return retry(func() (bool, error) { return r.backtracking.MatchString(path) })
}

// find returns where the first match in path ends, or -1, and what its groups
// hold. The text of a group that took no part is nil.
func (r *regex) find(path string) (end int, groups []*string, err error) {
	groups = make([]*string, len(r.names))
	if r.re2 != nil {
		at := r.re2.FindStringSubmatchIndex(path)
		if at == nil {
			return -1, nil, nil
		}
		for i := range groups {
			if at[2*i] >= 0 {
				text := path[at[2*i]:at[2*i+1]]
				groups[i] = &text
			}
		}
		return at[1], groups, nil
	}
	match, err := retry(func() (*regexp2.Match, error) { return r.backtracking.FindStringMatch(path) })
	if err != nil || match == nil {
		return -1, nil, err
	}
	for i := range groups {
		if group := match.GroupByNumber(i); group != nil && len(group.Captures) > 0 {
			text := group.String()
			groups[i] = &text
		}
	}
	start, length := match.ByteRange()
	return start + length, groups, nil
}

// retry matches again as long as the engine gives up before the time is up: its
// clock ticks so coarsely that a deadline may be the next tick.
func retry[T any](match func() (T, error)) (T, error) {
	for began := time.Now(); ; {
		result, err := match()
		if err == nil {
			return result, nil
		}
		if errors.Is(err, regexp2.ErrBacktrackingStackLimit) || time.Since(began) >= regexTimeout {
			return result, ErrGaveUp
		}
	}
}
