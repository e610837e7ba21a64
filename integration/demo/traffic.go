package main

import (
	"context"
	"io"
	"net"
	"net/http"
)

// visits is what a few customers do, and some of what goes wrong for them.
var visits = []struct {
	path  string
	times int
}{
	{"/", 20},
	{"/products/1/", 8},
	{"/products/2/", 5},
	{"/products/3/", 5},
	{"/search/?q=tea", 4},
	{"/cart/", 3},
	{"/api/products/", 10},
	{"/api/products/4/", 6},
	{"/export/orders.csv", 1},
	{"/accounts/login/", 2},
	{"/slow/?seconds=0.5", 2},
	{"/wp-login.php", 2},
	{"/crash/value-error/", 3},
	{"/crash/json/", 2},
	{"/crash/kill/", 1},
	{"/crash/streaming/", 1},
}

func sendTraffic(ctx context.Context, site string) error {
	for _, visit := range visits {
		for range visit.times {
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, site+visit.path, nil)
			if err != nil {
				return err
			}
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				return err
			}
			io.Copy(io.Discard, resp.Body) // cut short by design for some
			resp.Body.Close()
		}
	}
	return nil
}

func host(addr string) string {
	name, _, err := net.SplitHostPort(addr)
	if err != nil {
		return addr
	}
	return name
}
