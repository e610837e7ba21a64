// Package shutdown ends what would hold up the end of Caddy: streams of server-sent events, and WebSockets.
package shutdown

import (
	"cmp"
	"context"
	"sync"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyevents"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
)

const (
	// GracePeriod is what Caddy waits for the responses that have begun, where the global option grace_period is not set.
	// Caddy's own default is to wait for all of them.
	GracePeriod = 10 * time.Second

	// StreamGracePeriod is how long event streams go on.
	StreamGracePeriod = 5 * time.Second

	// farewell is how long a WebSocket's client may take to read that it is over.
	farewell = time.Second
)

// Watch prepares a configuration for the end of Caddy. A reload ends nothing. streams is how long event streams go on; 0
// is the default. Of several calls for one configuration the one that sets it counts.
func Watch(ctx caddy.Context, streams time.Duration) error {
	events, err := ctx.App("events")
	if err != nil {
		return err
	}
	return events.(*caddyevents.App).On("stopping", &watch{ctx, streams})
}

type watch struct {
	ctx     caddy.Context
	streams time.Duration
}

// Handle implements caddyevents.Handler. Caddy waits for it before it stops its apps.
func (w *watch) Handle(context.Context, caddy.Event) error {
	if !Exiting() {
		return nil
	}
	end := func(total time.Duration) { running.end(w.streams, min(StreamGracePeriod, total/2)) }
	if app, err := w.ctx.AppIfConfigured("http"); err == nil {
		within(app.(*caddyhttp.App), end)
	} else {
		end(GracePeriod)
	}
	return nil
}

// within takes what end takes from the grace period, which begins only then: WebSockets whose clients read nothing must
// not make the end any later.
func within(app *caddyhttp.App, end func(total time.Duration)) {
	begin, total := time.Now(), cmp.Or(time.Duration(app.GracePeriod), GracePeriod)
	end(total)
	app.GracePeriod = caddy.Duration(max(total-time.Since(begin), 1)) // 0 would be without end
}

// running are the streams of all configurations: those of an old one may go on after a reload.
var running = registry{streams: make(map[*Stream]struct{}), sockets: make(map[*Socket]struct{})}

type registry struct {
	mu      sync.Mutex
	timer   *time.Timer // that ends the streams; nil before Caddy exits
	over    bool        // the streams have had their time
	streams map[*Stream]struct{}
	sockets map[*Socket]struct{}
}

// end gives streams their time, where it is set, else the default, and WebSockets none.
func (r *registry) end(set, byDefault time.Duration) {
	r.mu.Lock()
	var sockets []*Socket
	for s := range r.sockets {
		sockets = append(sockets, s)
	}
	switch {
	case r.timer == nil:
		r.timer = time.AfterFunc(cmp.Or(set, byDefault), r.endStreams)
	case set > 0:
		r.timer.Reset(set)
	}
	r.mu.Unlock()
	var all sync.WaitGroup
	for _, s := range sockets {
		all.Go(s.end)
	}
	all.Wait()
}

func (r *registry) endStreams() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.over = true
	for s := range r.streams {
		go s.end()
	}
}

// addStream takes in a stream that begins. Its request may have come before the end of Caddy, and the response to it after
// that of the other streams: then it ends at once.
func (r *registry) addStream(s *Stream) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.streams[s] = struct{}{}
	if r.over {
		go s.end()
	}
}

// addSocket takes in a WebSocket that opens, which may be after the end of the others, too.
func (r *registry) addSocket(s *Socket) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sockets[s] = struct{}{}
	if r.timer != nil {
		go s.end()
	}
}

var _ caddyevents.Handler = (*watch)(nil)
