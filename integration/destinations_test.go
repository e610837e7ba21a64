package integration

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/caddy-django/gateway/store"
)

// behind is the DSN of the project that a DSN means, as it is reached through the passage.
func (p *passage) behind(dsn string) string {
	u, err := url.Parse(dsn)
	if err != nil {
		p.t.Fatal(err)
	}
	u.Scheme, u.Host = "https", p.addr
	return u.String()
}

func TestAProjectThatCannotBeReachedDelaysNoOther(t *testing.T) {
	needs(t, "bugsink")
	backend := httptest.NewServer(http.HandlerFunc(jammed))
	t.Cleanup(backend.Close)
	server, _, receiver := newBugsink(t)
	project, err := server.Project(t.Context(), "blog")
	if err != nil {
		t.Fatal(err)
	}
	p := newPassage(t, receiver.url)
	p.become(fault{answer: faultNamed(t, "it hangs after it has read").answer})
	blog := freeAddr(t)
	g := newGatewayWith(t, "two_sites.Caddyfile", backend.Listener.Addr().String(),
		"DSN="+p.behind(receiver.dsn), "FAULTS_CA="+p.certificates.file, "BLOG_SITE="+blog, "BLOG_DSN="+project.DSN)

	client := newClient(t)
	titles := map[int][]string{} // by project
	for i := range 20 {
		project, site := 1, g.site
		if i%2 == 1 {
			project, site = 2, "http://"+blog
		}
		titles[project] = append(titles[project], reason(i))
		get(t, client, site+"/crash/jam/?because="+url.QueryEscape(reason(i)))
	}
	arrived := func() map[int][]string {
		all, err := server.Events(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		arrived := map[int][]string{}
		for _, event := range all {
			title, _, _ := strings.Cut(event.Value, "\n")
			arrived[event.Project] = append(arrived[event.Project], title)
		}
		for project := range arrived {
			slices.Sort(arrived[project])
		}
		return arrived
	}
	for project := range titles {
		slices.Sort(titles[project])
	}

	began := time.Now()
	eventually(t, func() error {
		if got := arrived(); !slices.Equal(got[2], titles[2]) || len(got[1]) > 0 {
			return fmt.Errorf("the projects have %v", got)
		}
		return nil
	})
	// The first attempt for the shop ends after 30 s.
	if took := time.Since(began); took > 25*time.Second {
		t.Errorf("the blog's events took %v while the shop's project hangs", took)
	}
	eventually(t, func() error {
		return same(withoutZeros(g.counts("django_outbox_pending", "destination")), map[string]float64{"https://" + p.addr + "/1": 10})
	})

	p.become(fault{})
	f := &faultyWay{gateway: g, passage: p}
	f.drain(nil)
	if got := arrived(); !slices.Equal(got[1], titles[1]) || !slices.Equal(got[2], titles[2]) {
		t.Errorf("the projects have %v, not %v", got, titles)
	}
}

func faultNamed(t *testing.T, name string) fault {
	t.Helper()
	for _, fault := range faults() {
		if fault.name == name {
			return fault
		}
	}
	t.Fatalf("there is no fault %q", name)
	return fault{}
}

// What an outage brings that max_size has no room for is counted and told: what
// fails is what arrives and what was removed.
func TestAnOutageThatIsTooLargeForTheStoreIsAccountedFor(t *testing.T) {
	needs(t)
	backend := httptest.NewServer(http.HandlerFunc(jammedAtLength))
	t.Cleanup(backend.Close)
	told := make(chan int64, 1000)
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { told <- overflow(t, r) }))
	t.Cleanup(receiver.Close)
	p := newPassage(t, receiver.URL)
	p.become(fault{closed: true})
	f := &faultyWay{matrix: &matrix{random: rand.New(rand.NewPCG(seed(t), 0))}, passage: p, client: newClient(t)}
	f.gateway = newGatewayWith(t, "faults.Caddyfile", backend.Listener.Addr().String(),
		"DSN=https://key@"+p.addr+"/1", "FAULTS_CA="+p.certificates.file, "FAULTS_MAX_SIZE=1MiB")
	const failures = 120
	for range failures {
		if err := f.burst(1); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Millisecond) // some fit into the 64 KiB of memory that go with this size, and some do not
	}
	f.committed(failures)

	p.become(fault{})
	f.drain(nil)
	arrived := int(f.counts("django_delivery_events_total", "result")["delivered"])
	removed := int(f.counts("django_outbox_removed_events_total", "reason")["size"])
	dropped := int(f.counts("django_store_dropped_events_total", "reason")["memory"])
	t.Logf("%d arrived, %d were removed, %d dropped", arrived, removed, dropped)
	if removed == 0 || dropped == 0 || arrived == 0 || arrived+removed+dropped != failures {
		t.Errorf("%d arrived, %d were removed and %d dropped of %d", arrived, removed, dropped, failures)
	}
	received := make(map[string]bool)
	for _, event := range f.events() {
		received[event.ID] = event.State == store.Delivered
	}
	if len(received) != arrived {
		t.Errorf("%d events are stored, %d arrived", len(received), arrived)
	}
	var sum int64
	for len(told) > 0 {
		sum += <-told
	}
	if sum != int64(removed+dropped) {
		t.Errorf("the receiver was told of %d events, not of %d removed and %d dropped", sum, removed, dropped)
	}
}

// overflow is what an envelope's client report says was removed to respect a limit.
func overflow(t *testing.T, r *http.Request) (n int64) {
	zr, err := gzip.NewReader(r.Body)
	if err != nil {
		t.Error(err)
		return 0
	}
	body, err := io.ReadAll(zr)
	if err != nil {
		t.Error(err)
	}
	for line := range strings.Lines(string(body)) {
		var report struct {
			Discarded []struct {
				Reason   string
				Quantity int64
			} `json:"discarded_events"`
		}
		if json.Unmarshal([]byte(line), &report) == nil {
			for _, d := range report.Discarded {
				if d.Reason == "cache_overflow" {
					n += d.Quantity
				}
			}
		}
	}
	return n
}
