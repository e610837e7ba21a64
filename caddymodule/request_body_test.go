package caddymodule

import (
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestTheBodyOfAFailingRequest(t *testing.T) {
	long := strings.Repeat("0123456789", 100_000)
	for _, c := range []struct {
		name, monitor, contentType, body string
		chunked                          bool
		data, state                      string
	}{
		{"is not kept unless asked for", "", "application/json", `{"qty": 2}`, false, "", ""},
		{"is kept", "capture_request_body 1KiB", "application/json", `{"qty": 2, "token": "x"}`, false, `{"qty":2,"token":"[Filtered]"}`, "whole"},
		{"is kept when it comes in chunks", "capture_request_body 1KiB", "application/json", `{"qty": 2}`, true, `{"qty":2}`, "whole"},
		{"is told to be too long", "capture_request_body 1KiB", "application/json", `["` + long + `"]`, false, "", "cut"},
		{"is told to be too long when it comes in chunks", "capture_request_body 1KiB", "application/x-www-form-urlencoded", "a=1&b=" + long, true, "a=1", "cut"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var arrived [sha256.Size]byte
			application := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				arrived = sha256.Sum256(body)
				w.WriteHeader(http.StatusInternalServerError)
			}))
			t.Cleanup(application.Close)
			g := startGateway(t, "{\n\t"+c.monitor+"\n}", "reverse_proxy "+application.Listener.Addr().String())
			request, err := http.NewRequest(http.MethodPost, "http://"+g.monitored+"/orders/", strings.NewReader(c.body))
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("Content-Type", c.contentType)
			if c.chunked {
				request.ContentLength = -1
			}
			response, err := http.DefaultClient.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			response.Body.Close()
			if arrived != sha256.Sum256([]byte(c.body)) {
				t.Error("the application has got another body")
			}
			e := g.events(1)[0]
			if e.Request.Data != c.data || e.Contexts.Gateway.RequestBody != c.state {
				t.Errorf("%.200s (%s), want %s (%s)", e.Request.Data, e.Contexts.Gateway.RequestBody, c.data, c.state)
			}
			if got := fmt.Sprint(g.outcomes()); !strings.Contains(got, "app_error:1") {
				t.Errorf("outcomes %s", got)
			}
		})
	}
}
