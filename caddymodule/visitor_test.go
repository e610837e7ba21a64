package caddymodule

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
)

func TestCookieValue(t *testing.T) {
	for _, c := range []struct {
		name    string
		headers []string
		want    string
	}{
		{"no cookies", nil, ""},
		{"the only cookie", []string{"sessionid=abc"}, "abc"},
		{"the first of several", []string{"sessionid=abc; theme=dark"}, "abc"},
		{"the last of several", []string{"theme=dark; sessionid=abc"}, "abc"},
		{"without a blank between", []string{"theme=dark;sessionid=abc;a=b"}, "abc"},
		{"in the second header", []string{"theme=dark", "sessionid=abc"}, "abc"},
		{"behind a name that ends so", []string{"mysessionid=no; sessionid=abc"}, "abc"},
		{"behind a name that begins so", []string{"sessionid2=no; sessionid=abc"}, "abc"},
		{"behind a value that says so", []string{"last=sessionid; sessionid=abc"}, "abc"},
		{"with = in its value", []string{"sessionid=a=b"}, "a=b"},
		{"empty", []string{"sessionid="}, ""},
		{"a name without a value", []string{"sessionid"}, ""},
		{"another name", []string{"mysessionid=no; sessionid2=no"}, ""},
		{"another case", []string{"SessionID=no"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := cookieValue(c.headers, "sessionid"); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestAVisitorWithoutASessionIsAnAddress(t *testing.T) {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r = caddyhttp.PrepareRequest(r, caddy.NewReplacer(), nil, new(caddyhttp.Server))
	caddyhttp.SetVar(r.Context(), caddyhttp.ClientIPVarKey, "192.0.2.7")
	if got := visitor(r, "sessionid"); got != "192.0.2.7" {
		t.Errorf("the visitor is %q", got)
	}
	r.Header.Set("Cookie", "sessionid=abc")
	if got := visitor(r, "sessionid"); got != "abc" {
		t.Errorf("the visitor is %q", got)
	}
}

func TestBreadcrumbs(t *testing.T) {
	for _, c := range []struct {
		name, monitor string
		want          string // routes of the failing request's visitor
	}{
		{"are on unless said otherwise", "", "[/cart/]"},
		{"are off", "breadcrumbs off", "[]"},
		{"tell visitors apart by the configured cookie", "session_cookie theme", "[/other/]"},
		{"know who has no such cookie by the address", "session_cookie none", "[/cart/ /other/]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			address := backend(t, func(conn net.Conn, head *http.Request) {
				status := "200 OK"
				if head.URL.Path == "/pay/" {
					status = "500 Internal Server Error"
				}
				fmt.Fprintf(conn, "HTTP/1.1 %s\r\nContent-Length: 0\r\n\r\n", status)
			})
			g := startGateway(t, "{\n\troute /cart/ /other/ /pay/\n\t"+c.monitor+"\n}", "reverse_proxy "+address)
			for _, request := range []struct{ path, cookies string }{
				{"/cart/", "sessionid=ada; theme=dark"},
				{"/other/", "sessionid=bob; theme=light"},
				{"/pay/", "sessionid=ada; theme=light"},
			} {
				response := g.roundTrip(g.monitored, "GET "+request.path+" HTTP/1.1\r\nHost: %s\r\nCookie: "+request.cookies+"\r\nConnection: close\r\n\r\n")
				if !strings.HasPrefix(response, "HTTP/1.1 ") {
					t.Fatalf("the response is %q", response)
				}
			}
			routes := []string{}
			for _, crumb := range g.events(1)[0].Breadcrumbs.Values {
				routes = append(routes, crumb.Data.URL)
			}
			if got := fmt.Sprint(routes); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}
