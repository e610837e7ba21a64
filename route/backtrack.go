package route

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxDepth bounds how many choices are open at a time, and with them the stack:
// that of a new goroutine grows by copying, which no look at the clock ends.
const maxDepth = 1000

// backtracking is the search for a program in one path, in the order in which
// Python's re tries what there is to try (Modules/_sre/sre_lib.h).
type backtracking struct {
	budget budget
	path   string
	depth  int
	end    int       // of what ended in the last opDone
	groups []int     // where each begins and ends, or -1; the first is the match
	kept   []int     // groups as they were before each look and atomic group around
	loops  []looping // by the number of the loop
}

// looping is how far a loop is.
type looping struct {
	count int
	last  int // where the last round began
}

// find returns where the first match begins and ends, and each of its groups, as
// the methods of regexp do. It is nil if there is none, or no time to find it.
func (p *program) find(b *budget, path string) []int {
	m := &backtracking{
		budget: *b, // a copy, or else each would have to be on the heap
		path:   path,
		groups: make([]int, 2*(p.groups+1)),
		loops:  make([]looping, p.loops),
	}
	for i := range m.groups {
		m.groups[i] = -1
	}
	found := m.search(p)
	*b = m.budget
	if !found {
		return nil
	}
	return m.groups
}

func (m *backtracking) search(p *program) bool {
	for at := 0; at <= len(m.path) && !m.budget.exhausted; at++ {
		if at < len(m.path) && !utf8.RuneStart(m.path[at]) {
			continue
		}
		if m.match(p.first, at) {
			m.groups[0], m.groups[1] = at, m.end
			return true
		}
		if p.anchored {
			break
		}
	}
	return false
}

// match reports whether s and what follows match at a place. If not, m is as it
// was.
func (m *backtracking) match(s *step, at int) bool {
	if m.depth == maxDepth {
		m.budget.exhausted = true
		return false
	}
	m.depth++
	ok := m.walk(s, at)
	m.depth--
	return ok
}

// walk goes from step to step as long as there is no choice.
func (m *backtracking) walk(s *step, at int) bool {
	for ; m.budget.spend(1); s = s.next {
		switch s.op {
		case opDone:
			m.end = at
			return true
		case opLiteral:
			if !strings.HasPrefix(m.path[at:], s.text) {
				return false
			}
			at += len(s.text)
		case opClass:
			size := s.set.next(m.path, at)
			if size == 0 {
				return false
			}
			at += size
		case opSpan:
			if s.mode == '?' {
				return m.lazySpan(s, at)
			}
			end, n := m.span(s, at, s.max)
			if n < s.min {
				return false
			}
			if s.mode != '+' {
				return m.giveBack(s, end, n)
			}
			at = end
		case opBackreference:
			size, ok := m.again(s, at)
			if !ok {
				return false
			}
			at += size
		case opOpen:
			return m.mark(s, &m.groups[2*s.group], at)
		case opClose:
			return m.mark(s, &m.groups[2*s.group+1], at)
		case opAlternate:
			return slices.ContainsFunc(s.subs, func(sub *step) bool { return m.match(sub, at) })
		case opCondition:
			if m.groups[2*s.group+1] < 0 {
				return m.match(s.subs[1], at)
			}
			return m.match(s.subs[0], at)
		case opLook, opAtomic:
			return m.once(s, at)
		case opEnter:
			return m.enter(s, at)
		case opLoop:
			return m.loop(s, at)
		default:
			if !s.isAt(m.path, at) {
				return false
			}
		}
	}
	return false
}

// span returns where the characters of s end that follow at, of which it takes
// at most so many.
func (m *backtracking) span(s *step, at, most int) (end, n int) {
	for n != most && m.budget.spend(1) {
		size := s.set.next(m.path, at)
		if size == 0 {
			break
		}
		at += size
		n++
	}
	return at, n
}

func (m *backtracking) giveBack(s *step, at, n int) bool {
	for ; ; n-- {
		// Most often a literal follows, which is seldom there.
		if strings.HasPrefix(m.path[at:], s.next.text) && m.match(s.next, at) {
			return true
		}
		if n == s.min || !m.budget.spend(1) {
			return false
		}
		_, size := utf8.DecodeLastRuneInString(m.path[:at])
		at -= size
	}
}

func (m *backtracking) lazySpan(s *step, at int) bool {
	at, n := m.span(s, at, s.min)
	if n < s.min {
		return false
	}
	for {
		if m.match(s.next, at) {
			return true
		}
		size := s.set.next(m.path, at)
		if size == 0 || n == s.max || m.budget.exhausted {
			return false
		}
		at += size
		n++
	}
}

func (m *backtracking) mark(s *step, place *int, at int) bool {
	old := *place
	*place = at
	if m.match(s.next, at) {
		return true
	}
	*place = old
	return false
}

// again reports whether the path has again what the group holds, and in how many
// bytes.
func (m *backtracking) again(s *step, at int) (size int, ok bool) {
	start, end := m.groups[2*s.group], m.groups[2*s.group+1]
	if end < 0 {
		return 0, false
	}
	text, rest := m.path[start:end], m.path[at:]
	m.budget.spend(len(text))
	if !s.flags.fold {
		return len(text), strings.HasPrefix(rest, text)
	}
	for _, c := range text {
		other, n := utf8.DecodeRuneInString(rest[size:])
		if n == 0 || fold(c, s.flags.ascii) != fold(other, s.flags.ascii) {
			return 0, false
		}
		size += n
	}
	return size, true
}

// fold is c as Python compares it when case is ignored.
func fold(c rune, ascii bool) rune {
	if ascii && c >= utf8.RuneSelf {
		return c
	}
	return unicode.ToLower(c)
}

// once is a look or an atomic group: there is no second way through it.
func (m *backtracking) once(s *step, at int) bool {
	before := len(m.kept)
	m.kept = append(m.kept, m.groups...)
	defer func() { m.kept = m.kept[:before] }()

	from, ok := at, true
	for range s.width {
		_, size := utf8.DecodeLastRuneInString(m.path[:from])
		from -= size
		ok = size > 0
	}
	ok = ok && m.match(s.subs[0], from)
	if s.op == opAtomic {
		at = m.end
	}
	if ok != s.negated && m.match(s.next, at) {
		return true
	}
	copy(m.groups, m.kept[before:])
	return false
}

func (m *backtracking) enter(s *step, at int) bool {
	loop := &m.loops[s.next.loop]
	outer := *loop
	*loop = looping{last: -1}
	if m.match(s.next, at) {
		return true
	}
	*loop = outer
	return false
}

// loop goes around once more, or on. A round that takes no text is the last.
func (m *backtracking) loop(s *step, at int) bool {
	done := m.loops[s.loop]
	round := func(last int) bool {
		m.loops[s.loop] = looping{done.count + 1, last}
		if m.match(s.subs[0], at) {
			return true
		}
		m.loops[s.loop] = done
		return false
	}
	if done.count < s.min {
		return round(done.last)
	}
	more := done.count != s.max && at != done.last
	if s.mode == '?' {
		return m.match(s.next, at) || more && round(at)
	}
	return more && round(at) || m.match(s.next, at)
}
