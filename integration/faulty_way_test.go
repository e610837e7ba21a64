package integration

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/caddy-django/gateway/store"
)

// faultyWay is a gateway whose way to the receiver is broken.
type faultyWay struct {
	*gateway
	*matrix
	passage  *passage
	client   *http.Client
	failures []*jam                      // of this round
	before   map[store.DeliveryState]int // the states when the gateway was started last
	setAside int                         // events, before they are tried again
}

// suffer has requests fail during a fault, until the gateway has run into it.
func (f *faultyWay) suffer(fault fault) {
	f.t.Helper()
	heal := func() {}
	f.passage.become(fault)
	if fault.gateway != nil {
		heal = fault.gateway(f)
	}
	met := f.passage.wasMet
	if fault.met != nil {
		met = fault.met(f)
	}
	if err := f.burst(5); err != nil {
		f.t.Fatal(err)
	}
	eventually(f.t, func() error {
		f.hurry()
		if err := met(); err != nil {
			return fmt.Errorf("%s: %w", fault.name, err)
		}
		return nil
	})
	heal()
}

func (p *passage) wasMet() error {
	if p.met.Load() == 0 {
		return errors.New("nothing has come that way")
	}
	return nil
}

// burst lets requests fail, each for a reason of its own; every third says a lot.
// It ends when the gateway does.
func (f *faultyWay) burst(n int) error {
	for range n {
		time.Sleep(2 * time.Millisecond)
		i := len(f.matrix.failures)
		failed := &jam{title: reason(i)}
		f.matrix.failures, f.failures = append(f.matrix.failures, failed), append(f.failures, failed)
		query := url.Values{"because": {failed.title}}
		if i%3 == 0 {
			query.Set("at", "length")
		}
		resp, err := f.client.Get(f.site + "/crash/jam/?" + query.Encode())
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		if err != nil {
			return err
		}
		failed.answered = time.Now()
	}
	return nil
}

// jammedAtLength is jammed with a page that hardly gets smaller.
func jammedAtLength(w http.ResponseWriter, r *http.Request) {
	jammed(w, r)
	if r.URL.Query().Has("at") {
		page := make([]byte, 48<<10)
		for i := range page {
			page[i] = byte('g' + rand.N(20))
			if i%8 == 0 {
				page[i] = ' '
			}
		}
		w.Write(page)
	}
}

// killed kills the gateway at any moment of a burst, and starts it again.
func (f *faultyWay) killed() {
	f.t.Helper()
	moment := time.Duration(f.random.IntN(300)) * time.Millisecond
	done := make(chan struct{})
	go func() {
		defer close(done)
		f.burst(100)
	}()
	time.Sleep(moment)
	f.crash()
	f.kills++
	<-done
	// A machine that had no time for an answer before the kill had none for a commit.
	var last time.Time
	for _, failure := range f.failures {
		if failure.answered.After(last) {
			last = failure.answered
		}
	}
	for _, failure := range f.failures {
		failure.uncertain = failure.answered.IsZero() || failure.answered.After(last.Add(-uncommitted()))
	}
	broken := f.passage.fault
	f.passage.become(fault{closed: true}) // nothing moves until it is written down
	f.passage.forget()
	f.restart()
	f.before = f.states()
	f.passage.become(broken)
}

// states are the numbers of events in the store by how far they have come.
func (f *faultyWay) states() map[store.DeliveryState]int {
	f.t.Helper()
	states := make(map[store.DeliveryState]int)
	for _, event := range f.events() {
		states[event.State]++
	}
	return states
}

// breathe gives some events the time to get through.
func (f *faultyWay) breathe() {
	f.passage.become(fault{})
	f.hurry()
	time.Sleep(time.Duration(f.random.IntN(200)) * time.Millisecond)
}

// hurry ends all waiting for one attempt.
func (f *faultyWay) hurry() { f.t.Helper(); f.retry(store.Waiting) }

func (f *faultyWay) retry(state store.DeliveryState) {
	f.t.Helper()
	resp, err := http.Post("http://"+f.admin+"/django/outbox/retry?state="+string(state), "", nil)
	if err != nil {
		f.t.Fatal(err)
	}
	p := readPage(f.t, resp)
	// While the disk is full the store does not answer.
	if p.status != http.StatusOK && p.status != http.StatusServiceUnavailable {
		f.t.Fatalf("a retry is answered with %d: %s", p.status, p.body)
	}
}

// reload loads the configuration as it is after an edit.
func (f *faultyWay) reload(edit func(caddyfile string) string) {
	f.t.Helper()
	caddyfile, err := os.ReadFile(f.caddyfile)
	if err != nil {
		f.t.Fatal(err)
	}
	resp, err := http.Post("http://"+f.admin+"/load", "text/caddyfile", strings.NewReader(edit(string(caddyfile))))
	if err != nil {
		f.t.Fatal(err)
	}
	if p := readPage(f.t, resp); p.status != http.StatusOK {
		f.t.Fatalf("a reload is answered with %d: %s", p.status, p.body)
	}
}

// drain empties the outbox. What is set aside by then is named with a reason, and
// goes when it is asked for.
func (f *faultyWay) drain(reasons []string) {
	f.t.Helper()
	emptied := func(state store.DeliveryState) {
		f.t.Helper()
		eventually(f.t, func() error {
			f.retry(state)
			for _, q := range f.queued(state) {
				return fmt.Errorf("%s is %s: %s", q.ID, q.State, q.Reason)
			}
			return nil
		})
	}
	emptied(store.Waiting)
	f.setAside = len(f.queued(store.SetAside))
	for _, q := range f.queued(store.SetAside) {
		if !slices.ContainsFunc(reasons, func(reason string) bool { return strings.HasPrefix(q.Reason, reason) }) {
			f.t.Errorf("%s is set aside because of %q", q.ID, q.Reason)
		}
	}
	emptied(store.SetAside)
	emptied(store.Waiting)
}

// queued are the events in the outbox in a state.
func (f *faultyWay) queued(state store.DeliveryState) (all []store.Queued) {
	f.t.Helper()
	var queues []store.Queue
	f.read("/django/outbox?limit=100000&state="+string(state), &queues)
	for _, q := range queues {
		all = append(all, q.Events...)
	}
	return all
}
