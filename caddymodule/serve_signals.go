package caddymodule

import (
	"context"
	"os"
	"os/signal"
	"sync"
	"syscall"

	"github.com/caddyserver/caddy/v2"

	"github.com/caddy-django/gateway/appserver"
)

// interrupts are the signals that a served site gets.
type interrupts struct {
	signals chan os.Signal
	hangups chan struct{} // holds one while the project is to be loaded again

	mu     sync.Mutex
	server *appserver.Supervisor // nil until it runs
}

func newInterrupts() *interrupts {
	i := &interrupts{signals: make(chan os.Signal, 4), hangups: make(chan struct{}, 1)}
	signal.Notify(i.signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	return i
}

// context is done after the first SIGINT or SIGTERM. After the second the process ends
// at once, and the server with it.
func (i *interrupts) context() (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		for s := range i.signals {
			switch {
			case s == syscall.SIGHUP:
				i.hangUp()
			case ctx.Err() == nil:
				cancel()
			default:
				i.kill()
				os.Exit(caddy.ExitCodeForceQuit)
			}
		}
	}()
	return ctx, cancel
}

// runs says which server ends with a second interrupt.
func (i *interrupts) runs(server *appserver.Supervisor) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.server = server
}

func (i *interrupts) hangUp() {
	select {
	case i.hangups <- struct{}{}:
	default: // one is waiting already
	}
}

// exportAgain does nothing before Caddy runs: that begins with an export.
func exportAgain() {
	if app, err := caddy.ActiveContext().AppIfConfigured("django"); err == nil {
		app.(*App).instruments.sources.Look()
	}
}

func (i *interrupts) kill() {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.server != nil {
		i.server.Kill()
	}
}

func (i *interrupts) release() {
	signal.Stop(i.signals)
	close(i.signals)
}
