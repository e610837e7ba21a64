package capture

import (
	"slices"
	"strings"
)

// mask hides the credentials of one request, and unless the site lets events name
// who sent it the addresses of its visitor, wherever their text appears: in a
// message, a parameter of a statement, a local variable. It knows them by their
// value, where a [Scrubber] goes by names and shapes. A nil mask hides nothing.
type mask struct {
	credentials *automaton // nil: none
	addresses   addresses
}

// makeMask sees to it that f has its mask, before anything of f is read.
func (f *failure) makeMask() {
	if !f.masked {
		f.mask, f.masked = newMask(f), true
	}
}

// newMask returns the mask of the request of f.
func newMask(f *failure) *mask {
	m := &mask{credentials: newAutomaton(credentialsOf(f))}
	if !f.site.opts.SendDefaultPII {
		m.addresses = addressesOf(f)
	}
	if m.credentials == nil && len(m.addresses) == 0 {
		return nil
	}
	return m
}

// text hides what it knows in plain, however it is escaped there.
func (m *mask) text(plain string) string {
	if m == nil || len(plain) < minAddress {
		return plain
	}
	spans := m.find(nil, spelling{text: plain})
	for s, more := (spelling{text: plain}).unescape(); more; s, more = s.unescape() {
		spans = m.find(spans, s)
	}
	if len(spans) == 0 {
		return plain
	}
	slices.SortFunc(spans, func(a, b stretch) int { return a.from - b.from })
	var out strings.Builder
	done := 0
	for i := 0; i < len(spans); {
		from, to := spans[i].from, spans[i].to
		for i++; i < len(spans) && spans[i].from <= to; i++ {
			to = max(to, spans[i].to)
		}
		out.WriteString(plain[done:from])
		out.WriteString(filtered)
		done = to
	}
	out.WriteString(plain[done:])
	return out.String()
}

// stretch is a part of a text.
type stretch struct{ from, to int }

func (m *mask) find(found []stretch, s spelling) []stretch {
	add := func(from, to int) { found = append(found, stretch{s.source(from), s.source(to)}) }
	if m.credentials != nil {
		m.credentials.find(s.text, add)
	}
	if len(m.addresses) > 0 {
		m.addresses.find(s.text, add)
	}
	return found
}
