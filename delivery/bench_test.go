package delivery

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// bench is a sender between an outbox and a receiver.
type bench struct {
	t        *testing.T
	outbox   *memoryOutbox
	receiver *receiver
	sender   *Sender
	shop     *Destination
	log      *log
}

func newBench(t *testing.T, r *receiver) *bench {
	b := &bench{t: t, outbox: newMemoryOutbox(), receiver: r, log: new(log)}
	b.shop = mustParse(t, "https://shopkey@sentry.example/1")
	b.sender = b.newSender(r)
	return b
}

func (b *bench) newSender(transport http.RoundTripper) *Sender {
	s := New(Config{
		Outbox:    b.outbox,
		Logger:    slog.New(slog.NewTextHandler(b.log, nil)),
		Transport: transport,
		SDKName:   "gateway", SDKVersion: "1.0",
	})
	b.t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		s.Close(ctx)
	})
	return s
}

// onFakeClock runs a test with a sender whose network is the receiver, in a bubble where waiting takes no time.
func onFakeClock(t *testing.T, r func(*testing.T) *receiver, test func(t *testing.T, b *bench)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, r(t))
		b.sender.Acquire(b.shop)
		test(t, b)
	})
}

// settle lets time pass, and then everything happen that does not take any.
func settle(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func following(script ...http.HandlerFunc) func(*testing.T) *receiver {
	return func(t *testing.T) *receiver { return newReceiver(t, script...) }
}

func mustParse(t *testing.T, dsn string) *Destination {
	t.Helper()
	d, err := ParseDSN(dsn)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// metrics returns all samples as they are exposed, a histogram as the number of its observations:
// `name{label="value",...}` and the value.
func (b *bench) metrics() map[string]float64 {
	b.t.Helper()
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(b.sender.Collectors()...)
	families, err := registry.Gather()
	if err != nil {
		b.t.Fatal(err)
	}
	samples := make(map[string]float64)
	for _, family := range families {
		for _, m := range family.GetMetric() {
			var labels []string
			for _, l := range m.GetLabel() {
				labels = append(labels, fmt.Sprintf("%s=%q", l.GetName(), l.GetValue()))
			}
			value := m.GetGauge().GetValue() + m.GetCounter().GetValue() + float64(m.GetHistogram().GetSampleCount())
			samples[family.GetName()+"{"+strings.Join(labels, ",")+"}"] = value
		}
	}
	return samples
}

// metric returns the sample of the shop, with more labels than the destination if need be.
func (b *bench) metric(name string, labels ...string) (value float64, shown bool) {
	labels = append(labels, fmt.Sprintf("destination=%q", b.shop.Name()))
	slices.Sort(labels)
	value, shown = b.metrics()[name+"{"+strings.Join(labels, ",")+"}"]
	return value, shown
}

// mustShow fails the test unless a sample of the shop has a value.
func (b *bench) mustShow(want float64, name string, labels ...string) {
	b.t.Helper()
	if got, shown := b.metric(name, labels...); !shown || got != want {
		b.t.Errorf("%s %v is %v (shown: %t), want %v", name, labels, got, shown, want)
	}
}

// mustHaveLogged fails the test unless the log has exactly one line for each message, in this order.
func (b *bench) mustHaveLogged(messages ...string) {
	b.t.Helper()
	lines := strings.Split(strings.TrimSpace(b.log.String()), "\n")
	if len(lines) != len(messages) {
		b.t.Errorf("%d lines in the log, want %d:\n%s", len(lines), len(messages), b.log)
		return
	}
	for i, line := range lines {
		if !strings.Contains(line, messages[i]) {
			b.t.Errorf("line %d of the log is %q, want %q", i+1, line, messages[i])
		}
	}
}

// log is a buffer that several goroutines may write.
type log struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}
