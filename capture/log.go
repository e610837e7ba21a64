package capture

import (
	"context"
	"log/slog"

	"github.com/caddy-django/gateway/exchange"
	"github.com/caddy-django/gateway/store"
)

// ErrorLog says in one line what each event is about. Like events, lines are limited for each group, and scrubbed. The
// zero value writes nothing.
type ErrorLog struct {
	Logger *slog.Logger
	ECS    bool // with the names of the Elastic Common Schema
}

func (l ErrorLog) write(f *failure, o *store.Occurrence) {
	if l.Logger == nil {
		return
	}
	attrs := plainAttrs
	if l.ECS {
		attrs = ecsAttrs
	}
	x, level := &f.x, slog.LevelError
	if !x.Outcome.Failed() && !x.Logged || f.noise != "" {
		level = slog.LevelWarn
	}
	l.Logger.LogAttrs(context.Background(), level, o.Group.Title, attrs(f, o)...)
}

func plainAttrs(f *failure, o *store.Occurrence) []slog.Attr {
	x := &f.x
	return []slog.Attr{
		slog.String("event_id", o.Event.ID),
		slog.String("issue_id", o.Group.ID),
		slog.String("kind", o.Group.Kind),
		slog.String("site", x.Site),
		slog.String("method", exchange.MethodLabel(x.Method)),
		slog.String("route", x.Route),
		slog.Int("status", x.Status),
		slog.Float64("duration", x.Duration.Seconds()),
		slog.String("upstream", x.Failure.Upstream),
		slog.String("request_id", requestID(f)),
		slog.String("error_id", clip(f.mask.text(x.Failure.ErrorID), maxTag)),
	}
}

// ecsAttrs uses the names of https://www.elastic.co/docs/reference/ecs; what it has no field for are labels.
func ecsAttrs(f *failure, o *store.Occurrence) []slog.Attr {
	x := &f.x
	return []slog.Attr{
		slog.String("event.id", o.Event.ID),
		slog.String("event.dataset", "django.errors"),
		slog.Int64("event.duration", x.Duration.Nanoseconds()),
		slog.String("error.id", o.Group.ID),
		slog.String("error.type", o.Group.Kind),
		slog.String("error.message", o.Group.Title),
		slog.String("url.domain", x.Site),
		slog.String("http.request.method", exchange.MethodLabel(x.Method)),
		slog.String("http.request.id", requestID(f)),
		slog.Int("http.response.status_code", x.Status),
		slog.String("server.address", x.Failure.Upstream),
		slog.Group("labels", slog.String("route", x.Route), slog.String("error_id", clip(f.mask.text(x.Failure.ErrorID), maxTag))),
	}
}
