package delivery

import "github.com/caddy-django/gateway/store"

// Retry has events in the outbox tried again now: those that were set aside wait again, and the back-off and the limits of
// their destinations end early, for one attempt.
func (s *Sender) Retry(refs []store.QueuedRef) {
	s.mu.Lock()
	defer s.mu.Unlock()
	hurried := make(map[*worker]bool)
	for _, ref := range refs {
		w := s.workers[ref.Destination]
		if ref.State == store.SetAside {
			s.outbox.Retry(ref.ID)
			if w != nil {
				w.reopen(ref.ID)
			}
		}
		if w != nil {
			hurried[w] = true
		}
	}
	for w := range hurried {
		w.hurry()
	}
}

// Drop gives events in the outbox up. One that is being sent may still arrive.
func (s *Sender) Drop(refs []store.QueuedRef) {
	for _, ref := range refs {
		s.outbox.Drop(ref.ID)
		if ref.Arrived { // it is the attachment that is given up
			s.metrics.followed(ref.Destination, false)
			continue
		}
		s.metrics.dropped(ref.Destination)
		if ref.State == store.Waiting { // of one that was set aside it was told then
			s.Discarded(ref.Destination, SendError, CategoryError, 1)
		}
	}
}
