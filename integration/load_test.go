package integration

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/time/rate"
)

// load is a series of requests that all fail, each for a given reason, and the
// log of what became of them.
type load struct {
	requests []request
	next     atomic.Int64 // index of the next request to send
	answered atomic.Int64
}

type request struct {
	reason   string
	sent     bool
	answered time.Time // zero: it was not
}

// pace is in requests a second. It is a bad outage, and less than what the
// machine can take: at its limit a failure waits longer to be committed.
func pace() rate.Limit {
	if long() {
		return 2000
	}
	return 500 // of a busy machine, too
}

// newLoad mixes failures that happen once with a tenth as many that happen ten times: 5,500 of them, or 1,100.
func newLoad() *load {
	l, groups := new(load), 1100
	if long() {
		groups *= 5
	}
	for group := range groups {
		times := 1
		if group%11 == 0 {
			times = 10
		}
		for range times {
			l.requests = append(l.requests, request{reason: reason(group)})
		}
	}
	rand.Shuffle(len(l.requests), func(i, j int) { l.requests[i], l.requests[j] = l.requests[j], l.requests[i] })
	return l
}

// reason is a message of its own for each group. It has no digits, which the
// gateway takes for something that varies.
func reason(group int) string {
	word := make([]byte, 4)
	for i := range word {
		word[i] = byte('g' + group%20)
		group /= 20
	}
	return "the " + string(word) + " is jammed"
}

// jammed answers with the failure that it is asked for.
func jammed(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/plain")
	w.WriteHeader(http.StatusInternalServerError)
	io.WriteString(w, r.URL.Query().Get("because")+"\n")
}

// send sends requests from where it stopped, several at a time, until all are
// sent or the gateway no longer answers.
func (l *load) send(t *testing.T, site string) {
	client := newClient(t)
	limit := rate.NewLimiter(pace(), 1)
	var clients sync.WaitGroup
	for range 8 {
		clients.Go(func() {
			for limit.Wait(t.Context()) == nil && l.sendOne(client, site) == nil {
			}
		})
	}
	clients.Wait()
}

// sendOne returns an error when there is no answer, or nothing left to send.
func (l *load) sendOne(client *http.Client, site string) error {
	i := int(l.next.Add(1)) - 1
	if i >= len(l.requests) {
		l.next.Store(int64(len(l.requests)))
		return io.EOF
	}
	r := &l.requests[i]
	r.sent = true
	resp, err := client.Get(site + "/crash/jam/?because=" + url.QueryEscape(r.reason))
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if body, err := io.ReadAll(resp.Body); err != nil || string(body) != r.reason+"\n" {
		return fmt.Errorf("answered with %s %q: %w", resp.Status, body, err)
	}
	r.answered = time.Now()
	l.answered.Add(1)
	return nil
}

// counts are the numbers of requests by reason: those that were answered before
// a moment, and all that were sent.
func (l *load) counts(before time.Time) (answered, sent map[string]int64) {
	answered, sent = make(map[string]int64), make(map[string]int64)
	for _, r := range l.requests {
		if r.sent {
			sent[r.reason]++
		}
		if !r.answered.IsZero() && r.answered.Before(before) {
			answered[r.reason]++
		}
	}
	return answered, sent
}
