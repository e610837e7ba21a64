package integration

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/caddy-django/gateway/integration/stack"
	"github.com/caddy-django/gateway/store"
)

// Whatever goes wrong on the way to the receiver, and whenever the gateway is
// killed meanwhile: what was accepted arrives, under one id.
func TestNothingAcceptedIsLostWhateverFails(t *testing.T) {
	needs(t, "bugsink")
	if _, err := exec.LookPath("prlimit"); err != nil {
		t.Skip("no prlimit, which makes a disk full")
	}
	rounds, each := 4, 10
	if os.Getenv("GATEWAY_TEST_LONG") != "" {
		rounds = 50
	}
	seed := seed(t)
	server, _, receiver := newBugsink(t)
	backend := httptest.NewServer(http.HandlerFunc(jammedAtLength))
	t.Cleanup(backend.Close)
	m := &matrix{server: server, receiver: receiver, upstream: backend.Listener.Addr().String(), random: rand.New(rand.NewPCG(seed, 0))}
	for n := range rounds {
		ok := t.Run(fmt.Sprintf("round %d", n+1), func(t *testing.T) { m.round(t, m.draw(each)) })
		if !ok {
			break // what Bugsink has would disturb the next one
		}
	}
	t.Logf("in all: %d failures, %d of them just before a kill, %d faults, %d kills, %d repeated deliveries",
		len(m.failures), m.uncertain, m.faults, m.kills, m.repeats)
}

// seed makes a run that can be repeated with GATEWAY_TEST_SEED.
func seed(t *testing.T) uint64 {
	t.Helper()
	seed := rand.Uint64()
	if given := os.Getenv("GATEWAY_TEST_SEED"); given != "" {
		var err error
		if seed, err = strconv.ParseUint(given, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("GATEWAY_TEST_SEED=%d", seed)
	return seed
}

// matrix is what the rounds share.
type matrix struct {
	server   stack.Bugsink
	receiver bugsink
	upstream string
	random   *rand.Rand

	deck     []fault // what is left of the faults before they are shuffled again
	failures []*jam

	uncertain, faults, kills, repeats int
}

// jam is a request that failed as nothing did before.
type jam struct {
	title     string
	answered  time.Time // zero: it was not
	uncertain bool      // a kill may have cost it
}

// draw returns the next faults, so that each comes up as often as any other.
func (m *matrix) draw(n int) []fault {
	var drawn []fault
	for len(drawn) < n {
		if len(m.deck) == 0 {
			m.deck = faults()
			m.random.Shuffle(len(m.deck), func(i, j int) { m.deck[i], m.deck[j] = m.deck[j], m.deck[i] })
		}
		drawn, m.deck = append(drawn, m.deck[0]), m.deck[1:]
	}
	return drawn
}

func (m *matrix) round(t *testing.T, faults []fault) {
	began := time.Now()
	p := newPassage(t, m.receiver.url)
	f := &faultyWay{matrix: m, passage: p, client: newClient(t)}
	f.gateway = newGatewayWith(t, "faults.Caddyfile", m.upstream, "DSN="+p.behind(m.receiver.dsn), "FAULTS_CA="+p.certificates.file)

	killAfter := m.random.IntN(len(faults))
	reasons := []string{}
	for i, fault := range faults {
		f.suffer(fault)
		if fault.refused != "" {
			reasons = append(reasons, fault.refused)
		}
		if i == killAfter {
			f.killed()
		}
		if m.random.IntN(3) == 0 {
			f.breathe()
		}
	}
	p.become(fault{})
	f.drain(reasons)
	f.agree()
	f.arrived()

	lost, repeats, names := 0, p.repeats(), []string{}
	for _, failure := range f.failures {
		if failure.uncertain {
			lost++
		}
	}
	for _, fault := range faults {
		names = append(names, fault.name)
	}
	m.uncertain, m.faults, m.repeats = m.uncertain+lost, m.faults+len(faults), m.repeats+repeats
	t.Logf("%d failures, %d of them just before the kill after fault %d, %d repeated deliveries, in %.1f s: %s",
		len(f.failures), lost, killAfter+1, repeats, time.Since(began).Seconds(), strings.Join(names, "; "))
}

// agree compares the metrics with the states of the events, and with what the
// gateway was answered since it started.
func (f *faultyWay) agree() {
	f.t.Helper()
	eventually(f.t, func() error {
		for name, want := range map[string]int{
			"delivered": f.states()[store.Delivered] - f.before[store.Delivered],
			"set_aside": f.setAside - f.before[store.SetAside],
			"dropped":   0,
		} {
			if got := f.counts("django_delivery_events_total", "result")[name]; got != float64(want) {
				return fmt.Errorf("%v events are %s, not %d", got, name, want)
			}
		}
		if err := same(f.counts("django_outbox_pending"), map[string]float64{"": 0}); err != nil {
			return err
		}
		return same(f.counts("django_outbox_set_aside"), map[string]float64{"": 0})
	})
	// An answer can be lost when the passage is changed.
	answers := f.passage.said()
	for code, n := range f.counts("django_delivery_attempts_total", "code") {
		if code != "network_error" && n > answers[code] {
			f.t.Errorf("%v attempts were answered with %s, of %v such answers", n, code, answers[code])
		}
	}
}

// arrived compares what failed with what the receiver has and what the store says.
func (f *faultyWay) arrived() {
	f.t.Helper()
	stored := storedEvents(f.gateway)
	received := make(map[string][]string) // ids by title
	all, err := f.server.Events(f.t.Context())
	if err != nil {
		f.t.Fatal(err)
	}
	for _, event := range all {
		title, _, _ := strings.Cut(event.Value, "\n")
		received[title] = append(received[title], event.ID)
	}
	for _, failure := range f.failures {
		ids := received[failure.title]
		if len(ids) > 1 {
			f.t.Errorf("%q arrived as %v", failure.title, ids)
		}
		if len(ids) == 0 && !failure.uncertain {
			f.t.Errorf("%q never arrived", failure.title)
		}
		for _, id := range ids {
			if !stored[id] {
				f.t.Errorf("%q arrived as %s, which is not stored", failure.title, id)
			}
			delete(stored, id)
		}
		delete(received, failure.title)
	}
	for id := range stored {
		f.t.Errorf("event %s is stored and never arrived", id)
	}
	for _, failure := range f.matrix.failures {
		delete(received, failure.title)
	}
	if len(received) > 0 {
		f.t.Errorf("nobody sent %v", received)
	}
	for _, issue := range f.issues() {
		if issue.Count != 1 {
			f.t.Errorf("%q is counted %d times", issue.Title, issue.Count)
		}
	}
}
