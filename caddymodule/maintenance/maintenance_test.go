package maintenance

import (
	"bufio"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func provision(t *testing.T, m *Maintenance) error {
	t.Helper()
	t.Cleanup(func() {
		if err := m.Cleanup(); err != nil {
			t.Error(err)
		}
	})
	if err := m.Provision(caddy.Context{}); err != nil {
		return err
	}
	return m.Validate()
}

// status answers a request from the client as Caddy hands it on.
func get(t *testing.T, m *Maintenance, client string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	r := caddyhttp.PrepareRequest(httptest.NewRequest("GET", "/", nil), caddy.NewReplacer(), w, nil)
	caddyhttp.SetVar(r.Context(), caddyhttp.ClientIPVarKey, client)
	err := m.ServeHTTP(w, r, caddyhttp.HandlerFunc(func(w http.ResponseWriter, r *http.Request) error {
		w.WriteHeader(http.StatusTeapot)
		return nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestMaintenance(t *testing.T) {
	file := filepath.Join(t.TempDir(), "run", "closed")
	m := &Maintenance{File: file, Allow: []string{"10.0.0.0/8", "2001:db8::1"}}
	if err := provision(t, m); err != nil {
		t.Fatal(err)
	}
	if w := get(t, m, "192.0.2.1"); w.Code != http.StatusTeapot {
		t.Fatalf("%d without the file", w.Code)
	}
	if got := admin(t, "POST", "/on", 200); len(got) != 1 || got[0] != (Switch{file, true}) {
		t.Errorf("%v", got)
	}
	w := get(t, m, "192.0.2.1")
	if w.Code != 503 || w.Header().Get("Retry-After") != "300" || !strings.Contains(w.Body.String(), "Down for maintenance") {
		t.Errorf("%d, %v\n%s", w.Code, w.Header(), w.Body)
	}
	for client, want := range map[string]int{"10.1.2.3": 418, "::ffff:10.1.2.3": 418, "2001:db8::1": 418, "2001:db8::2": 503, "11.0.0.1": 503, "": 503} {
		if w := get(t, m, client); w.Code != want {
			t.Errorf("%q gets %d, want %d", client, w.Code, want)
		}
	}
	if got := admin(t, "POST", "/off?file="+file, 200); len(got) != 1 || got[0] != (Switch{file, false}) {
		t.Errorf("%v", got)
	}
	if w := get(t, m, "192.0.2.1"); w.Code != http.StatusTeapot {
		t.Errorf("%d after it", w.Code)
	}
	admin(t, "POST", "/on?file=/other", 404)
	admin(t, "GET", "?file=/other", 404)
	for _, path := range []string{"/on", "/off"} {
		admin(t, "GET", path, 405)
	}
	admin(t, "POST", "", 405)
}

// admin asks the admin API for what is below /django/maintenance.
func admin(t *testing.T, method, below string, status int) []Switch {
	t.Helper()
	w := httptest.NewRecorder()
	r := httptest.NewRequest(method, "/django/maintenance"+below, nil)
	var err error
	for _, route := range (Admin{}).Routes() {
		if route.Pattern == r.URL.Path {
			err = route.Handler.ServeHTTP(w, r)
		}
	}
	if err != nil {
		w.Code = err.(caddy.APIError).HTTPStatus
	}
	if w.Code != status {
		t.Errorf("%s %s: %d, %v", method, below, w.Code, err)
	}
	var all []Switch
	if err == nil {
		if err := json.Unmarshal(w.Body.Bytes(), &all); err != nil {
			t.Errorf("%s: %v", w.Body, err)
		}
	}
	return all
}

func TestASwitchThatCannotBeTurnedSaysWhatToDo(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := provision(t, &Maintenance{File: filepath.Join(dir, "closed")}); err != nil {
		t.Fatal(err)
	}
	err := (Admin{}).Routes()[1].Handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("POST", "/django/maintenance/on", nil))
	if want := ": let Caddy write to " + dir + ", or make and remove the file yourself"; err == nil || !strings.HasSuffix(err.Error(), want) {
		t.Errorf("%v, want …%s", err, want)
	}
}

func TestTheFileIsTheSwitch(t *testing.T) {
	file := filepath.Join(t.TempDir(), "closed")
	m := &Maintenance{File: file}
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := provision(t, m); err != nil {
		t.Fatal(err)
	}
	if w := get(t, m, ""); w.Code != 503 {
		t.Errorf("%d at the start", w.Code)
	}
	if got := admin(t, "GET", "", 200); len(got) != 1 || got[0] != (Switch{file, true}) {
		t.Errorf("%v", got)
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(time.Minute); get(t, m, "").Code == 503; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("nobody sees that the file is gone")
		}
	}
}

func TestWhatMakesNoSenseIsRefused(t *testing.T) {
	for _, c := range []struct {
		maintenance Maintenance
		want        string
	}{
		{Maintenance{Allow: []string{"office"}}, `allow "office" is no address`},
		{Maintenance{Allow: []string{"10.0.0.0/33"}}, `allow "10.0.0.0/33" is no address`},
		{Maintenance{RetryAfter: 5}, "retry_after 5ns is less than a second"},
		{Maintenance{Page: "/no/such/page.html"}, "page: open /no/such/page.html"},
		{Maintenance{File: "{env.NO_SUCH_FILE}"}, "NO_SUCH_FILE"},
	} {
		if err := provision(t, &c.maintenance); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want …%s…", c.maintenance, err, c.want)
		}
	}
}

func TestAnUploadIsToldOfTheMaintenanceAtOnce(t *testing.T) {
	file := filepath.Join(t.TempDir(), "closed")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	m := &Maintenance{File: file}
	if err := provision(t, m); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := m.ServeHTTP(w, r, nil); err != nil {
			t.Error(err)
		}
	}))
	defer server.Close()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	_ = conn.SetReadDeadline(time.Now().Add(time.Minute))
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil || resp.StatusCode != 503 || !resp.Close {
		t.Errorf("%v, %v", resp, err)
	}
	if w := get(t, m, "192.0.2.1"); w.Header().Get("Connection") != "" {
		t.Error("a connection is closed that could be used again")
	}
}
