package run

import (
	"context"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Visit is one kind of request.
type Visit struct {
	Method   string // default GET
	Path     string
	Body     string
	Patience time.Duration // after which the client leaves; default 30 s
	Times    int           // in each round; default 1
}

// Healthy is what customers do while all is well.
var Healthy = []Visit{
	{Path: "/", Times: 12},
	{Path: "/products/1/", Times: 5},
	{Path: "/products/2/", Times: 3},
	{Path: "/products/anvil/", Times: 2},
	{Path: "/search/?q=tea", Times: 3},
	{Path: "/cart/", Times: 2},
	{Path: "/accounts/login/"},
	{Path: "/api/products/", Times: 6},
	{Path: "/api/products/4/", Times: 4},
	{Path: "/export/orders.csv"},
	{Path: "/slow/?seconds=0.12"},
	{Path: "/events/"},
	{Path: "/accounts/login/", Method: http.MethodPost, Body: "username=jane&password=wrong"}, // 403: without a token
	{Path: "/products/404/"},
}

// Scan is somebody who looks for holes in what other sites run.
var Scan = []Visit{
	{Path: "/wp-login.php"},
	{Path: "/.env"},
	{Path: "/phpmyadmin/index.php"},
}

// Failing is every way a request can go wrong.
var Failing = []Visit{
	{Path: "/wp-login.php", Times: 3},
	{Path: "/crash/value-error/", Times: 4},
	{Path: "/crash/json/", Times: 2},
	{Path: "/crash/html/"},
	{Path: "/crash/plain/"},
	{Path: "/crash/streaming/", Times: 2},
	{Path: "/crash/kill/", Times: 2},
	{Path: "/slow/?seconds=1.3"}, // longer than the gateway waits
	{Path: "/slow/?seconds=0.5", Patience: 200 * time.Millisecond},
}

// atOnce is how many requests may be unanswered at a time.
const atOnce = 16

// Send makes visits for a while, at a number of them per second, round after
// round in an order of its own. It returns when all are answered. What goes
// wrong on the way is in the gateway's metrics, where it belongs.
func (r *Run) Send(ctx context.Context, visits []Visit, perSecond float64, d time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	limit := rate.NewLimiter(rate.Limit(perSecond), 1)
	slots := make(chan struct{}, atOnce)
	var open sync.WaitGroup
	defer open.Wait()
	for {
		for _, v := range round(visits) {
			if limit.Wait(ctx) != nil {
				return
			}
			slots <- struct{}{}
			open.Go(func() {
				r.Visit(v)
				<-slots
			})
		}
	}
}

// round repeats each visit as often as it wants, and mixes them.
func round(visits []Visit) []Visit {
	var all []Visit
	for _, v := range visits {
		for range max(v.Times, 1) {
			all = append(all, v)
		}
	}
	rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}

// Visit sends one request and reads what comes back.
func (r *Run) Visit(v Visit) error {
	patience := v.Patience
	if patience == 0 {
		patience = 30 * time.Second
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, v.Method, "http://"+r.Site+v.Path, strings.NewReader(v.Body))
	if err != nil {
		return err
	}
	if v.Body != "" {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}
