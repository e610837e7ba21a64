package integration

import (
	"fmt"
	"io"
	"maps"
	"net"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// forgeries are what a client may send who has read about the protocol, and does not know
// the secret.
var forgeries = []string{
	"",
	"X-Django-Probe-Signature: 1;abc a-secret-that-is-not-the-right-one\r\n",
	"x-dJaNgO-pRoBe-sEcReT: 1;abc 0123456789ABCDEF-of-the-tests\r\n",
	"X_Django_Probe_Secret: 1;abc a-secret-that-is-not-the-right-one\r\n",
	"X-Django-Probe-Secret:\r\n",
	"X-Django-Probe-Signature: 1;abc\r\n",
	"X-Django-Probe-Signature: \xff\xfe \xfd\r\n",
	"X-Django-Probe-Signature: 1;abc;pii;n1=1 " + strings.Repeat("a", 6000) + "\r\n",
	"X-Django-Probe-Signature: 1;abc a-secret-that-is-not\r\nX-Django-Probe-Signature: the-right-one-12345\r\n",
	"X-DJANGO-PROBE: 1 abc route=forged q=1 pid=1\r\nx-django-probe-report: 1/1 eJyrrgUAAXUA+Q==\r\nX-Django-Probe-Later: x\r\n",
}

var silencePaths = []string{"/", "/work/15/?as=7", "/fail/10/?as=7", "/fake/", "/nowhere/"}

// dated is what differs between two answers to one request: when, and which.
var dated = regexp.MustCompile(`(?i)(\r\n(?:date|x-request-id): )[^\r\n]+`)

// exchanged sends a request on a connection of its own, and returns all that came back.
func exchanged(addr, path, headers string) (string, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(patience))
	if _, err := fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\n%sConnection: close\r\n\r\n", path, addr, headers); err != nil {
		return "", err
	}
	text, err := io.ReadAll(conn)
	if err == nil && len(text) == 0 {
		err = io.ErrUnexpectedEOF
	}
	return dated.ReplaceAllString(string(text), "$1"), err
}

// answersAlike sends each request some times, and compares the answers with those of the other.
func answersAlike(t *testing.T, requests int, got, wanted string) {
	t.Helper()
	cases := len(silencePaths) * len(forgeries)
	want := make([]string, cases)
	request := func(i int) (path, headers string) {
		return silencePaths[i%len(silencePaths)], forgeries[i/len(silencePaths)%len(forgeries)]
	}
	for i := range want {
		path, headers := request(i)
		var err error
		if want[i], err = exchanged(wanted, path, headers); err != nil {
			t.Fatalf("%s with %.100q: %v", path, headers, err)
		}
	}
	if !strings.Contains(want[0], "A page") {
		t.Fatalf("it is not Django's page:\n%s", want[0])
	}
	var asking sync.WaitGroup
	const atOnce = 4
	for first := range atOnce {
		asking.Go(func() {
			for i := first; i < max(requests, cases) && !t.Failed(); i += atOnce {
				path, headers := request(i)
				if text, err := exchanged(got, path, headers); err != nil || text != want[i%cases] {
					t.Errorf("%s with %.100q: %v\n%.1000s\nwithout a probe:\n%.1000s", path, headers, err, text, want[i%cases])
				}
			}
		})
	}
	asking.Wait()
}

func TestWithoutTheSecretNoByteIsDifferent(t *testing.T) {
	needs(t, "servers")
	requests := 200
	if long() {
		requests = 10_000
	}
	faked := fake{Status: 200, Headers: [][2]string{{"X-Django-Probe", "2 abc q=1"}, {"x-django-probe-REPORT", "1/1 x"}, {"X-Else", "y"}}}
	for name, args := range map[string][]string{"gunicorn": gunicorn(), "uvicorn": uvicorn()} {
		t.Run(name, func(t *testing.T) {
			without := faking(t, served{args: args, path: []string{}}, faked)
			with := faking(t, served{args: args}, faked)
			t.Run("straight", func(t *testing.T) { answersAlike(t, requests, with.Addr, without.Addr) })

			plain := newProbing(t, without.Addr, "PROBE=silent")
			t.Run("through a gateway that does not know of it", func(t *testing.T) {
				answersAlike(t, requests, newProbing(t, with.Addr, "PROBE=silent").Addr, plain.Addr)
			})
			t.Run("through a gateway that asks it", func(t *testing.T) {
				asking := newProbing(t, with.Addr)
				answersAlike(t, requests, asking.Addr, plain.Addr)
				answers := withoutZeros(asking.counts("django_probe_answers_total", "result"))
				if n := float64(max(requests, len(silencePaths)*len(forgeries))); !maps.Equal(answers, map[string]float64{"ok": n}) {
					t.Errorf("the answers are %v, the requests %v", answers, n)
				}
				for route := range asking.counts("django_database_queries", "http_route") {
					if strings.Contains(route, "forged") {
						t.Errorf("a client makes the route %s", route)
					}
				}
			})
			if log := readFile(t, with.Log); strings.Contains(log, "django probe") {
				t.Errorf("the probe says\n%s", log)
			}
		})
	}
}
