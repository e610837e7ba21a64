package measure

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
	"time"
)

// Question is a request, and what is known of its answer. Another answer is an
// error: nothing may be measured then.
type Question struct {
	Path   string
	Status int
	Length int // of the body, in bytes
}

// patience is how long beyond its duration a load waits for its last responses.
const patience = 10 * time.Second

// Load is a closed loop of clients of one server.
type Load struct {
	clients   []*connection
	questions []Question
}

// NewLoad opens that many connections to address, of which each will ask one question
// after the other.
func NewLoad(address string, connections int, questions ...Question) (*Load, error) {
	l := &Load{questions: questions}
	for range connections {
		client, err := dial(address)
		if err != nil {
			l.Close()
			return nil, fmt.Errorf("connecting: %w", err)
		}
		l.clients = append(l.clients, client)
	}
	return l, nil
}

// Close ends the connections.
func (l *Load) Close() {
	for _, client := range l.clients {
		client.Close()
	}
}

// Sample is what a load has seen.
type Sample struct {
	Latencies []time.Duration // of all requests, ascending
	Elapsed   time.Duration
}

// Run keeps the clients asking for at least d. When it returns no request is
// under way, so that all the work it has caused is for the requests it counts.
func (l *Load) Run(d time.Duration) (Sample, error) {
	var (
		wg        sync.WaitGroup
		latencies = make([][]time.Duration, len(l.clients))
		errs      = make([]error, len(l.clients))
		start     = time.Now()
	)
	for i, client := range l.clients {
		client.setDeadline(start.Add(d + patience))
		wg.Go(func() { latencies[i], errs[i] = l.ask(client, i, start, d) })
	}
	wg.Wait()
	s := Sample{Elapsed: time.Since(start), Latencies: slices.Concat(latencies...)}
	slices.Sort(s.Latencies)
	return s, cmp.Or(errs...)
}

// ask sends one request after the other, and begins with the nth question so that
// the clients are spread over all of them.
func (l *Load) ask(client *connection, n int, start time.Time, d time.Duration) ([]time.Duration, error) {
	requests := make([][]byte, len(l.questions))
	for i, q := range l.questions {
		requests[i] = request(q.Path)
	}
	var latencies []time.Duration
	for sent := start; sent.Sub(start) < d; {
		i := (n + len(latencies)) % len(requests)
		if err := client.roundTrip(requests[i], l.questions[i]); err != nil {
			return nil, err
		}
		now := time.Now()
		latencies = append(latencies, now.Sub(sent))
		sent = now
	}
	return latencies, nil
}
