package evidence

import (
	"testing"
	"time"

	"github.com/caddy-django/gateway/internal/testutil"
)

const productionPage = "\n<!doctype html>\n<html lang=\"en\">\n<head>\n  <title>Server Error (500)</title>\n</head>\n<body>\n" +
	"  <h1>Server Error (500)</h1><p></p>\n</body>\n</html>\n"

func BenchmarkRead(b *testing.B) {
	debug := recording(b, "django-5.2/template_include")
	recursion := recording(b, "django-5.2/recursion")
	for _, c := range []struct{ name, contentType, body string }{
		{"production page", "text/html; charset=utf-8", productionPage},
		{"uvicorn", "text/plain; charset=utf-8", "Internal Server Error"},
		{"json", "application/json", `{"detail":"A server error occurred."}`},
		{"debug page", "text/html; charset=utf-8", debug.HTML},
		{"debug text", "text/plain; charset=utf-8", debug.Text},
		{"recursion", "text/html; charset=utf-8", recursion.HTML},
	} {
		b.Run(c.name, func(b *testing.B) {
			body := []byte(c.body)
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				Read(c.contentType, body, false)
			}
		})
	}
}

func TestARecursionIsReadQuickly(t *testing.T) {
	r := recording(t, "django-5.2/recursion")
	for contentType, body := range map[string]string{"text/html": r.HTML, "text/plain": r.Text} {
		took := testutil.CPUTime(func() { Read(contentType, []byte(body), false) })
		if took > time.Second { // 25 ms without the race detector
			t.Errorf("%s: %d bytes took %v", contentType, len(body), took)
		}
	}
}
