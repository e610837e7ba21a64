package store

import (
	"sync"
	"time"
)

// memory holds what is recorded until it is committed. Its lock is held for operations in memory alone.
type memory struct {
	mu      sync.Mutex
	next    *batch // being filled
	held    int    // bytes of events in next and in the batch being written
	events  int    // number of events in both
	closed  bool
	maximum int // of held

	wake chan struct{} // tells the writer that next is no longer empty
}

func newMemory(maximum int) *memory {
	return &memory{next: newBatch(1), maximum: maximum, wake: make(chan struct{}, 1)}
}

// Record counts a failure and keeps its event, if it has one, for the next commit. It never waits for a disk, and works before
// Start as well. What cannot be kept is counted in the metrics, by reason:
//
//   - an event beyond the bytes that may wait in memory, or without an id or a payload: its failure is still counted in
//     its group;
//   - a failure of yet another group when 100,000 are waiting, or after Close: not counted in any group.
//
// The event and its payload must not be changed afterwards.
func (s *Store) Record(o Occurrence) {
	if o.Time.IsZero() {
		o.Time = time.Now()
	}
	m := s.memory
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case m.closed:
		s.loseFailure(o, reasonClosed)
		return
	case !m.next.count(o.Group, o.Time):
		s.loseFailure(o, reasonGroups)
		return
	}
	if o.Event != nil {
		s.keep(*o.Event, o)
	}
	m.signal()
}

// keep adds the event to the batch if there is room. The memory is locked.
func (s *Store) keep(e Event, o Occurrence) {
	m := s.memory
	size := eventBytes(&e)
	switch {
	case e.ID == "" || len(e.Payload) == 0:
		s.loseEvent(e, reasonInvalid)
		return
	case m.held+size > m.maximum:
		s.loseEvent(e, reasonMemory)
		return
	}
	if e.Time.IsZero() {
		e.Time = o.Time
	}
	m.next.add(e, o.Group.ID)
	m.held += size
	m.events++
}

// loseFailure counts a failure that enters no group's count, and its event.
func (s *Store) loseFailure(o Occurrence, reason string) {
	s.metrics.uncounted.WithLabelValues(reason).Inc()
	if o.Event != nil {
		s.loseEvent(*o.Event, reason)
	}
}

// loseEvent counts an event that is not kept, and tells of it if it was to be delivered.
func (s *Store) loseEvent(e Event, reason string) {
	s.metrics.droppedEvents.WithLabelValues(reason).Inc()
	if e.Destination != "" {
		s.config.Removed(e.Destination, 1)
	}
}

// mark notes what became of a delivery. After Close it is forgotten: the event will be handed out again.
func (m *memory) mark(id int64, became mark) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.closed {
		before := m.next.marks[id]
		m.next.marks[id] = before.then(became)
		m.signal()
	}
}

func (m *memory) signal() {
	select {
	case m.wake <- struct{}{}:
	default:
	}
}

// take hands the batch out that was being filled and begins the next; nil when there is nothing to write.
func (m *memory) take() *batch {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.next.empty() {
		return nil
	}
	b := m.next
	m.next = newBatch(b.number + 1)
	return b
}

// release frees what a batch held, once it is committed or given up.
func (m *memory) release(b *batch) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.held -= b.bytes
	m.events -= len(b.events)
}

func (m *memory) setMaximum(bytes int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.maximum = bytes
}

// close ends recording. It returns false when it was ended before.
func (m *memory) close() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	was := m.closed
	m.closed = true
	return !was
}

// wakeIfFilled repeats the signal when the writer spent it on an attempt that failed.
func (m *memory) wakeIfFilled() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.next.empty() {
		m.signal()
	}
}

func (m *memory) isClosed() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.closed
}

func (m *memory) waitingEvents() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.events
}
