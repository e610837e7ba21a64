package integration

import "testing"

// Bugsink takes an attachment for nothing: it keeps the event, and the attachment is
// no more in the way.
func TestBugsinkHasTheEventWhoseBodyIsAttached(t *testing.T) {
	needs(t, "django", "bugsink")
	upstream := onGunicorn(t, preparedShop(t, "SHOP_DEBUG=1"))
	_, _, receiver := newBugsink(t)
	g := newGateway(t, upstream, "DSN="+receiver.dsn, "DEMO_EVENTS=attach")
	client := newClient(t)
	kinds := []string{"value-error", "json", "plain", "kill"}
	for _, kind := range kinds {
		crash(t, client, g.site, kind)
	}
	g.committed(len(kinds))
	delivered(t, g, len(kinds))
	receiver.holdsWhatIsStored(g)
	eventually(t, func() error { // a killed worker has no body
		return same(g.counts("django_delivery_attachments_total", "result"), map[string]float64{"delivered": 3, "dropped": 0})
	})
}
