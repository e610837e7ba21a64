package main

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
	"time"
)

// connections that ask at the same time, each for one thing after the other.
const connections = 32

// patience is how long beyond its duration a load waits for its last responses.
const patience = 10 * time.Second

// load is a closed loop of clients of one server.
type load struct {
	clients []*connection
	status  int // that every response must have
}

func newLoad(address string, status int) (*load, error) {
	l := &load{status: status}
	for range connections {
		client, err := dial(address)
		if err != nil {
			l.close()
			return nil, fmt.Errorf("connecting: %w", err)
		}
		l.clients = append(l.clients, client)
	}
	return l, nil
}

func (l *load) close() {
	for _, client := range l.clients {
		client.Close()
	}
}

// sample is what a load has seen.
type sample struct {
	latencies []time.Duration // of all requests, ascending
	elapsed   time.Duration
}

// run keeps the clients asking for at least d. When it returns no request is
// under way, so that all the work it has caused is for the requests it counts.
func (l *load) run(d time.Duration) (sample, error) {
	var (
		wg        sync.WaitGroup
		latencies = make([][]time.Duration, len(l.clients))
		errs      = make([]error, len(l.clients))
		start     = time.Now()
	)
	for i, client := range l.clients {
		client.SetDeadline(start.Add(d + patience))
		wg.Go(func() { latencies[i], errs[i] = l.ask(client, i, start, d) })
	}
	wg.Wait()
	s := sample{elapsed: time.Since(start), latencies: slices.Concat(latencies...)}
	slices.Sort(s.latencies)
	return s, cmp.Or(errs...)
}

// ask sends one request after the other, and begins with the nth path so that
// the clients are spread over all of them.
func (l *load) ask(client *connection, n int, start time.Time, d time.Duration) ([]time.Duration, error) {
	requests := make([][]byte, len(paths))
	for i := range paths {
		requests[i] = request(paths[(n+i)%len(paths)])
	}
	var latencies []time.Duration
	for sent := start; sent.Sub(start) < d; {
		if err := client.roundTrip(requests[len(latencies)%len(requests)], l.status); err != nil {
			return nil, err
		}
		now := time.Now()
		latencies = append(latencies, now.Sub(sent))
		sent = now
	}
	return latencies, nil
}
