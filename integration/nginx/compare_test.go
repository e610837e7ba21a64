package nginx

import (
	"net/http"
	"reflect"
	"strings"
	"testing"
)

func answered(status, body string, header ...string) Outcome {
	h := make(http.Header)
	for i := 0; i < len(header); i += 2 {
		h.Add(header[i], header[i+1])
	}
	return Outcome{Answers: []Answer{{Status: status, Header: h, Body: []byte(body)}}, After: "open"}
}

func TestCompare(t *testing.T) {
	seen := `{"digest": "x", "headers": {"Host": "a", "X-Request-Id": "0b31ba2c-3b53-4ba5-a4b9-7dfd0f0f4e0f"}, "path": "/a"}`
	for _, c := range []struct {
		name        string
		nginx, ours Outcome
		want        []Difference
	}{
		{"the same", answered("200", "a", "Etag", `"1"`, "Date", "now"), answered("200", "a", "Etag", `"2"`, "Date", "then"), nil},
		{"another status, for which the rest differs", answered("200", "a"), answered("404", "b", "X", "y"), []Difference{{"c", "status", "200", "404"}}},
		{"another body", answered("200", "a"), answered("200", "b"), []Difference{{"c", "body", "a", "b"}}},
		{"a header", answered("200", "", "Vary", "a"), answered("200", ""), []Difference{{"c", "header Vary", "a", ""}}},
		{"a weak ETag", answered("200", "", "Etag", `"1"`), answered("200", "", "Etag", `W/"1"`), []Difference{{"c", "header Etag", "strong", "weak"}}},
		{"tokens", answered("200", "csrftoken=abc;"), answered("200", "csrftoken=def;"), nil},
		{"what Django has seen", answered("200", seen), answered("200", strings.ReplaceAll(seen, `"/a"`, `"/b"`)), []Difference{{"c", "Django's path", `"/a"`, `"/b"`}}},
		{"nginx's own page", answered("404", "nginx", "Content-Type", "text/html"), answered("404", "ours", "Content-Type", "text/html; charset=utf-8", "Allow", "GET"),
			[]Difference{{"c", "header Allow", "", "GET"}, {"c", "the page of an error", "nginx's or gunicorn's", "the gateway's or Django's"}}},
		{"an answer that is not there", answered("200", ""), Outcome{After: "closed"},
			[]Difference{{"c", "status", "200", "none, as the one before"}, {"c", "connection", "open", "closed"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Compare("c", c.nginx, c.ours); !reflect.DeepEqual(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestADifferenceWithoutAReasonAndAReasonWithoutADifferenceAreFaults(t *testing.T) {
	_, faults := Table([]Difference{
		{"methods: Django, TRACE", "answer 2: header Allow", "", "GET, HEAD"},
		{"methods: Django, GET", "status", "405", "200"},
	})
	all := strings.Join(faults, "\n")
	if !strings.Contains(all, `methods: Django, GET: status: nginx "405", here "200"`) || !strings.Contains(all, "CONNECT: there is no such difference any more") {
		t.Error(all)
	}
	if strings.Contains(all, "TRACE") {
		t.Error("TRACE has a reason:\n" + all)
	}
}

func TestEveryCaseHasANameOfItsOwn(t *testing.T) {
	names := make(map[string]bool)
	for _, c := range append(Cases(), WithoutDjango()...) {
		if names[c.Name] {
			t.Errorf("two cases are called %s", c.Name)
		}
		names[c.Name] = true
	}
}
