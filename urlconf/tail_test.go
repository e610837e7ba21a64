package urlconf

import "testing"

func TestTailKeepsTheLast(t *testing.T) {
	for name, c := range map[string]struct {
		writes []string
		want   string
	}{
		"nothing":             {nil, ""},
		"less than the limit": {[]string{"ab", "c"}, "abc"},
		"just the limit":      {[]string{"ab", "cd"}, "abcd"},
		"more in all":         {[]string{"abc", "def"}, "cdef"},
		"more at once":        {[]string{"ab", "cdefgh"}, "efgh"},
	} {
		t.Run(name, func(t *testing.T) {
			kept := &tail{limit: 4}
			for _, w := range c.writes {
				if n, err := kept.Write([]byte(w)); n != len(w) || err != nil {
					t.Errorf("wrote %d bytes of %q: %v", n, w, err)
				}
			}
			if got := kept.String(); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
