package delivery

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// impatient is a sender for trials, with a short time for each.
func impatient(t *testing.T) *Sender {
	s := New(Config{Outbox: newMemoryOutbox(), SDKName: "gateway", SDKVersion: "1.0"})
	s.timeout = 5 * time.Second
	t.Cleanup(func() { s.Close(t.Context()) })
	return s
}

// at returns the destination that a server is.
func at(t *testing.T, server *httptest.Server) *Destination {
	t.Helper()
	return mustParse(t, strings.Replace(server.URL, "://", "://s3cretkey@", 1)+"/42")
}

// mustHaveSteps compares the names of the steps; the last one has failed if it ends with an exclamation mark.
func mustHaveSteps(t *testing.T, trial Trial, want ...string) {
	t.Helper()
	var got []string
	for _, s := range trial.Steps {
		name := s.Name
		if !s.OK {
			name += "!"
		}
		if s.OK != (s.Advice == "") || s.Detail == "" {
			t.Errorf("a failure has advice, and only a failure: %+v", s)
		}
		got = append(got, name)
	}
	if !slices.Equal(got, want) {
		t.Errorf("steps %v, want %v: %+v", got, want, trial.Steps)
	}
	if text, _ := json.Marshal(trial); strings.Contains(string(text), "s3cret") {
		t.Errorf("the trial shows the key: %s", text)
	}
}

func (trial Trial) step(name string) (found Step) {
	for _, s := range trial.Steps {
		if s.Name == name {
			found = s
		}
	}
	return found
}

func TestATestEventArrives(t *testing.T) {
	var took envelope
	server := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		took, _ = readRequest(r)
		io.WriteString(w, "{\"id\":\n\"1\"}")
	}))
	server.Start()
	s := impatient(t)
	s.Try(t.Context(), at(t, server)) // leaves nothing for the next one
	trial := s.Try(t.Context(), at(t, server))
	mustHaveSteps(t, trial, "dsn", "connect", "answer", "limits")
	if !trial.Arrived || trial.Destination != server.URL+"/42" || trial.step("answer").Detail != `HTTP 200: {"id": "1"}` {
		t.Errorf("%+v", trial)
	}
	var event struct {
		EventID  string `json:"event_id"`
		Level    string
		LogEntry struct{ Formatted string }
	}
	if err := json.Unmarshal(took.payload, &event); err != nil {
		t.Fatal(err)
	}
	if took.header["event_id"] != trial.EventID || event.EventID != trial.EventID || event.Level != "info" || event.LogEntry.Formatted != TestEventTitle {
		t.Errorf("%s", took.payload)
	}
}

func TestATrialSaysWhatTheAnswerMeans(t *testing.T) {
	for _, test := range []struct {
		name   string
		answer http.HandlerFunc
		steps  []string // behind the connection
		detail string
		advice string
	}{
		{"a key that is not right", status(403, "unknown key"), []string{"answer!", "limits"}, "HTTP 403: unknown key", "copy the DSN"},
		{"a project that is not there", status(404, ""), []string{"answer!", "limits"}, "HTTP 404", "no such project"},
		{"a redirect", status(301, "", "Location", "https://sentry.example/"), []string{"answer!", "limits"}, "HTTP 301", "write the DSN for https://sentry.example/"},
		{"a page of somebody else", status(200, "<html>"), []string{"answer!", "limits"}, "HTTP 200: <html>", "a portal or a proxy"},
		{"a limit", status(429, "", "Retry-After", "120"), []string{"answer!", "limits!"}, "HTTP 429", "limits the events"},
		{"a limit from now on", status(200, "ok", "X-Sentry-Rate-Limits", "60:error:organization"), []string{"answer", "limits!"}, "HTTP 200: ok", ""},
		{"a limit of others", status(200, "ok", "X-Sentry-Rate-Limits", "60:transaction:organization"), []string{"answer", "limits"}, "HTTP 200: ok", ""},
		{"too large", status(413, ""), []string{"answer!", "limits"}, "HTTP 413", "allow 1 MiB"},
		{"a fault", status(502, "bad gateway"), []string{"answer!", "limits"}, "HTTP 502: bad gateway", "look into its log"},
		{"a refusal", status(400, "", "X-Sentry-Error", "bad envelope"), []string{"answer!", "limits"}, "HTTP 400: bad envelope", "its words"},
		{"silence", hang, []string{"answer!"}, "context deadline exceeded", "did not answer"},
		{"a connection that breaks off", reset, []string{"answer!"}, "EOF", "did not answer"},
	} {
		t.Run(test.name, func(t *testing.T) {
			server := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				io.Copy(io.Discard, r.Body) // a server notices only then that the client goes
				test.answer(w, r)
			}))
			server.Start()
			s := impatient(t)
			s.timeout = 500 * time.Millisecond
			trial := s.Try(t.Context(), at(t, server))
			mustHaveSteps(t, trial, append([]string{"dsn", "connect"}, test.steps...)...)
			answer := trial.step("answer")
			if answer.Detail != test.detail || !strings.Contains(answer.Advice, test.advice) || trial.Arrived != answer.OK {
				t.Errorf("%+v", trial)
			}
		})
	}
}

func TestATrialSaysWhichLimitsAreInForce(t *testing.T) {
	server := serve(t, status(429, "", "X-Sentry-Rate-Limits", "60:error:key", "Retry-After", "60"))
	server.Start()
	limits := impatient(t).Try(t.Context(), at(t, server)).step("limits")
	if limits.Detail != "X-Sentry-Rate-Limits: 60:error:key, Retry-After: 60" || !strings.Contains(limits.Advice, "for 1m0s") {
		t.Errorf("%+v", limits)
	}
}

func TestATrialSaysWhereTheWayEnds(t *testing.T) {
	plain := serve(t, status(200, ""))
	plain.Start()
	secure := serve(t, status(200, ""))
	secure.StartTLS()
	cas, err := LoadCAs(authority(t, secure))
	if err != nil {
		t.Fatal(err)
	}
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	open := serve(t, new(proxy))
	open.Start()
	shut := serve(t, status(407, ""))
	shut.Start()
	through := func(address string) Transport {
		proxy, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		return Transport{Proxy: proxy, CAs: cas}
	}
	for _, test := range []struct {
		name   string
		dsn    string
		way    Transport
		steps  []string
		detail string // of the last step but the limits
		advice string
	}{
		{"a name that has no address", "http://s3cretkey@sentry.invalid/1", Transport{}, []string{"dsn", "resolve!"}, "sentry.invalid", "check the host"},
		{"a port where nobody listens", "http://s3cretkey@" + closed.Addr().String() + "/1", Transport{}, []string{"dsn", "connect!"}, "connection refused", "nobody listens"},
		{"a name that has one", strings.Replace(plain.URL, "127.0.0.1", "s3cretkey@localhost", 1) + "/1", Transport{}, []string{"dsn", "resolve", "connect", "answer", "limits"}, "HTTP 200", ""},
		{"TLS where there is none", strings.Replace(plain.URL, "http://", "https://s3cretkey@", 1) + "/1", Transport{}, []string{"dsn", "connect", "tls!"}, "HTTP response", "http://"},
		{"an authority that is not known", strings.Replace(secure.URL, "https://", "https://s3cretkey@", 1) + "/1", Transport{}, []string{"dsn", "connect", "tls!"}, "the receiver shows a certificate of O=Acme Co", "ca_file"},
		{"an authority that is", strings.Replace(secure.URL, "https://", "https://s3cretkey@", 1) + "/1", Transport{CAs: cas}, []string{"dsn", "connect", "tls", "answer", "limits"}, "HTTP 200", ""},
		{"a certificate for another name", strings.Replace(secure.URL, "127.0.0.1", "s3cretkey@localhost", 1) + "/1", Transport{CAs: cas}, []string{"dsn", "resolve", "connect", "tls!"}, "example.com", "another name"},
		{"a proxy", strings.Replace(secure.URL, "https://", "https://s3cretkey@", 1) + "/1", through(open.URL), []string{"dsn", "proxy", "connect", "tls", "answer", "limits"}, "HTTP 200", ""},
		{"a proxy that is not there", strings.Replace(secure.URL, "https://", "https://s3cretkey@", 1) + "/1", through("http://user:s3cret@" + closed.Addr().String()), []string{"dsn", "proxy", "connect!"}, "connection refused", "the proxy cannot be reached"},
		{"a proxy that refuses", strings.Replace(secure.URL, "https://", "https://s3cretkey@", 1) + "/1", through(shut.URL), []string{"dsn", "proxy", "connect", "proxy!"}, "Proxy Authentication Required", "user and password"},
	} {
		t.Run(test.name, func(t *testing.T) {
			trial := impatient(t).Try(t.Context(), mustParse(t, test.dsn).Through(test.way))
			mustHaveSteps(t, trial, test.steps...)
			last := trial.Steps[len(trial.Steps)-1]
			if last.Name == "limits" {
				last = trial.step("answer")
			}
			if !strings.Contains(last.Detail, test.detail) || !strings.Contains(last.Advice, test.advice) {
				t.Errorf("%+v", last)
			}
			if tls := trial.step("tls"); tls.OK && !strings.HasPrefix(tls.Detail, "TLS 1.3, certificate of O=Acme Co, issued by O=Acme Co, valid until 20") {
				t.Errorf("%+v", tls)
			}
		})
	}
}

func TestEveryDestinationInUseIsTried(t *testing.T) {
	r := newReceiver(t)
	server := serve(t, r)
	server.Start()
	s := impatient(t)
	for _, project := range []string{"2", "1", "3"} {
		s.Acquire(mustParse(t, strings.Replace(server.URL, "://", "://s3cretkey@", 1)+"/"+project))
	}
	s.Release(mustParse(t, strings.Replace(server.URL, "://", "://s3cretkey@", 1)+"/3"))
	trials := s.TryAll(t.Context())
	if len(trials) != 2 || trials[0].Destination != server.URL+"/1" || trials[1].Destination != server.URL+"/2" || !trials[0].Arrived || !trials[1].Arrived {
		t.Errorf("%+v", trials)
	}
	if got := len(r.arrived()); got != 2 {
		t.Errorf("%d events arrived", got)
	}
}
