package route

import (
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"
	"time"
)

// clock is a learner's time.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func newClocked(t *testing.T, max int, evicted func(string)) (*Learner, *clock) {
	l := newLearners(t, max, func(_ string, r *Route) {
		if evicted != nil {
			evicted(r.Label)
		}
	}).Site("shop.example.com")
	c := &clock{time.Unix(0, 0)}
	l.now = c.now
	return l, c
}

// oneHit is the ith of many paths of which each is its own shape.
func oneHit(i int) string {
	const letters = "bdfgklmnprst"
	return fmt.Sprintf("/shop/%c%s/%c%s/%c%s/", letters[i%12], "asket", letters[i/12%12], "ook", letters[i/144%12], "ail")
}

func find(l *Learner, path string, times int) (label string) {
	for range times {
		label = l.find(path, success).Label
	}
	return label
}

func TestAUsedRouteTakesThePlaceOfOneThatWasUsedOnce(t *testing.T) {
	var gone []string
	l, _ := newClocked(t, 100, func(label string) { gone = append(gone, label) })
	for i := range 1000 {
		find(l, oneHit(i), 1)
	}
	if len(gone) != 0 {
		t.Errorf("paths that were used once took the place of others: %v", gone)
	}
	if got := find(l, "/checkout/", 2); got != Other {
		t.Errorf("used twice it is %q: its worth is not more than twice that of the others", got)
	}
	if got := find(l, "/checkout/", 1); got != "/checkout/" {
		t.Errorf("used three times it is %q", got)
	}
	if len(gone) != 1 || len(l.names) != 100 {
		t.Errorf("%d labels left and %d are known, want 1 and 100", len(gone), len(l.names))
	}
	for i := range 1000 {
		if oneHit(i) == gone[0] && l.find(gone[0], success).Label != Other {
			t.Error("the label that left is still given")
		}
	}
}

func TestAScannerDoesNotTakeTheLabelsOfRoutesInUse(t *testing.T) {
	l, c := newClocked(t, 20, nil)
	real := []string{"/", "/cart/", "/checkout/", "/orders/", "/account/", "/search/", "/login/", "/help/"}
	for day := range 3 {
		for minute := range 24 * 60 {
			c.at = c.at.Add(time.Minute)
			for i, path := range real {
				if minute%(i+1) == 0 {
					find(l, path, 1)
				}
			}
			for i := range 40 { // of which each comes again after 43 minutes
				find(l, oneHit((minute*40+i)%1728), 1)
			}
		}
		for _, path := range real {
			if got := l.find(path, nothing).Label; got != path {
				t.Errorf("on day %d %s is %q", day, path, got)
			}
		}
	}
}

func TestABurstDoesNotOutweighARouteThatIsUsedAllDay(t *testing.T) {
	l, c := newClocked(t, 1, nil)
	for range 24 * 60 {
		c.at = c.at.Add(time.Minute)
		find(l, "/cart/", 1)
		find(l, "/", 1) // so that worths are brought up to date
	}
	if got := find(l, "/wp-login/", 100_000); got != Other {
		t.Errorf("a burst has the label %q", got)
	}
	if got := find(l, "/cart/", 1); got != "/cart/" {
		t.Errorf("the route is %q", got)
	}
}

func TestANewBusyRouteDisplacesOneThatIsNotUsedAnyMore(t *testing.T) {
	l, c := newClocked(t, 1, nil)
	for range 24 * 60 {
		c.at = c.at.Add(time.Minute)
		find(l, "/old/", 10)
		find(l, "/other/", 1)
	}
	var label string
	for hours := 0; label != "/new/"; hours++ {
		if hours > 24 {
			t.Fatal("it has no label after a day")
		}
		for range 60 {
			c.at = c.at.Add(time.Minute)
			label = find(l, "/new/", 10)
		}
	}
}

// Whatever clients send, a place changes hands log2 of the largest worth times and then once in a half-life.
func TestChangesOfLabelsAreBounded(t *testing.T) {
	const labels, days = 10, 2
	gone := make(map[string]int)
	l, c := newClocked(t, labels, func(label string) { gone[label]++ })
	for minute := range days * 24 * 60 {
		c.at = c.at.Add(time.Minute)
		for i := range 30 { // each batch of paths tries hard for ten minutes
			find(l, oneHit((minute/10*30+i)%1728), 70)
		}
	}
	changes := 0
	for _, n := range gone {
		changes += n
	}
	largest := perMinute * halfLife.Minutes() / math.Ln2
	bound := labels * (int(math.Log2(largest)) + 1 + int(days*24*time.Hour/halfLife))
	if bound *= remembersGone; changes > bound { // each is reported so often at most
		t.Errorf("labels left %d times, want %d at most", changes, bound)
	}
	if changes == 0 {
		t.Error("no label ever left: nothing is tried")
	}
	if len(l.names) != labels || len(l.candidates) > candidatesPerLabel*labels {
		t.Errorf("%d labels and %d candidates", len(l.names), len(l.candidates))
	}
}

func TestAFailureTakesNoLabelAway(t *testing.T) {
	l, _ := newClocked(t, 1, nil)
	find(l, "/cart/", 1)
	for range 1000 {
		if got := l.find("/broken/", failure).Label; got != Other {
			t.Fatalf("%q", got)
		}
	}
	if got := l.find("/cart/", nothing).Label; got != "/cart/" {
		t.Errorf("%q", got)
	}
}

func TestEachSiteLearnsByItself(t *testing.T) {
	all := newLearners(t, 10, nil)
	for i := range 1000 {
		find(all.Site("scanned.example.com"), oneHit(i), 50)
	}
	if got := find(all.Site("shop.example.com"), "/cart/", 1); got != "/cart/" {
		t.Errorf("the route of another site is %q", got)
	}
	if first, second := all.Site("shop.example.com"), all.Site("shop.example.com"); first != second {
		t.Error("a site forgets what it has learned")
	}
}

func TestEventsAreNamedByShapePastTheCap(t *testing.T) {
	table := NewTable(nil, nil, newLearner(t, 1), Naming{Style: StyleOpenAPI})
	table.Label("/cart/", Answer{Status: 200})
	label := table.Label("/reports/4711/", Answer{Status: 500})
	if label != Other {
		t.Fatalf("label %q", label)
	}
	if got := table.EventName("/reports/4711/", label); got != "/reports/{var}/" {
		t.Errorf("an event is named %q", got)
	}
	if got := table.EventName("/cart/", "/cart/"); got != "/cart/" {
		t.Errorf("an event of a learned route is named %q", got)
	}
	if got := NewTable(nil, newLive(t, bookshop), newLearner(t, 1), Naming{}).EventName("/"+strings.Repeat("x", maxPath), Other); got != Other {
		t.Errorf("an event of a path that takes too long is named %q", got)
	}
}

func TestLabelsChangeHandsUnderConcurrency(t *testing.T) {
	var mu sync.Mutex
	live := make(map[string]bool)
	l, _ := newClocked(t, 20, func(label string) {
		mu.Lock()
		defer mu.Unlock()
		live[label] = true
	})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i := range 20_000 {
				find(l, oneHit(i*i%500), 1+i%7)
			}
		})
	}
	wg.Wait()
	if len(l.names) != 20 {
		t.Errorf("%d labels, want 20", len(l.names))
	}
	for shape, n := range l.names {
		if n.gone.Load() || n.shape != shape {
			t.Errorf("%s has a label and has lost it", shape)
		}
	}
}
