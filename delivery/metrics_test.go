package delivery

import (
	"maps"
	"testing"
	"time"
)

func TestMetrics(t *testing.T) {
	const destination = `destination="https://sentry.example/1"`
	onFakeClock(t, following(status(400, "no"), status(500, "")), func(t *testing.T, b *bench) {
		b.sender.Start()
		settle(time.Second)
		if got, want := b.metrics(), map[string]float64{
			"django_delivery_attachments_total{" + destination + `,result="delivered"}`: 0,
			"django_delivery_attachments_total{" + destination + `,result="dropped"}`:   0,
			"django_delivery_events_total{" + destination + `,result="delivered"}`:      0,
			"django_delivery_events_total{" + destination + `,result="set_aside"}`:      0,
			"django_delivery_events_total{" + destination + `,result="dropped"}`:        0,
			"django_delivery_up{" + destination + "}":                                   1,
		}; !maps.Equal(got, want) {
			t.Errorf("before the first event: %v, want %v", got, want)
		}

		b.outbox.add(b.shop.Name(), 3)
		settle(time.Minute)
		var last time.Time
		for _, h := range b.receiver.arrived() {
			last = h.at // no request takes any time
		}
		if got, want := b.metrics(), map[string]float64{
			"django_delivery_attempts_total{" + `code="200",` + destination + "}":       2,
			"django_delivery_attempts_total{" + `code="400",` + destination + "}":       1,
			"django_delivery_attempts_total{" + `code="500",` + destination + "}":       1,
			"django_delivery_attachments_total{" + destination + `,result="delivered"}`: 0,
			"django_delivery_attachments_total{" + destination + `,result="dropped"}`:   0,
			"django_delivery_events_total{" + destination + `,result="delivered"}`:      2,
			"django_delivery_events_total{" + destination + `,result="set_aside"}`:      1,
			"django_delivery_events_total{" + destination + `,result="dropped"}`:        0,
			"django_delivery_up{" + destination + "}":                                   1,
			"django_delivery_last_success_timestamp_seconds{" + destination + "}":       float64(last.UnixMilli()) / 1000,
			"django_delivery_request_duration_seconds{" + destination + "}":             4,
		}; !maps.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	})
}
