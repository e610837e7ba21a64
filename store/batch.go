package store

import "time"

// batch is what one transaction writes.
type batch struct {
	number  int64
	tallies map[string]*tally // by group id
	events  []groupedEvent
	marks   map[int64]mark // by outbox id
	bytes   int            // of the events
}

// tally is how often a group was seen during a batch; times are Unix milliseconds.
type tally struct {
	group       Group
	count       int64
	first, last int64
}

type groupedEvent struct {
	Event
	groupID string
}

// eventOverhead is roughly what an event takes in memory beside its payload, in bytes.
const eventOverhead = 256

func newBatch(number int64) *batch {
	return &batch{number: number, tallies: make(map[string]*tally), marks: make(map[int64]mark)}
}

func (b *batch) empty() bool { return len(b.tallies) == 0 && len(b.marks) == 0 }

// count adds one failure to its group. It returns false when there is no room for another group.
func (b *batch) count(g Group, at time.Time) bool {
	ms := at.UnixMilli()
	if t := b.tallies[g.ID]; t != nil {
		t.count++
		t.first, t.last = min(t.first, ms), max(t.last, ms)
		return true
	}
	if len(b.tallies) >= maxBatchGroups {
		return false
	}
	b.tallies[g.ID] = &tally{group: g, count: 1, first: ms, last: ms}
	return true
}

func (b *batch) add(e Event, groupID string) {
	b.events = append(b.events, groupedEvent{Event: e, groupID: groupID})
	b.bytes += eventBytes(&e)
}

func eventBytes(e *Event) int {
	size := eventOverhead + len(e.Payload) + len(e.Destination)
	if e.Attachment != nil {
		size += len(e.Attachment.Data)
	}
	return size
}

// failures is how many occurrences the batch counts.
func (b *batch) failures() (n int64) {
	for _, t := range b.tallies {
		n += t.count
	}
	return n
}

// bringsDeliveries tells whether the batch adds to what waits in the outbox.
func (b *batch) bringsDeliveries() bool {
	for _, m := range b.marks {
		if m.state == Waiting {
			return true
		}
	}
	for i := range b.events {
		if b.events[i].Destination != "" {
			return true
		}
	}
	return false
}
