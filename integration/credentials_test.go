package integration

import (
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	_ "modernc.org/sqlite"

	"github.com/caddy-django/gateway/integration/stack"
)

// The credentials of a request. Django reads all but the last ones, and its frames hold them.
const (
	apiToken     = "7c1d0e3b9f2a4856b1c0d9e8f7a6b5c4d3e2f1a0"
	sessionKey   = "w8k2m5q9z3x7c1v4b6n0a2s5d8f1g3h6"
	csrfOfJane   = "Zq3Wx7Ec1Rv5Tb9Yn2Um6Ik0Ol4Pa8Sd"
	apiKey       = "shop_live_8Hs2kQ9vLx4Tn7Wb1Zc6Rd3M"
	bearerOfJane = "jane/with+signs=8Hs2kQ9vLx4Tn7Wb1"
)

// A broken table fails the requests that need it.
var brokenTables = []struct {
	name, path, drop, header, frame string
}{
	{"the table of tokens", "/orders/?page=2", "authtoken_token", "Token " + apiToken, "authenticate_credentials"},
	{"the table of sessions", "/cart/?page=2", "django_session", "Bearer " + bearerOfJane, "_get_session_from_db"},
}

func TestTheCredentialsOfAFailedRequestStayAtHome(t *testing.T) {
	needs(t, "thirdparty")
	for _, broken := range brokenTables {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			t.Run(method+" without "+broken.name, func(t *testing.T) {
				dir := t.TempDir()
				server := startAccounts(t, dir)
				receiver := newListener(t)
				g := newProbing(t, server.Addr, delivering(receiver.dsn("gateway"))...)
				dropTable(t, filepath.Join(dir, "accounts.sqlite3"), broken.drop)
				if p := signedIn(t, g, method, broken.path, broken.header); p.status != http.StatusInternalServerError {
					t.Fatalf("the request is answered with %d: %.300s", p.status, p.body)
				}
				g.committed(1)
				receiver.await("gateway", "event", 1)
				stored := ""
				for _, e := range g.events() {
					stored += string(e.Payload)
					if e.Tags["evidence"] != "probe" {
						t.Errorf("the event does not come from the probe: %v", e.Tags)
					}
				}
				texts := map[string]string{
					"the stored event": stored, "the event at Sentry": receiver.received(), "the gateway's log": readFile(t, g.Log),
				}
				for where, text := range texts {
					keeps(t, where, text, apiToken, sessionKey, csrfOfJane, apiKey, bearerOfJane)
					if !strings.Contains(text, "no such table: "+broken.drop) {
						t.Errorf("%s does not have the exception", where)
					}
					if where != "the gateway's log" && !strings.Contains(text, broken.frame) {
						t.Errorf("%s has no frame of %s", where, broken.frame)
					}
				}
			})
		}
	}
}

// startAccounts serves integration/probe/accounts.py with its tables.
func startAccounts(t *testing.T, dir string) *stack.Process {
	t.Helper()
	writeFile(t, filepath.Join(dir, "accounts.py"), readFile(t, stack.Root("integration", "probe", "accounts.py")))
	migrate := exec.CommandContext(t.Context(), stack.Root(".build", "thirdparty", "bin", "python"), "accounts.py", "migrate", "-v0")
	migrate.Dir = dir
	migrate.Env = append(migrate.Environ(), "PROJECT_DATA="+dir)
	if out, err := migrate.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	args := []string{"-m", "gunicorn", "--bind", "{addr}", "--no-control-socket", "accounts:wsgi"}
	return served{args: args, python: "thirdparty", dir: dir}.start(t)
}

func dropTable(t *testing.T, path, table string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.ExecContext(t.Context(), "DROP TABLE "+table)
	if err = errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}

// signedIn asks as a client with credentials of every kind does.
func signedIn(t *testing.T, g *gateway, method, path, authorization string) page {
	t.Helper()
	form := url.Values{"csrfmiddlewaretoken": {csrfOfJane}, "amount": {"3"}}
	req, err := http.NewRequestWithContext(t.Context(), method, g.site+path, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Authorization", authorization)
	req.Header.Set("Cookie", fmt.Sprintf("sessionid=%s; csrftoken=%s", sessionKey, csrfOfJane))
	req.Header.Set("X-CSRFToken", csrfOfJane)
	req.Header.Set("X-API-Key", apiKey)
	resp, err := newClient(t).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	return readPage(t, resp)
}
