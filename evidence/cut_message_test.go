package evidence

import (
	"strings"
	"testing"
)

func TestAPageThatEndsInItsMessageSaysTheTypeAllTheSame(t *testing.T) {
	for name, r := range recordings(t) {
		kind := name[strings.IndexByte(name, '/')+1:]
		if !strings.HasPrefix(kind, "message_") || kind == "message_empty" {
			continue
		}
		want := r.Exceptions[0]
		for _, page := range []struct{ contentType, body, before string }{
			{"text/plain; charset=utf-8", r.Text, "\n"},
			{"text/html; charset=utf-8", r.HTML, `<pre class="exception_value">`},
		} {
			begin := strings.Index(page.body, page.before) + len(page.before)
			for _, length := range []int{2, len(want.Value) / 2, len(want.Value), len(want.Value) + 30} {
				body := page.body[:begin+length]
				for _, read := range []func() *Evidence{
					func() *Evidence { return Read(page.contentType, []byte(body), true) },
					func() *Evidence { return Glance(page.contentType, []byte(body), true) },
				} {
					e := read()
					if e == nil || len(e.Exceptions) != 1 || e.Exceptions[0].Type != want.Type {
						t.Errorf("%s, %s, %d bytes of the message: %.200v", name, page.contentType, length, e)
					}
				}
			}
		}
	}
}

func TestATextThatIsNoDebugPageIsNotTakenForOne(t *testing.T) {
	for _, text := range []string{
		"Error at /orders/7/: out of stock\nand more",
		"the till failed at /orders/7/\nand more",
		"OutOfStock at home\nand more",
		" at /orders/\nand more",
	} {
		for _, cut := range []bool{false, true} {
			if e := Read("text/plain", []byte(text), cut); e == nil || e.Source != Text || len(e.Exceptions) > 0 {
				t.Errorf("%q, cut %v: %+v", text, cut, e)
			}
		}
	}
}
