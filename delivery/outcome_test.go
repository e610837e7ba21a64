package delivery

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestJudge(t *testing.T) {
	long := strings.Repeat("é", 150) // 300 bytes
	tests := []struct {
		name   string
		status int
		header http.Header
		body   string
		want   outcome
	}{
		{"200 is delivered", 200, nil, `{"id":"1"}`, outcome{verdict: delivered}},
		{"202 is delivered", 202, nil, "", outcome{verdict: delivered}},
		{
			"200 may ask to wait", 200, http.Header{"X-Sentry-Rate-Limits": {"60:error"}}, "",
			outcome{verdict: delivered, pause: time.Minute},
		},
		{"200 with a page is somebody else's", 200, nil, "\r\n<!DOCTYPE html><title>Wi-Fi</title>", outcome{verdict: failed, reason: "HTTP 200, but not from Sentry: <!DOCTYPE html><title>Wi-Fi</title>"}},
		{"200 with a word is delivered", 200, http.Header{"Content-Type": {"text/html"}}, "OK", outcome{verdict: delivered}},
		{"200 with a sentence is somebody else's", 200, nil, "Please log in", outcome{verdict: failed, reason: "HTTP 200, but not from Sentry: Please log in"}},
		{"201 with a sentence is somebody else's", 201, nil, "created", outcome{verdict: failed, reason: "HTTP 201, but not from Sentry: created"}},
		{"200 with a JSON list is somebody else's", 200, nil, `[]`, outcome{verdict: failed, reason: "HTTP 200, but not from Sentry: []"}},
		{"200 with a JSON string is somebody else's", 200, nil, `"ok"`, outcome{verdict: failed, reason: `HTTP 200, but not from Sentry: "ok"`}},
		{"200 with null is somebody else's", 200, nil, `null`, outcome{verdict: failed, reason: "HTTP 200, but not from Sentry: null"}},
		{"200 with a template is somebody else's", 200, nil, `{{ page }}`, outcome{verdict: failed, reason: "HTTP 200, but not from Sentry: {{ page }}"}},
		{"200 with any JSON object is delivered", 200, nil, " {}\n", outcome{verdict: delivered}},
		{"200 with a JSON object that broke off is delivered", 200, nil, `{"id":"12`, outcome{verdict: delivered}},
		{"200 with nothing is delivered", 200, nil, "\n", outcome{verdict: delivered}},
		{"400 for an event that exists is delivered", 400, nil, `{"detail": "Event already exists"}`, outcome{verdict: delivered}},
		{"another status with these words is not", 413, nil, "event already exists", outcome{verdict: refused, reason: "HTTP 413: event already exists"}},
		{"400 is refused", 400, nil, "bad envelope", outcome{verdict: refused, reason: "HTTP 400: bad envelope"}},
		{"413 is refused", 413, nil, "", outcome{verdict: refused, reason: "HTTP 413"}},
		{"302 is refused", 302, http.Header{"Location": {"/login"}}, "", outcome{verdict: refused, reason: "HTTP 302"}},
		{
			"Sentry's own explanation is preferred", 400, http.Header{"X-Sentry-Error": {"project is disabled"}}, "<html>",
			outcome{verdict: refused, reason: "HTTP 400: project is disabled"},
		},
		{"an explanation becomes one printable line", 400, nil, " a\r\n\tb\x00\x1b[31m\xff ", outcome{verdict: refused, reason: "HTTP 400: a b [31m"}},
		{"an explanation is cut between characters", 400, nil, "x" + long, outcome{verdict: refused, reason: "HTTP 400: x" + strings.Repeat("é", 99)}},
		{"401 is tried again: the key may be put right", 401, nil, "", outcome{verdict: failed, reason: "HTTP 401"}},
		{"403 is tried again", 403, nil, "unknown key", outcome{verdict: failed, reason: "HTTP 403: unknown key"}},
		{"404 is tried again: the project may be", 404, nil, "", outcome{verdict: failed, reason: "HTTP 404"}},
		{"408 is tried again", 408, nil, "", outcome{verdict: failed, reason: "HTTP 408"}},
		{"500 is tried again", 500, nil, "oops", outcome{verdict: failed, reason: "HTTP 500: oops"}},
		{"599 is tried again", 599, nil, "", outcome{verdict: failed, reason: "HTTP 599"}},
		{"429 is tried again later", 429, http.Header{"Retry-After": {"7"}}, "", outcome{verdict: failed, reason: "HTTP 429", pause: 7 * time.Second}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := judge(tt.status, tt.header, []byte(tt.body), noon); got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}
