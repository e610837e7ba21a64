package caddymodule

import (
	"context"
	"log/slog"

	"github.com/caddyserver/caddy/v2"
	"go.uber.org/zap/exp/zapslog"
)

// newLogger returns a logger that always writes to Caddy's present default log.
// What is shared outlives the logs of the configuration it was made under.
func newLogger(name string) *slog.Logger {
	return slog.New(currentLog{name: name, with: func(h slog.Handler) slog.Handler { return h }})
}

// noStack is above every level: what is logged here is how the world is, not
// where the code stands.
const noStack = slog.LevelError + 1

// currentLog is a slog.Handler that looks up Caddy's log for every record.
type currentLog struct {
	name string
	with func(slog.Handler) slog.Handler // applies attributes and groups
}

func (l currentLog) handler() slog.Handler {
	return l.with(zapslog.NewHandler(caddy.Log().Core(), zapslog.WithName(l.name), zapslog.AddStacktraceAt(noStack)))
}

func (l currentLog) Enabled(ctx context.Context, level slog.Level) bool {
	return l.handler().Enabled(ctx, level)
}

func (l currentLog) Handle(ctx context.Context, r slog.Record) error {
	return l.handler().Handle(ctx, r)
}

func (l currentLog) WithAttrs(attrs []slog.Attr) slog.Handler {
	with := l.with
	l.with = func(h slog.Handler) slog.Handler { return with(h).WithAttrs(attrs) }
	return l
}

func (l currentLog) WithGroup(name string) slog.Handler {
	with := l.with
	l.with = func(h slog.Handler) slog.Handler { return with(h).WithGroup(name) }
	return l
}
