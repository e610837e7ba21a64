package delivery

import (
	"net/http"
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func TestParseRateLimits(t *testing.T) {
	tests := []struct {
		name, header string
		want         time.Duration
	}{
		{"no header", "", 0},
		{"seconds alone limit everything", "60", time.Minute},
		{"no category is every category", "60::organization", time.Minute},
		{"an empty category in a list is every category", "60:transaction;:organization", time.Minute},
		{"errors", "60:error:organization", time.Minute},
		{"errors among others", "60:transaction;error;security:key:quota", time.Minute},
		{"the default category", "60:default:organization", time.Minute},
		{"transactions alone", "60:transaction:organization", 0},
		{"attachments alone", "60:attachment:project", 0},
		{"an unknown category", "60:errors:project", 0},
		{"a scope that is called as a category", "60:transaction:error", 0},
		{"a reason and namespaces behind", "60:error:organization:usage_exceeded:custom;error", time.Minute},
		{"the longest of several", "10:error:key, 2700:default;error;security:organization, 20:error:key", 45 * time.Minute},
		{"the longest of those that concern errors", "10:error:key,2700:transaction:organization", 10 * time.Second},
		{"blanks and capitals", "  60 : Transaction ; ERROR : Organization ", time.Minute},
		{"a fraction is rounded up", "1.2:error:key", 2 * time.Second},
		{"negative seconds", "-5:error:key", 0},
		{"what cannot be read is passed over", "soon:error:key,,:error,5:error:key", 5 * time.Second},
		{"what is no number", "NaN:error:key", 0},
		{"for ever is a day", "Inf:error:key", maxPause},
		{"more than a clock can count is a day", "1e300:error:key", maxPause},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := limits(tt.header); got != tt.want {
				t.Errorf("parseRateLimits(%q) = %v, want %v", tt.header, got, tt.want)
			}
		})
	}
}

func TestParseRetryAfter(t *testing.T) {
	tests := []struct {
		name, header string
		want         time.Duration
	}{
		{"no header", "", defaultPause},
		{"seconds", "17", 17 * time.Second},
		{"a fraction", "0.5", time.Second},
		{"negative seconds", "-1", 0},
		{"a date", "Sun, 22 Nov 2026 12:01:30 GMT", 90 * time.Second},
		{"a date in RFC 850's form", "Sunday, 22-Nov-26 12:01:30 GMT", 90 * time.Second},
		{"a date that is over", "Sun, 22 Nov 2026 11:00:00 GMT", 0},
		{"a date far away", "Sun, 22 Nov 2099 12:00:00 GMT", maxPause},
		{"something else", "later", defaultPause},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := parseRetryAfter(tt.header, noon); got != tt.want {
				t.Errorf("parseRetryAfter(%q) = %v, want %v", tt.header, got, tt.want)
			}
		})
	}
}

func TestRequestedPause(t *testing.T) {
	tests := []struct {
		name   string
		status int
		header http.Header
		want   time.Duration
	}{
		{"a 200 asks for nothing", 200, nil, 0},
		{"a 200 with a limit asks for it", 200, http.Header{"X-Sentry-Rate-Limits": {"60:error"}}, time.Minute},
		{"a 200's Retry-After means nothing", 200, http.Header{"Retry-After": {"60"}}, 0},
		{"limits may come in several headers", 429, http.Header{"X-Sentry-Rate-Limits": {"1:error", "5:error"}}, 5 * time.Second},
		{
			"a limit comes before Retry-After", 429,
			http.Header{"X-Sentry-Rate-Limits": {"5:error"}, "Retry-After": {"100"}}, 5 * time.Second,
		},
		{
			"a 429 whose limits concern others falls back to Retry-After", 429,
			http.Header{"X-Sentry-Rate-Limits": {"5:transaction"}, "Retry-After": {"100"}}, 100 * time.Second,
		},
		{"a bare 429 asks for a minute", 429, nil, time.Minute},
		{"a 429 always asks for something", 429, http.Header{"Retry-After": {"0"}}, minPause},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := requestedPause(tt.status, tt.header, noon); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func FuzzParseRateLimits(f *testing.F) {
	for _, seed := range []string{"", "60", "60:error:organization", "1e9:;:,::,NaN:error", "-1:default", "9223372036854775807"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		alone := limits(header)
		if alone < 0 || alone > maxPause || alone%time.Second != 0 {
			t.Errorf("parseRateLimits(%q) = %v", header, alone)
		}
		if both := limits(header + ",60:error:key"); both != max(alone, time.Minute) {
			t.Errorf("a limit of a minute behind %q (%v) gives %v", header, alone, both)
		}
	})
}

func FuzzParseRetryAfter(f *testing.F) {
	for _, seed := range []string{"", "0", "60", "-1", "1e400", "nan", "Sun, 22 Nov 2026 12:01:30 GMT", "Mon, 01 Jan 0001 00:00:00 GMT"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		if got := parseRetryAfter(header, noon); got < 0 || got > maxPause {
			t.Errorf("parseRetryAfter(%q) = %v", header, got)
		}
	})
}

// limits reads one X-Sentry-Rate-Limits header.
func limits(header string) time.Duration {
	return parseRateLimits(http.Header{"X-Sentry-Rate-Limits": {header}}, limitedCategories)
}
