package nginx

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Difference is one thing that two servers did differently with a case.
type Difference struct {
	Case   string
	Aspect string // such as "status" or "header Location"
	Nginx  string
	Ours   string
}

// Compare finds what differs. If the statuses do, the rest does for that reason.
func Compare(name string, nginx, ours Outcome) (all []Difference) {
	add := func(aspect, a, b string) {
		if a != b {
			all = append(all, Difference{name, aspect, a, b})
		}
	}
	for i := range max(len(nginx.Answers), len(ours.Answers)) {
		prefix := ""
		if i > 0 {
			prefix = fmt.Sprintf("answer %d: ", i+1)
		}
		a, b := at(nginx, i), at(ours, i)
		add(prefix+"interim", a.Interim, b.Interim)
		add(prefix+"status", a.Status, b.Status)
		if a.Status != b.Status {
			continue
		}
		x, y := a.aspects(), b.aspects()
		if a.serversOwn() {
			x, y = only(x, ofErrors), only(y, ofErrors)
			x["the page of an error"], y["the page of an error"] = "nginx's or gunicorn's", "the gateway's or Django's"
		}
		for _, aspect := range slices.Sorted(maps.Keys(union(x, y))) {
			add(prefix+aspect, x[aspect], y[aspect])
		}
	}
	add("connection", nginx.After, ours.After)
	return all
}

func at(o Outcome, i int) Answer {
	if i < len(o.Answers) {
		return o.Answers[i]
	}
	return Answer{Status: "none, as the one before"}
}

// serversOwn reports whether nginx or gunicorn made up an error by themselves: Django names
// the charset of its pages.
func (a Answer) serversOwn() bool {
	return a.Status >= "400" && a.Header.Get("Content-Type") == "text/html"
}

// ofErrors are headers that matter on an error, whoever made it.
var ofErrors = []string{"header Allow", "header Content-Disposition", "header Content-Range", "header Location", "header Retry-After", "header Set-Cookie", "header WWW-Authenticate"}

func only(all map[string]string, names []string) map[string]string {
	some := make(map[string]string)
	for _, name := range names {
		if value, ok := all[name]; ok {
			some[name] = value
		}
	}
	return some
}

func union(a, b map[string]string) map[string]string {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

// aspects are what is compared of an answer: its headers, and its body or, if it
// is that of the mirror, what Django has seen.
func (a Answer) aspects() map[string]string {
	all := make(map[string]string)
	if a.Cut {
		all["the end of the body"] = "missing"
	}
	for name, values := range a.Header {
		if !slices.Contains(framing, name) {
			all["header "+name] = tidyHeader(name, tidy(strings.Join(values, " | ")))
		}
	}
	// Each server makes its own; what it is good for, the conditional requests show.
	if tag, ok := all["header Etag"]; ok {
		all["header Etag"] = "strong"
		if strings.HasPrefix(tag, "W/") {
			all["header Etag"] = "weak"
		}
	}
	body := a.plain()
	var seen struct {
		Headers map[string]string
		Digest  string
	}
	if json.Unmarshal(body, &seen) != nil || seen.Digest == "" {
		all["body"] = tidy(string(body))
		return all
	}
	delete(all, "header Content-Length") // of what Django has seen
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil {
		panic(err) // it has just been decoded
	}
	delete(fields, "headers")
	for name, value := range fields {
		all["Django's "+name] = string(value)
	}
	for name, value := range seen.Headers {
		all["Django's header "+name] = tidyHeader(name, value)
	}
	return all
}

// framing are headers between two machines, of which the meaning is compared.
var framing = []string{"Connection", "Date", "Keep-Alive", "Transfer-Encoding"}

// plain is the body without its compression. One that is not what it says stays.
func (a Answer) plain() []byte {
	if a.Header.Get("Content-Encoding") != "gzip" {
		return a.Body
	}
	zr, err := gzip.NewReader(bytes.NewReader(a.Body))
	if err != nil {
		return a.Body
	}
	body, err := io.ReadAll(zr)
	if err != nil {
		return a.Body
	}
	return body
}

// random is what is another each time: tokens against forgery, the boundary of
// several ranges, the code of an error page, dates of cookies.
var random = []struct {
	pattern *regexp.Regexp
	with    string
}{
	{regexp.MustCompile(`(csrftoken=|csrfmiddlewaretoken" value=")\w+`), "${1}TOKEN"},
	{regexp.MustCompile(`expires=[^;]+`), "expires=DATE"},
	{regexp.MustCompile(`boundary=[0-9a-f]+`), "boundary=BOUNDARY"},
	{regexp.MustCompile(`--(?:[0-9a-f]{60}|[0-9]{20})`), "--BOUNDARY"},
	{regexp.MustCompile(`<code>\w+</code>`), "<code>CODE</code>"},
}

func tidy(text string) string {
	for _, r := range random {
		text = r.pattern.ReplaceAllString(text, r.with)
	}
	return text
}

func tidyHeader(name, value string) string {
	switch name {
	case "X-Request-Id":
		return regexp.MustCompile(`^[0-9a-f-]{36}$`).ReplaceAllString(value, "UUID")
	case "X-Request-Start":
		return regexp.MustCompile(`^t=\d{13}$`).ReplaceAllString(value, "t=MILLISECONDS")
	}
	return value
}
