package capture

import (
	"strings"
	"testing"

	"github.com/caddy-django/gateway/exchange"
	"github.com/caddy-django/gateway/store"
)

func BenchmarkProcess(b *testing.B) {
	debug := fixture(b, "debug.html")
	debug += strings.Repeat("<p>total = price * quantity</p>\n", (50<<10-len(debug))/32)
	for _, c := range []struct {
		name     string
		x        *exchange.Exchange
		captured bool
	}{
		{"production page, rate limited", asHTML(fixture(b, "production.html")), false},
		{"production page, captured", asHTML(fixture(b, "production.html")), true},
		{"50 KB debug page, rate limited", asHTML(debug), false},
		{"50 KB debug page, captured", asHTML(debug), true},
	} {
		b.Run(c.name, func(b *testing.B) {
			rec := New(Config{Record: func(store.Occurrence) {}})
			site := rec.Site(Options{Scrubber: newScrubber(b)})
			b.ReportAllocs()
			for b.Loop() {
				if c.captured {
					rec.limiter = newLimiter()
				}
				rec.process(site.copy(c.x, 0))
			}
		})
	}
}

func BenchmarkObserveFailure(b *testing.B) {
	rec := New(Config{Record: func(store.Occurrence) {}})
	site := rec.Site(Options{Scrubber: newScrubber(b)})
	x := asHTML(fixture(b, "production.html"))
	b.ReportAllocs()
	for b.Loop() {
		site.Observe(x)
		rec.free(<-rec.queue)
	}
}

func BenchmarkScrub(b *testing.B) {
	s := newScrubber(b)
	fill := func(line string) string { return strings.Repeat(line, 64<<10/len(line)) }
	for name, body := range map[string]struct {
		text   string
		format format
	}{
		"64 KB of prose":        {fill("The quick brown fox jumps over the lazy dog.\n"), formatText},
		"64 KB of assignments":  {fill("total_price = price * 1.2 if x else {'a': 1}\n"), formatText},
		"64 KB of secrets":      {fill("api_key = 'abcdefghijk'\n"), formatText},
		"64 KB of separators":   {fill("=:"), formatText},
		"64 KB of a debug page": {fill(fixture(b, "debug.html")), formatHTML},
		"64 KB of JSON":         {"[" + strings.TrimSuffix(fill(`{"id": 7, "name": "Ada", "token": "x"},`), ",") + "]", formatJSON},
		"64 KB of a query":      {fill("page=2&token=x&next=%2Fa%3Fb%3D1&"), formatForm},
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(body.text)))
			for b.Loop() {
				s.body([]byte(body.text), body.format)
			}
		})
	}
}
