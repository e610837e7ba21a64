package caddymodule

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"
)

// hesitating answers late, with what its path says.
func hesitating(conn net.Conn, head *http.Request) {
	// A connection that is closed with a part of the request unread is reset.
	if _, err := io.Copy(io.Discard, head.Body); err != nil {
		return
	}
	if head.URL.Path != "/quick/" {
		time.Sleep(150 * time.Millisecond)
	}
	status := "200 OK"
	if head.URL.Path == "/failing/" {
		status = "500 Internal Server Error"
	}
	says("HTTP/1.1 "+status+"\nServer: gunicorn\nConnection: close\nContent-Type: text/plain\nContent-Length: 5\n\nhello")(conn, head)
}

func TestASlowRequestMakesAnEvent(t *testing.T) {
	g := startGateway(t, "{\n\t\tslow 100ms\n\t\tcapture_request_body 1KiB\n\t\ttag team checkout\n\t\tignore {\n\t\t\tpath /export/\n\t\t}\n\t}",
		"reverse_proxy "+backend(t, hesitating))
	const post = "POST %s?token=secret HTTP/1.1\r\nHost: %%s\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{\"sku\": \"B-17\"}"
	for _, path := range []string{"/quick/", "/export/", "/report/"} {
		g.roundTrip(g.monitored, fmt.Sprintf(post, path))
	}
	e := g.events(1)[0]
	if e.Level != "warning" || e.Tags["kind"] != "slow" || e.Tags["team"] != "checkout" || e.Request.URL != "http://"+g.monitored+"/report/" ||
		e.Request.Data != `{"sku":"B-17"}` || e.Contexts.Response.StatusCode != 200 || e.Contexts.Response.Headers["Server"] != "gunicorn" || e.Contexts.Gateway.Upstream == "" {
		t.Errorf("the event is %+v", e)
	}
	if value := e.Exception.Values[0].Value; !regexp.MustCompile(`^POST /report/ took \d{3} ms, of which \d{3} ms until the first byte$`).MatchString(value) {
		t.Error(value)
	}
	g.roundTrip(g.monitored, fmt.Sprintf(post, "/failing/"))
	g.events(2)
	for name, want := range map[string]string{"django_slow_requests_total": "captured 1, ignored 1", "django_errors_total": "captured 1"} {
		var counted []string
		for _, s := range g.gather(name) {
			if s.value() > 0 {
				counted = append(counted, s["disposition"]+" "+s["value"])
			}
		}
		if got := strings.Join(counted, ", "); got != want {
			t.Errorf("%s counts %s, want %s", name, got, want)
		}
	}
}

func TestAClientThatWaitsInVainMakesAnEvent(t *testing.T) {
	left := make(chan struct{})
	g := startGateway(t, "{\n\t\troute /page/\n\t\tslow 20ms\n\t}", "reverse_proxy "+backend(t, func(net.Conn, *http.Request) { <-left }))
	conn := g.dial(g.monitored)
	fmt.Fprintf(conn, get11, g.monitored)
	time.Sleep(50 * time.Millisecond)
	conn.Close()
	e := g.events(1)[0]
	close(left)
	if value := e.Exception.Values[0].Value; !regexp.MustCompile(`^the client of GET /page/ left after \d+ ms without an answer$`).MatchString(value) || e.Tags["http.status"] != "499" {
		t.Errorf("%s, with status %s", value, e.Tags["http.status"])
	}
	g.wantOutcome("canceled")
}

func TestWithoutTheOptionNothingIsSlow(t *testing.T) {
	g := startGateway(t, "", "reverse_proxy "+backend(t, hesitating))
	g.roundTrip(g.monitored, get11)
	g.wantOutcome("ok")
	for _, s := range g.gather("django_slow_requests_total") {
		if s.value() > 0 {
			t.Errorf("%v", s)
		}
	}
}
