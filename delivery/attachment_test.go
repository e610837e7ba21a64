package delivery

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/caddy-django/gateway/store"
)

const page = "response.html text/html event.attachment <p>line\nline</p>"

// files are the attachments that arrived, "event" for each request with an event.
func (b *bench) files() (files []string) {
	for _, h := range b.receiver.arrived() {
		if h.file == "" {
			files = append(files, "event")
		} else {
			files = append(files, h.file)
		}
	}
	return files
}

func (b *bench) mustHaveFiles(want ...string) {
	b.t.Helper()
	if got := b.files(); strings.Join(got, "|") != strings.Join(want, "|") {
		b.t.Errorf("arrived are %q, want %q", got, want)
	}
}

// mustBeThrough fails the test unless nothing waits and the attachments of the shop have come to these results.
func (b *bench) mustBeThrough(delivered, dropped float64) {
	b.t.Helper()
	if left := b.outbox.left(); len(left) != 0 {
		b.t.Errorf("left are %v", left)
	}
	b.mustShow(delivered, "django_delivery_attachments_total", `result="delivered"`)
	b.mustShow(dropped, "django_delivery_attachments_total", `result="dropped"`)
	b.mustShow(1, "django_delivery_events_total", `result="delivered"`)
}

func TestAnAttachmentFollowsItsEvent(t *testing.T) {
	onFakeClock(t, following(), func(t *testing.T, b *bench) {
		id := b.outbox.attach(b.shop.Name())
		b.sender.Start()
		synctest.Wait()
		b.mustHaveFiles("event", page)
		b.receiver.mustHaveTaken(1)
		for _, h := range b.receiver.arrived() {
			if h.eventID != id || h.sentAt != "2000-01-01T00:00:00.000Z" {
				t.Errorf("the envelope of %s was sent at %v", h.eventID, h.sentAt)
			}
		}
		b.mustBeThrough(1, 0)
	})
}

// Whatever a receiver makes of the attachment: it has the event, once.
func TestAReceiverThatRefusesAttachmentsHasTheEvent(t *testing.T) {
	ok := status(http.StatusOK, "{}")
	for name, c := range map[string]struct {
		script []http.HandlerFunc
		files  int // attempts to deliver the attachment
		report string
	}{
		"400":                               {[]http.HandlerFunc{ok, status(400, "")}, 1, "send_error"},
		"403":                               {[]http.HandlerFunc{ok, status(403, "")}, 1, "send_error"},
		"413":                               {[]http.HandlerFunc{ok, status(413, "")}, 1, "send_error"},
		"501, again and again":              {append([]http.HandlerFunc{ok}, times(9, status(501, ""))...), maxFollows, "send_error"},
		"resets, again and again":           {append([]http.HandlerFunc{ok}, times(9, reset)...), maxFollows, "send_error"},
		"a limit that comes with the event": {[]http.HandlerFunc{status(200, "{}", "X-Sentry-Rate-Limits", "60:attachment:project")}, 0, "ratelimit_backoff"},
		"a limit that comes with it":        {[]http.HandlerFunc{ok, status(429, "", "X-Sentry-Rate-Limits", "60:attachment:project")}, 1, "ratelimit_backoff"},
	} {
		t.Run(name, func(t *testing.T) {
			onFakeClock(t, following(c.script...), func(t *testing.T, b *bench) {
				b.outbox.attach(b.shop.Name())
				b.sender.Start()
				settle(3 * time.Hour)
				want := []string{"event"}
				for range c.files {
					want = append(want, page)
				}
				b.mustHaveFiles(want...)
				b.receiver.mustHaveTaken(1)
				b.mustBeThrough(0, 1)
				b.receiver.script = nil
				b.outbox.add(b.shop.Name(), 1)
				synctest.Wait()
				b.mustHaveReported(`[{"reason":"` + c.report + `","category":"attachment","quantity":16}]`)
			})
		})
	}
}

func TestALimitOfAttachmentsHoldsNoEventUp(t *testing.T) {
	limit := status(429, "", "X-Sentry-Rate-Limits", "3600:attachment:project")
	onFakeClock(t, following(status(200, ""), limit), func(t *testing.T, b *bench) {
		b.sender.Start()
		b.outbox.attach(b.shop.Name())
		synctest.Wait()
		b.outbox.attach(b.shop.Name())
		synctest.Wait()
		b.receiver.mustHaveTaken(2)
		b.mustHaveFiles("event", page, "event")
		settle(2 * time.Hour)
		b.outbox.attach(b.shop.Name())
		synctest.Wait()
		b.mustHaveFiles("event", page, "event", "event", page)
	})
}

// A receiver that takes events and fails with attachments is up: events go at once, and four at a time.
func TestAnAttachmentThatFailsHoldsNoEventUp(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{"503": status(503, ""), "408": status(408, ""), "a reset": reset, "a page": status(200, "<html>")} {
		t.Run(name, func(t *testing.T) {
			onFakeClock(t, func(t *testing.T) *receiver {
				r := newReceiver(t)
				r.files = answer
				return r
			}, func(t *testing.T, b *bench) {
				b.sender.Start()
				for n := range 20 {
					b.outbox.attach(b.shop.Name())
					synctest.Wait() // no time passes
					b.receiver.mustHaveTaken(n + 1)
				}
				if got := b.sender.Status()[b.shop.Name()]; !got.Up {
					t.Errorf("status %+v", got)
				}
				settle(3 * time.Hour)
				attempts := make(map[string]int)
				for _, h := range b.receiver.arrived() {
					if h.file != "" {
						attempts[h.eventID]++
					}
				}
				for id, n := range attempts {
					if n != maxFollows {
						t.Errorf("the attachment of %s was sent %d times, want %d", id, n, maxFollows)
					}
				}
				b.mustShow(20, "django_delivery_attachments_total", `result="dropped"`)
				if left := b.outbox.left(); len(left) != 0 || len(attempts) != 20 {
					t.Errorf("left are %v, %d attachments were sent", left, len(attempts))
				}
				if pending := b.sender.workers[b.shop.Name()].follow; len(pending.attempts)+len(pending.retries) != 0 {
					t.Errorf("remembered are %+v", pending)
				}
			})
		})
	}
}

// An event that arrived is not sent again for the sake of its attachment, also while that is not committed yet.
func TestOnlyTheAttachmentIsTriedAgain(t *testing.T) {
	for _, uncommitted := range []bool{false, true} {
		onFakeClock(t, following(status(200, ""), reset, status(503, ""), status(429, "", "Retry-After", "5")), func(t *testing.T, b *bench) {
			b.outbox.uncommitted = uncommitted
			b.outbox.attach(b.shop.Name())
			b.sender.Start()
			settle(time.Hour)
			b.mustHaveFiles("event", page, page, page, page)
			b.mustBeThrough(1, 0)
			if len(b.outbox.arrived) != 1 {
				t.Errorf("arrived are %v", b.outbox.arrived)
			}
		})
	}
}

func TestAnAttachmentThatWasLeftIsDeliveredAfterARestart(t *testing.T) {
	onFakeClock(t, following(), func(t *testing.T, b *bench) {
		b.outbox.attach(b.shop.Name())
		b.outbox.Arrived(1)
		b.sender.Start()
		synctest.Wait()
		b.mustHaveFiles(page)
		if left := b.outbox.left(); len(left) != 0 {
			t.Errorf("left are %v", left)
		}
	})
}

func TestTheAttachmentOfARefusedEventIsNotSent(t *testing.T) {
	onFakeClock(t, following(status(413, "")), func(t *testing.T, b *bench) {
		b.outbox.attach(b.shop.Name())
		b.sender.Start()
		settle(time.Hour)
		b.mustHaveFiles("event")
		b.sender.Retry(b.ref(1, store.SetAside)) // and now it is taken
		synctest.Wait()
		b.mustHaveFiles("event", "event", page)
	})
}

func TestDroppingAnEventThatHasArrivedReportsNone(t *testing.T) {
	onFakeClock(t, following(), func(t *testing.T, b *bench) {
		refs := b.ref(7, store.Waiting)
		refs[0].Arrived = true
		b.sender.Drop(refs)
		if n, _ := b.metric("django_delivery_events_total", `result="dropped"`); n != 0 {
			t.Errorf("%v events are dropped", n)
		}
		b.mustShow(1, "django_delivery_attachments_total", `result="dropped"`)
		b.outbox.add(b.shop.Name(), 1)
		b.sender.Start()
		synctest.Wait()
		b.mustHaveReported()
	})
}
