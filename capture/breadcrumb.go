package capture

import (
	"time"

	"github.com/getsentry/sentry-go"

	"github.com/caddy-django/gateway/exchange"
)

// breadcrumbs is Sentry's word for what happened before.
type breadcrumbs struct {
	Values []sentry.Breadcrumb `json:"values"`
}

// breadcrumbsOf returns what the visitor asked for before the failure, or nil.
func breadcrumbsOf(f *failure) *breadcrumbs {
	if f.visitor == 0 {
		return nil
	}
	visits := f.site.history.before(f.visitor, f.x.Start.Add(f.x.Duration))
	if len(visits) == 0 {
		return nil
	}
	crumbs := &breadcrumbs{make([]sentry.Breadcrumb, len(visits))}
	for i, v := range visits {
		crumbs.Values[i] = v.breadcrumb()
	}
	return crumbs
}

func (v visit) breadcrumb() sentry.Breadcrumb {
	return sentry.Breadcrumb{
		Type:      "http",
		Category:  "http",
		Level:     levelOf(v.status),
		Timestamp: time.Unix(0, v.end).UTC(),
		Data: map[string]any{
			"method":      exchange.Methods[v.method],
			"url":         clip(v.route, maxTag),
			"status_code": v.status,
			"duration_ms": milliseconds(v.duration),
		},
	}
}

func levelOf(status uint16) sentry.Level {
	switch {
	case status >= 500:
		return sentry.LevelError
	case status >= 400:
		return sentry.LevelWarning
	default:
		return sentry.LevelInfo
	}
}
