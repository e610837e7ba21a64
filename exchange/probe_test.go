package exchange

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/caddy-django/gateway/probe"
	"github.com/caddy-django/gateway/probe/probetest"
)

const someSecret = "0123456789abcdef0123456789abcdef"

// answered is the exchange of a request whose probe answers; NONCE stands for its nonce.
func answered(t *testing.T, status int, answers, report []string) *Exchange {
	t.Helper()
	rec := Record(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil), 0)
	trip := rec.Ask(probe.Ask(someSecret, probe.Options{}))
	asked := http.Header{}
	trip.Send(asked, "GET", "app:8000", t)
	nonce, _ := probetest.Nonce(someSecret, "GET", asked.Get(probe.RequestHeader))
	h := http.Header{}
	for _, answer := range answers {
		h.Add(probe.AnswerHeader, strings.ReplaceAll(answer, "NONCE", nonce))
	}
	for _, line := range report {
		h.Add(probe.ReportHeader, line)
	}
	trip.Receive(h)
	rec.WriteHeader(status)
	return rec.Finish(End{})
}

func TestWhatComesOfAskingTheProbe(t *testing.T) {
	for _, c := range []struct {
		name    string
		status  int
		answers []string
		report  []string
		want    ProbeResult
		logged  bool
	}{
		{"it answers", 200, []string{"2 NONCE q=3"}, nil, ProbeOK, false},
		{"it does not", 200, nil, nil, ProbeNone, false},
		{"it talks nonsense", 200, []string{"hello"}, nil, ProbeInvalid, false},
		{"it answers somebody else", 200, []string{"1 ffff q=3"}, nil, ProbeForeign, false},
		{"its clock differs", 200, []string{"0 NONCE clock=1700000000"}, nil, ProbeClock, false},
		{"it speaks another version", 200, []string{"0 NONCE speaks=3"}, nil, ProbeVersion, false},
		{"it reports an error that was logged", 200, []string{"2 NONCE q=3"}, []string{"1/1 x"}, ProbeOK, true},
		{"it reports what failed", 500, []string{"2 NONCE q=3"}, []string{"1/1 x"}, ProbeOK, false},
		{"somebody else's report", 200, []string{"1 ffff q=3"}, []string{"1/1 x"}, ProbeForeign, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := answered(t, c.status, c.answers, c.report)
			if x.Probe.Result != c.want || (x.Probe.Err != nil) != (c.want > ProbeNone) || x.Probe.Upstream != "app:8000" {
				t.Errorf("%s (%v) of %q, want %s", x.Probe.Result, x.Probe.Err, x.Probe.Upstream, c.want)
			}
			if (x.Failure.ResponseHeader != nil) != x.Notable() {
				t.Errorf("the header of the response is %v", x.Failure.ResponseHeader)
			}
			if x.Logged != c.logged || x.Notable() != (c.logged || c.status >= 500) {
				t.Errorf("logged %v, notable %v", x.Logged, x.Notable())
			}
			if ok := c.want == ProbeOK; (x.Probe.Answer.Queries == 3) != ok || (len(x.Probe.Report) > 0) != (ok && c.report != nil) {
				t.Errorf("%+v", x.Probe)
			}
		})
	}
}

func TestAnAnswerIsOfWhenItCame(t *testing.T) {
	rec := Record(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil), 0)
	trip := rec.Ask(probe.Ask(someSecret, probe.Options{}))
	trip.Send(http.Header{}, "GET", "app:8000", t)
	before := time.Now()
	trip.Receive(http.Header{})
	after := time.Now()
	rec.WriteHeader(200)
	if came := rec.Finish(End{}).Probe.Answered; came.Before(before) || came.After(after) {
		t.Errorf("it is of %s, not of %s", came, after)
	}
}

// A first attempt has its answer, and the second gets none.
func TestAnAnswerOfAnAttemptBeforeIsNotTaken(t *testing.T) {
	rec := Record(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil), 0)
	trip := rec.Ask(probe.Ask(someSecret, probe.Options{}))
	asked := http.Header{}
	trip.Send(asked, "GET", "app:8000", t)
	nonce, _ := probetest.Nonce(someSecret, "GET", asked.Get(probe.RequestHeader))
	trip.Receive(http.Header{probe.AnswerHeader: {"2 " + nonce + " q=3"}, probe.ReportHeader: {"1/1 x"}})
	trip.Send(http.Header{}, "GET", "app:9000", t)
	if p := rec.Finish(End{Status: 502}).Probe; p.Result != ProbeNotAsked || p.Upstream != "app:9000" || p.Report != nil {
		t.Errorf("%+v", p)
	}
}

func TestWithoutAProbeNobodyIsAsked(t *testing.T) {
	rec := Record(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil), 0)
	rec.WriteHeader(200)
	if x := rec.Finish(End{}); x.Probe.Upstream != "" || x.Probe.Result != ProbeNotAsked || x.Probe.Result.String() != "" {
		t.Errorf("%+v", x.Probe)
	}
	rec.Release()
}

// One exchange is worth one event, however much there is to say of it.
func TestWhatIsWorthAnEventIsOfOneKind(t *testing.T) {
	for _, c := range []struct {
		name                    string
		status                  int
		report                  []string
		waited                  time.Duration
		logged, slow, repeating bool
	}{
		{"all of it", 200, []string{"1/1 x"}, time.Minute, true, false, false},
		{"slow, and a statement repeats", 200, nil, time.Minute, false, true, false},
		{"a statement repeats", 200, nil, time.Millisecond, false, false, true},
		{"a failure", 500, []string{"1/1 x"}, time.Minute, false, false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			rec := Record(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil), 0)
			rec.x = *answered(t, c.status, []string{"2 NONCE n1=10"}, c.report)
			rec.x.TimeToHeaders = c.waited
			rec.MarkSlow(time.Second)
			rec.MarkRepeating(10)
			if x := rec.x; x.Logged != c.logged || x.Slow != c.slow || x.Repeating != c.repeating || !x.Notable() {
				t.Errorf("logged %v, slow %v, repeating %v", x.Logged, x.Slow, x.Repeating)
			}
		})
	}
}

func TestStatementsThatRepeatAreMarked(t *testing.T) {
	for _, c := range []struct {
		name   string
		status int
		limit  int
		report []string
		want   bool
	}{
		{"as often as allowed", 200, 11, nil, false},
		{"more often", 200, 10, nil, true},
		{"nobody wants to know", 200, 0, nil, false},
		{"of what failed the failure is told", 500, 10, nil, false},
		{"of what logged an error that is told", 200, 10, []string{"1/1 x"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			rec := Record(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil), 0)
			rec.x = *answered(t, c.status, []string{"2 NONCE n1=10"}, c.report)
			if rec.MarkRepeating(c.limit); rec.x.Repeating != c.want {
				t.Errorf("repeating: %v, want %v", rec.x.Repeating, c.want)
			}
		})
	}
}

// What a view or anything behind writes under the probe's names goes to no client.
func TestNothingOfTheProbeReachesAClient(t *testing.T) {
	names := []string{"X-Django-Probe", "X-Django-Probe-Report", "X-Django-Probe-Signature", "X-Django-Probe-Anything"}
	handlers := map[string]http.HandlerFunc{
		"in a header":         func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(200) },
		"without WriteHeader": func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "body") },
		"copied":              func(w http.ResponseWriter, r *http.Request) { io.Copy(w, strings.NewReader("body")) },
		"flushed":             func(w http.ResponseWriter, r *http.Request) { http.NewResponseController(w).Flush() },
		"not written at all":  func(w http.ResponseWriter, r *http.Request) {},
		"in a failure":        func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(500) },
		"in an informational response": func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusEarlyHints)
			w.WriteHeader(200)
		},
	}
	for name, handler := range handlers {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				rec := Record(w, r, 1000)
				for _, name := range names {
					rec.Header().Set(name, "leak")
				}
				rec.Header().Set("Trailer", "X-Django-Probe-Later, Digest")
				handler(rec, r)
				rec.Header().Set("X-Django-Probe-Later", "leak")
				rec.Header().Set(http.TrailerPrefix+"X-Django-Probe-Last", "leak")
				rec.Header().Set("Digest", "kept")
				rec.Finish(End{})
				rec.Release()
			}))
			defer server.Close()
			raw := rawResponse(t, server.Listener.Addr().String())
			if strings.Contains(strings.ToLower(raw), "django-probe") || strings.Contains(raw, "leak") {
				t.Errorf("the client gets\n%s", raw)
			}
			if !strings.Contains(raw, "Digest") {
				t.Errorf("what is not the probe's is lost:\n%s", raw)
			}
		})
	}
}

func rawResponse(t *testing.T, address string) string {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	io.WriteString(conn, "GET / HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n")
	response, err := io.ReadAll(conn)
	if err != nil || len(response) == 0 {
		t.Fatalf("%q, %v", response, err)
	}
	return string(response)
}
