package capture

import (
	"strings"
	"testing"
)

// What shows by its shape is hidden whatever stands around it, apart from what
// would make it a part of something else.
func FuzzScrubShapes(f *testing.F) {
	s := newScrubber(f)
	for _, secret := range unnamed {
		f.Add(secret, "")
		f.Add("", secret)
	}
	for _, text := range harmless {
		f.Add(text, text)
	}
	f.Fuzz(func(t *testing.T, before, after string) {
		finishesIn(t, slow, "shapes", func() {
			for name, secret := range unnamed {
				if tell, ok := tells[name]; ok && strings.Contains(before+after, tell) || strings.Contains(before+after, secret) {
					continue
				}
				clean := s.hideShapes(before + " (" + secret + ") " + after)
				if tell, ok := tells[name]; ok {
					secret = tell
				}
				if strings.Contains(clean, secret) {
					t.Errorf("%s survives between %q and %q: %q", name, before, after, clean)
				}
			}
		})
	})
}

// What is explained is what is done, and every place is one.
func FuzzExplain(f *testing.F) {
	for _, x := range secrets {
		f.Add("", string(x.Failure.Body))
		f.Add("text/html", string(x.Failure.Body))
	}
	s := newScrubber(f)
	f.Fuzz(func(t *testing.T, contentType, body string) {
		if strings.ContainsFunc(body, func(r rune) bool { return firstMark <= r && r <= lastMark }) {
			return
		}
		finishesIn(t, slow, "explain", func() {
			e := s.Explain(contentType, []byte(body), false)
			if !e.IsText {
				return
			}
			if want := s.body(trimPartialRune([]byte(body)), formatOf(contentType, []byte(body))); e.Text != want {
				t.Errorf("explained %q, kept %q", e.Text, want)
			}
			lines := strings.Split(e.Text, "\n")
			for _, r := range e.Replacements {
				if r.Line > len(lines) || r.Column > len([]rune(lines[r.Line-1]))+1 || r.Column < 1 {
					t.Errorf("%+v is nowhere in %q", r, e.Text)
				}
			}
		})
	})
}
