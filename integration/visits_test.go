package integration

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"regexp"
	"testing"

	"github.com/google/uuid"
)

// visit is a page of the shop and the route that it must be counted under.
type visit struct {
	path, route string
	status      int
}

// firstOrder is the number that the seed gives to the shop's first order.
var firstOrder = uuid.NewSHA1(uuid.NameSpaceURL, []byte("https://shop.example.com/orders/0")).String()

// visits are every page and API route there is, what is not there included.
var visits = []visit{
	{"/", "/", 200},
	{"/products/1/", "/products/<int:pk>/", 200},
	{"/products/2/", "/products/<int:pk>/", 200},
	{"/products/999/", "/products/<int:pk>/", 404},
	{"/products/anvil/", "/products/<slug:slug>/", 200},
	{"/search/?q=bowl", "/search/", 200},
	{"/cart/", "/cart/", 200},
	{"/checkout/", "/checkout/", 302},
	{"/orders/" + firstOrder + "/", "/orders/<uuid:number>/", 200},
	{"/accounts/login/", "/accounts/login/", 200},
	{"/accounts/logout/", "/accounts/logout/", 405},
	{"/admin/login/", "/admin/login/", 200},
	{"/admin/catalog/product/", "/admin/catalog/product/", 302},
	{"/api/products/", "/api/products/", 200},
	{"/api/products/4/", "/api/products/<int:pk>/", 200},
	{"/api/orders/" + firstOrder + "/", "/api/orders/<uuid:number>/", 200},
	{"/api/upload/", "/api/upload/", 405},
	{"/export/orders.csv", "/export/orders.csv", 200},
	{"/upload/", "/upload/", 200},
	{"/slow/?seconds=0.1", "/slow/", 200},
	{"/crash/", "/crash/", 200},
	{"/crash/permission/", "/crash/<slug:kind>/", 403},
	{"/health/", "/health/", 200},
	{"/wp-login.php", "_unmatched", 404},
}

// page is what a client got.
type page struct {
	status int
	header http.Header
	body   string
}

func get(t *testing.T, client *http.Client, url string) page {
	t.Helper()
	resp, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	return readPage(t, resp)
}

func readPage(t *testing.T, resp *http.Response) page {
	t.Helper()
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatalf("reading %s: %v", resp.Request.URL, err)
	}
	return page{resp.StatusCode, resp.Header, string(body)}
}

// varying is different in any two answers of Django's.
var varying = regexp.MustCompile(`(csrftoken=|sessionid=|expires=|"csrfmiddlewaretoken" value=")[^;"]*`)

// comparable is the page without what varies, and without what a proxy adds.
func (p page) comparable() page {
	header := maps.Clone(p.header)
	for _, name := range []string{"Date", "Expires", "Via", "Vary", "Connection", "Content-Length"} {
		delete(header, name)
	}
	for i, cookie := range header["Set-Cookie"] {
		header["Set-Cookie"][i] = varying.ReplaceAllString(cookie, "$1")
	}
	return page{p.status, header, varying.ReplaceAllString(p.body, "$1")}
}

// visitAll makes every visit through the gateway and directly, and compares.
func visitAll(t *testing.T, g *gateway, upstream string) {
	t.Helper()
	client := newClient(t)
	for _, v := range visits {
		through := get(t, client, g.site+v.path).comparable()
		direct := get(t, client, "http://"+upstream+v.path).comparable()
		if through.status != v.status {
			t.Errorf("%s: status %d, not %d", v.path, through.status, v.status)
		}
		if got, want := fmt.Sprint(through), fmt.Sprint(direct); got != want {
			t.Errorf("%s through the gateway:\n%s\nand directly:\n%s", v.path, got, want)
		}
	}
}

// checkMetrics compares /metrics with what visitAll has sent.
func checkMetrics(t *testing.T, g *gateway) {
	t.Helper()
	durations, headers, outcomes := make(map[string]float64), make(map[string]float64), make(map[string]float64)
	for _, v := range visits {
		durations[fmt.Sprintf("127.0.0.1 GET %s %d", v.route, v.status)]++
		headers["127.0.0.1 GET "+v.route]++
		outcomes["ok"]++
	}
	for _, metric := range []struct {
		name   string
		labels []string
		want   map[string]float64
	}{
		{"http_server_request_duration_seconds",
			[]string{"server_address", "http_request_method", "http_route", "http_response_status_code"}, durations},
		{"django_time_to_headers_seconds", []string{"server_address", "http_request_method", "http_route"}, headers},
		{"django_exchanges_total", []string{"outcome"}, outcomes},
	} {
		if got := withoutZeros(g.counts(metric.name, metric.labels...)); !maps.Equal(got, metric.want) {
			t.Errorf("%s is\n%v, not\n%v", metric.name, got, metric.want)
		}
	}
}
