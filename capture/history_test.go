package capture

import (
	"fmt"
	"sync"
	"testing"
	"time"
	"unsafe"

	"github.com/caddy-django/gateway/exchange"
)

// visited is an exchange that ended so many seconds after the start.
func visited(route string, second int) *exchange.Exchange {
	return &exchange.Exchange{Method: "GET", Route: route, Status: 200, Start: start, Duration: time.Duration(second) * time.Second}
}

func routes(visits []visit) (routes []string) {
	for _, v := range visits {
		routes = append(routes, v.route)
	}
	return routes
}

func after(second int) time.Time { return start.Add(time.Duration(second) * time.Second) }

func TestAVisitorsHistory(t *testing.T) {
	h := newHistory()
	ada, bob := h.key("shop", "ada"), h.key("shop", "bob")
	h.remember(ada, visited("/a/", 1))
	h.remember(bob, visited("/b/", 2))
	h.remember(ada, visited("/c/", 3))
	h.remember(0, visited("/nobody/", 1))
	for _, c := range []struct {
		name string
		key  visitorKey
		then time.Time
		want string
	}{
		{"is in order", ada, after(9), "[/a/ /c/]"},
		{"ends before what has ended then", ada, after(3), "[/a/]"},
		{"begins empty", ada, after(1), "[]"},
		{"is the visitor's own", bob, after(9), "[/b/]"},
		{"is empty for a stranger", h.key("shop", "eve"), after(9), "[]"},
		{"is empty on another site", h.key("blog", "ada"), after(9), "[]"},
		{"is empty for nobody", h.key("shop", ""), after(9), "[]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := fmt.Sprint(routes(h.before(c.key, c.then))); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

func TestAVisitIsRememberedWhole(t *testing.T) {
	h := newHistory()
	key := h.key("shop", "ada")
	h.remember(key, &exchange.Exchange{Method: "PUT", Route: "/a/", Status: 404, Start: start, Duration: time.Second})
	want := visit{end: start.Add(time.Second).UnixNano(), duration: time.Second, route: "/a/", status: 404, method: uint8(exchange.MethodIndex("PUT"))}
	if got := h.before(key, after(9)); len(got) != 1 || got[0] != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestTheLatestVisitsAreKept(t *testing.T) {
	h := newHistory()
	key := h.key("shop", "ada")
	for i := range 3*maxVisits + 5 {
		h.remember(key, visited(fmt.Sprint(i), i+1))
	}
	got := routes(h.before(key, after(1000)))
	if len(got) != maxVisits || got[0] != fmt.Sprint(2*maxVisits+5) || got[maxVisits-1] != fmt.Sprint(3*maxVisits+4) {
		t.Errorf("%v", got)
	}
}

func TestWhoWasSeenLeastRecentlyMakesRoom(t *testing.T) {
	h := newHistory()
	key := func(i int) visitorKey { return visitorKey(1 + i*historySets) } // all of one set
	for i := range historyWays {
		h.remember(key(i), visited(fmt.Sprint(i), i+1))
		h.remember(key(i), visited(fmt.Sprint(i), i+1))
	}
	h.remember(key(0), visited("again", 100))
	h.remember(key(historyWays), visited("new", 101))
	for i := range historyWays + 1 {
		known := h.before(key(i), after(1000)) != nil
		if want := i != 1; known != want {
			t.Errorf("visitor %d is known: %v", i, known)
		}
	}
	if got := fmt.Sprint(routes(h.before(key(historyWays), after(1000)))); got != "[new]" {
		t.Errorf("the new one has %s", got)
	}
}

func TestAVisitDoesNotWait(t *testing.T) {
	h := newHistory()
	key := h.key("shop", "ada")
	h.set(key).mu.Lock()
	h.remember(key, visited("/a/", 1)) // would hang
	h.set(key).mu.Unlock()
	if got := h.before(key, after(9)); got != nil {
		t.Errorf("%v", got)
	}
}

func TestTheHistoryHasItsSize(t *testing.T) {
	if size := unsafe.Sizeof(history{}); size > 8<<20 {
		t.Errorf("%d bytes", size)
	}
	if visitors := historySets * historyWays; visitors != 4096 {
		t.Errorf("%d visitors", visitors)
	}
}

func TestTheHistoryIsSharedByManyRequests(t *testing.T) {
	h := newHistory()
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 2000 {
				key := h.key("shop", fmt.Sprint(i%50))
				h.remember(key, visited("/a/", i+1))
				if i%10 == g {
					for _, v := range h.before(key, after(10000)) {
						if v.route != "/a/" {
							t.Errorf("visit %+v", v)
						}
					}
				}
			}
		})
	}
	wg.Wait()
}

func BenchmarkRemember(b *testing.B) {
	h := newHistory()
	x := visited("/a/", 1)
	b.ReportAllocs()
	for b.Loop() {
		h.remember(h.key("shop.example", "abcdefghijklmnopqrstuvwxyz012345"), x)
	}
}
