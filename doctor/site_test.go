package doctor

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/caddy-django/gateway/appserver"
)

// expect compares a check with a verdict and with words in what was found and its fix.
func expect(t *testing.T, got Check, verdict Verdict, words string) {
	t.Helper()
	if got.Verdict != verdict || !strings.Contains(got.What+" -> "+got.Fix, words) {
		t.Errorf("got %s: %s -> %s; want %s: %s", got.Verdict, got.What, got.Fix, verdict, words)
	}
	if (got.Verdict == Fail || got.Verdict == Warn) && got.Fix == "" {
		t.Errorf("%q has no fix", got.What)
	}
}

// site serves by HTTPS, and takes the name for that of the server.
func site(t *testing.T, name string, handler http.HandlerFunc) *Setup {
	t.Helper()
	server := httptest.NewTLSServer(handler)
	t.Cleanup(server.Close)
	client := server.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	transport := client.Transport.(*http.Transport)
	transport.TLSClientConfig.InsecureSkipVerify = true
	address := server.Listener.Addr().String()
	transport.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, address)
	}
	return &Setup{URL: &url.URL{Scheme: "https", Host: name, Path: "/"}, client: client, proc: t.TempDir(),
		synced: func() (bool, error) { return true, nil }, now: time.Now}
}

func settings(change func(*appserver.Project)) *appserver.Project {
	p := &appserver.Project{
		AllowedHosts: []string{"example.com"}, CSRFCookie: "csrftoken", StaticURL: "/static/",
		SecureProxySSLHeader: []string{"HTTP_X_FORWARDED_PROTO", "https"},
	}
	if change != nil {
		change(p)
	}
	return p
}

func says(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		w.Write([]byte(body))
	}
}

// fails has a home page, and a file that it does not give out; with 0 it does not answer for it.
func fails(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/":
			says(200, `<link href="/static/shop.css">`)(w, r)
		case status == 0:
			panic(http.ErrAbortHandler)
		default:
			says(status, "")(w, r)
		}
	}
}

func elsewhere(p *appserver.Project) { p.AllowedHosts = []string{"example.org"} }

func to(location string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, location, http.StatusMovedPermanently)
	}
}

func blind(p *appserver.Project) { p.SecureProxySSLHeader = nil; p.SecureSSLRedirect = true }

func TestTheSiteIsChecked(t *testing.T) {
	for name, c := range map[string]struct {
		check   func(context.Context, *Setup) Check
		handler http.HandlerFunc
		project *appserver.Project
		verdict Verdict
		words   string
	}{
		"it answers":                 {checkAnswer, says(200, ""), nil, OK, "answers 200"},
		"it fails":                   {checkAnswer, says(502, ""), nil, Fail, "answers 502 -> caddy django issues"},
		"a redirect to itself":       {checkRedirects, to("https://example.com/"), nil, Fail, "https://example.com/ redirects to itself -> set SECURE_PROXY_SSL_HEADER"},
		"a redirect without a slash": {checkRedirects, to("https://example.com"), nil, Fail, "redirects to itself"},
		"redirects without end":      {checkRedirects, func(w http.ResponseWriter, r *http.Request) { to(r.URL.Path+"x")(w, r) }, nil, Fail, "more than 10 redirects"},
		"a redirect to what fails": {checkRedirects, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/" {
				to("/login/")(w, r)
			} else {
				says(502, "")(w, r)
			}
		}, nil, Skipped, "https://example.com/login/ answers 502"},
		"no redirect":                          {checkRedirects, says(200, ""), settings(nil), OK, "no loop"},
		"no loop, for gunicorn says it":        {checkRedirects, says(200, ""), settings(blind), OK, "no loop"},
		"a loop while blind":                   {checkRedirects, to("https://example.com/"), settings(blind), Fail, "redirects to itself"},
		"a host that is refused":               {checkAllowedHosts, says(400, "<h1>Bad Request (400)</h1>"), nil, Fail, `add "example.com" to ALLOWED_HOSTS`},
		"a host that would be refused":         {checkAllowedHosts, says(502, ""), settings(elsewhere), Fail, `is not in ALLOWED_HOSTS ["example.org"]: Django refuses`},
		"a host that settings do not name":     {checkAllowedHosts, says(200, ""), settings(elsewhere), Warn, `is not in ALLOWED_HOSTS ["example.org"], but Django lets it in`},
		"a host that neither lets in":          {checkAllowedHosts, says(400, "no"), settings(elsewhere), Fail, "refused with 400"},
		"a host that is refused with DEBUG on": {checkAllowedHosts, says(400, "<title>DisallowedHost at /</title>"), nil, Fail, `add "example.com" to ALLOWED_HOSTS`},
		"another 400":                          {checkAllowedHosts, says(400, "no"), nil, OK, ""},
		"a host that is let in":                {checkAllowedHosts, says(200, ""), settings(nil), OK, "example.com is let in"},
		"forms that are let in":                {checkCSRF, says(405, ""), settings(nil), OK, "is not refused"},
		"forms by an origin that is refused": {checkCSRF, func(w http.ResponseWriter, r *http.Request) {
			if r.Method != "PROPFIND" || r.Header.Get("Origin") == "https://example.com" {
				says(403, "CSRF verification failed")(w, r)
			}
		}, nil, Fail, `or add "https://example.com" to CSRF_TRUSTED_ORIGINS`},
		"forms with tokens elsewhere":   {checkCSRF, says(403, "CSRF verification failed"), settings(nil), Skipped, "the token is not in the cookie csrftoken"},
		"forms while blind, but let in": {checkCSRF, says(200, ""), settings(blind), OK, "is not refused"},
		"forms while blind and unheard": {checkCSRF, says(502, ""), settings(blind), Warn, "forms of https://example.com are refused with 403"},
		"forms while blind, but trusted": {checkCSRF, says(502, ""), settings(func(p *appserver.Project) {
			blind(p)
			p.CSRFTrustedOrigins = []string{"https://*.org", "https://example.com"}
		}), Skipped, ""},
		"a page of debug": {checkDebug, says(404, "because you have <code>DEBUG = True</code>"), nil, Fail, "is a public name"},
		"a page of debug where nothing is": {checkDebug, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/" || r.URL.RawQuery != "" {
				says(404, "DEBUG = True")(w, r)
			}
		}, nil, Fail, "is a public name"},
		"DEBUG in settings":       {checkDebug, says(200, ""), settings(func(p *appserver.Project) { p.Debug = true }), Fail, "set DEBUG = False"},
		"DEBUG in settings alone": {checkDebug, says(404, ""), settings(func(p *appserver.Project) { p.Debug = true }), Warn, "the site does not show it"},
		"no DEBUG":                {checkDebug, says(404, ""), settings(nil), OK, "DEBUG is off"},
		"a name that is not there": {checkStaticNames, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/" {
				says(404, "")(w, r)
				return
			}
			says(200, `<link href="/static/shop.0123456789ab.css"><a href=/about/>`)(w, r)
		}, nil, Fail, "refers to /static/shop.0123456789ab.css, which is not there"},
		"a name that is refused":   {checkStaticNames, fails(403), nil, Fail, "is refused with 403 -> let Caddy's user read it"},
		"a name that fails":        {checkStaticNames, fails(500), nil, Fail, "answers 500 -> caddy django issues"},
		"a name that is gone":      {checkStaticNames, fails(410), nil, Fail, "which is not there"},
		"a name without an answer": {checkStaticNames, fails(0), nil, Fail, "which does not come"},
		"names that are there":     {checkStaticNames, says(200, `<script src='/static/a.js'></script><img src="/static/b.png"><img src="/static/b.png">`), nil, OK, "2 files"},
		"more names than are asked for": {checkStaticNames, func(w http.ResponseWriter, r *http.Request) {
			switch r.URL.Path {
			case "/":
				for i := range maxReferences + 1 {
					fmt.Fprintf(w, `<img src="/static/%d.png">`, i)
				}
			case fmt.Sprintf("/static/%d.png", maxReferences):
				says(404, "")(w, r)
			}
		}, nil, OK, "10 files"},
		"no names": {checkStaticNames, says(200, `<a href="https://example.org/static/x.js">`), nil, Skipped, "no file below /static/"},
	} {
		t.Run(name, func(t *testing.T) {
			s := site(t, "example.com", c.handler)
			s.Project = c.project
			expect(t, c.check(t.Context(), s), c.verdict, c.words)
		})
	}
}

func TestWithoutASiteOrAProjectChecksAreSkipped(t *testing.T) {
	for _, check := range Run(t.Context(), Setup{proc: t.TempDir(), synced: func() (bool, error) { return true, nil }}) {
		if check.Verdict != Skipped && check.Name != "clock" {
			t.Errorf("%s is %s: %s", check.Name, check.Verdict, check.What)
		}
	}
	dead := &Setup{URL: &url.URL{Scheme: "http", Host: "127.0.0.1:9", Path: "/"}}
	dead.defaults()
	expect(t, checkAnswer(t.Context(), dead), Fail, "does not answer")
	for _, check := range []func(context.Context, *Setup) Check{checkRedirects, checkAllowedHosts, checkCSRF, checkStaticNames, checkDebug} {
		expect(t, check(t.Context(), dead), Skipped, "does not answer")
	}
	expect(t, checkRedirects(t.Context(), &Setup{Project: settings(blind)}), Warn, "every request is redirected to itself")
}

func TestNothingIsSaidOfADjangoThatIsNotHeard(t *testing.T) {
	const closed, gone = "is closed by maintenance", "what Django would say is not known"
	for name, c := range map[string]struct {
		status int
		via    string
		closed bool
		answer Verdict
		words  string // of the answer
		why    string // the others are skipped
	}{
		"nobody listens":                  {502, "", false, Fail, "answers 502", gone},
		"nobody has time":                 {503, "", false, Fail, "answers 503", gone},
		"it takes too long":               {504, "", true, Fail, "answers 504", gone},
		"it is closed":                    {503, "", true, Warn, closed + " -> caddy django maintenance off", closed},
		"another is closed, Django fails": {503, "1.1 Caddy", true, Fail, "answers 503", gone},
	} {
		t.Run(name, func(t *testing.T) {
			asked := 0
			s := site(t, "example.com", func(w http.ResponseWriter, _ *http.Request) {
				asked++
				if c.via != "" {
					w.Header().Set("Via", c.via)
				}
				w.WriteHeader(c.status)
			})
			s.Closed, s.Project = c.closed, settings(nil)
			expect(t, checkAnswer(t.Context(), s), c.answer, c.words)
			for _, check := range []func(context.Context, *Setup) Check{checkRedirects, checkAllowedHosts, checkCSRF, checkStaticNames, checkDebug} {
				expect(t, check(t.Context(), s), Skipped, c.why)
			}
			if asked != 1 {
				t.Errorf("it is asked %d times, want once", asked)
			}
			s.Project.Debug = true
			expect(t, checkDebug(t.Context(), s), Fail, "DEBUG is on")
		})
	}
}

func TestDebugOnThisMachineIsAWarning(t *testing.T) {
	for host, want := range map[string]Verdict{
		"localhost:8000": Warn, "127.0.0.1": Warn, "10.1.2.3": Warn, "[::1]:8000": Warn, "shop.test": Warn, "shop": Warn,
		"example.com": Fail, "192.0.2.1": Fail,
	} {
		s := site(t, host, says(404, "DEBUG = True"))
		expect(t, checkDebug(t.Context(), s), want, "DEBUG is on")
	}
}

func TestTrustedOriginsAreThoseOfDjango(t *testing.T) {
	trusted := []string{"https://shop.example.org", "https://*.example.com"}
	for origin, want := range map[string]bool{
		"https://shop.example.org": true, "https://example.org": false, "https://a.example.com": true, "https://example.com": true,
		"http://a.example.com": false, "https://badexample.com": false,
	} {
		if got := trusts(trusted, origin); got != want {
			t.Errorf("%s: %t", origin, got)
		}
	}
}

func TestACertificateThatNobodyTrustsIsSaidToBeOne(t *testing.T) {
	server := httptest.NewUnstartedServer(says(200, ""))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	at, _ := url.Parse(server.URL + "/")
	s := &Setup{URL: at}
	s.defaults()
	expect(t, checkAnswer(t.Context(), s), Fail, "has a certificate that this machine does not trust")
}

func TestAnAddressOfIPv6HasItsBracketsInALLOWED_HOSTS(t *testing.T) {
	s := site(t, "[::1]:8000", says(400, "Bad Request (400)"))
	expect(t, checkAllowedHosts(t.Context(), s), Fail, `add "[::1]" to ALLOWED_HOSTS`)
}

func TestNoRedirectIsFollowedUnasked(t *testing.T) {
	server := httptest.NewServer(to("/elsewhere/"))
	defer server.Close()
	at, _ := url.Parse(server.URL + "/")
	s := &Setup{URL: at}
	s.defaults()
	expect(t, checkAnswer(t.Context(), s), OK, "answers 301")
}
