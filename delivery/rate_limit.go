package delivery

import (
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	// minPause keeps an answer such as "Retry-After: 0" from becoming a busy loop.
	minPause = time.Second
	// defaultPause is how long a 429 that names no time lasts (Sentry: develop-docs/sdk/expected-features/rate-limiting).
	defaultPause = time.Minute
	// maxPause bounds how long a mistaken header can stop delivery.
	maxPause = 24 * time.Hour
)

// limitedCategories are the categories of X-Sentry-Rate-Limits that concern error events: all of them (empty), their
// own, and "default", which Relay counts among the errors (Relay: DataCategory::is_error). To heed it costs a delay at
// most, as a limited event stays in the outbox.
var limitedCategories = []string{"", "error", "default"}

// attachmentCategories are those that concern attachments.
var attachmentCategories = []string{"", CategoryAttachment}

// requestedPause returns how long the receiver asks not to be sent error events: 0, or up to maxPause. Any answer may
// ask for it with X-Sentry-Rate-Limits, also one that accepts the event; a 429 always does.
func requestedPause(status int, header http.Header, now time.Time) time.Duration {
	pause := parseRateLimits(header, limitedCategories)
	if status != http.StatusTooManyRequests {
		return pause
	}
	if pause == 0 {
		pause = parseRetryAfter(header.Get("Retry-After"), now)
	}
	return max(pause, minPause)
}

// transactionCategories are those that concern transactions.
var transactionCategories = []string{"", "transaction"}

// requestedTransactionPause is requestedPause for transactions. What X-Sentry-Rate-Limits says of others holds for others:
// Retry-After counts without it alone.
func requestedTransactionPause(status int, header http.Header, now time.Time) time.Duration {
	if len(header.Values("X-Sentry-Rate-Limits")) > 0 {
		return parseRateLimits(header, transactionCategories)
	}
	if status != http.StatusTooManyRequests {
		return 0
	}
	return max(parseRetryAfter(header.Get("Retry-After"), now), minPause)
}

// parseRateLimits returns the longest limit of the X-Sentry-Rate-Limits headers that concerns one of the categories, 0 if none
// does. The header is a list of "<seconds>:<category>;<category>...:<scope>:<reason>..." of which everything but the
// seconds may be missing; what cannot be read is passed over.
//
// Relay: relay-server/src/utils/rate_limits.rs.
func parseRateLimits(header http.Header, of []string) time.Duration {
	var longest time.Duration
	for limit := range strings.SplitSeq(strings.Join(header.Values("X-Sentry-Rate-Limits"), ","), ",") {
		seconds, rest, _ := strings.Cut(limit, ":")
		categories, _, _ := strings.Cut(rest, ":")
		concerned := slices.ContainsFunc(strings.Split(categories, ";"), func(category string) bool {
			return slices.Contains(of, strings.ToLower(strings.TrimSpace(category)))
		})
		if pause, ok := parseSeconds(seconds); ok && concerned {
			longest = max(longest, pause)
		}
	}
	return longest
}

// parseRetryAfter returns how long a Retry-After header (RFC 9110 10.2.3: seconds, or a date) asks to wait from now,
// defaultPause if it cannot be read.
func parseRetryAfter(header string, now time.Time) time.Duration {
	if pause, ok := parseSeconds(header); ok {
		return pause
	}
	if date, err := http.ParseTime(header); err == nil {
		return min(max(date.Sub(now), 0), maxPause)
	}
	return defaultPause
}

// parseSeconds reads a number of seconds, possibly a fraction, which is rounded up. Negative ones are 0 (Relay:
// relay-quotas/src/rate_limit.rs).
func parseSeconds(s string) (time.Duration, bool) {
	seconds, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || math.IsNaN(seconds) {
		return 0, false
	}
	seconds = min(max(math.Ceil(seconds), 0), maxPause.Seconds())
	return time.Duration(seconds) * time.Second, true
}
