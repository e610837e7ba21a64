package delivery

import (
	"context"
	"fmt"
)

// Drain sends what can be sent at once, and then no more: a worker ends as soon as its outbox is empty or it would have to
// wait. If ctx ends first its error is returned. In either case [Sender.Close] has to follow.
func (s *Sender) Drain(ctx context.Context) error {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()

	s.drain()
	done := make(chan struct{})
	go func() {
		s.running.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("emptying the outbox: %w", ctx.Err())
	}
}
