package integration

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/caddy-django/gateway/integration/stack"
)

// fortress is a gateway with the directive django, in front of a Django that says
// what it was asked, on a Unix socket: gunicorn trusts whoever comes through one.
type fortress struct {
	site     string // host:port, for clients
	trusting string // host:port that trusts who asks as a proxy
	admin    string
	files    string // directory of static, media and protected files
	django   *http.Client
	gateway  *stack.Process
}

func newFortress(t *testing.T) *fortress {
	t.Helper()
	needs(t, "django")
	dir := t.TempDir()
	f := &fortress{site: freeAddr(t), trusting: freeAddr(t), admin: freeAddr(t), files: filepath.Join(dir, "files")}
	f.lay(t)
	socket := f.startDjango(t, dir)
	_, sitePort, _ := net.SplitHostPort(f.site)
	_, trustingPort, _ := net.SplitHostPort(f.trusting)
	p, err := stack.Gateway(t.Context(), dir, stack.Root("integration", "security", "Caddyfile"), f.site,
		"SECURITY_ADMIN="+f.admin, "SECURITY_SITE="+f.site, "SECURITY_TRUSTING="+f.trusting, "SECURITY_SITE_PORT="+sitePort,
		"SECURITY_TRUSTING_PORT="+trustingPort, "SECURITY_SOCKET="+socket, "SECURITY_FILES="+f.files,
		"SECURITY_STORE="+filepath.Join(dir, "errors.db"))
	f.gateway = started(t, p, err)
	return f
}

// startDjango returns the socket of a Django that says what it was asked.
func (f *fortress) startDjango(t *testing.T, dir string, env ...string) string {
	t.Helper()
	socket := filepath.Join(dir, "echo.sock")
	f.django = &http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", socket)
	}}}
	p, err := stack.Start(t.Context(), stack.Spec{
		Name: "echo",
		Args: []string{stack.Root(".build", "venv", "bin", "python"), "-m", "gunicorn", "--bind", "unix:" + socket,
			"--worker-class", "gthread", "--threads", "8", "--no-control-socket", "--chdir", stack.Root("integration", "security"), "echo:application"},
		Env:   append([]string{"ECHO_FILES=" + f.files, "PYTHONDONTWRITEBYTECODE=1"}, env...),
		Dir:   dir,
		Ready: func(context.Context) error { _, err := f.log("/none"); return err },
	})
	started(t, p, err)
	return socket
}

// lay makes the files that may be read, and beside them those that may not.
func (f *fortress) lay(t *testing.T) {
	t.Helper()
	for name, text := range map[string]string{
		"static/site.css": "public", "static/.env": "secret", "static/.git/config": "secret", "static/deep/er.txt": "public",
		"static/with space.txt": "public", "static/staticfiles.json": "{}",
		"media/cat.txt": "public", "media/page.html": "public", "media/image.svg": "public", "media/.htpasswd": "secret",
		"protected/bill.pdf": "a bill", "protected/.hidden": "secret", "secret.txt": "secret", "static-secret/x.txt": "secret",
	} {
		path := filepath.Join(f.files, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for link, to := range map[string]string{
		"static/out": "../secret.txt", "static/absolute": filepath.Join(f.files, "secret.txt"), "static/up": "..", "static/inside": "site.css",
		"static/loop": "loop", "media/out": "../protected/bill.pdf", "protected/out": "../secret.txt",
	} {
		if err := os.Symlink(to, filepath.Join(f.files, link)); err != nil {
			t.Fatal(err)
		}
	}
}

// asked is a request as Django saw it.
type asked struct{ Method, Path, Body string }

// log returns what Django was asked at paths that begin so.
func (f *fortress) log(prefix string) (seen []asked, err error) {
	resp, err := f.django.Get("http://log/log/?prefix=" + url.QueryEscape(prefix))
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	return seen, json.NewDecoder(resp.Body).Decode(&seen)
}

// attack is what goes over a connection byte for byte, and all that may come of it.
type attack struct {
	name string
	// In send {p} is a path of the attack's own, and {end} an honest request that
	// ends the connection: what swallows it or comes before it shows.
	send string
	want string // the statuses of the responses, in order
	saw  string // what Django was asked: methods, paths below {p}, and [bodies]
}

const end = "GET {p}/end HTTP/1.1\r\nHost: shop.example.com\r\nConnection: close\r\n\r\n"

var attacks atomic.Int64

// ownPath is one that no other request has.
func ownPath() string { return fmt.Sprintf("/c/%d", 1000+attacks.Add(1)) }

// repel makes attacks, and holds what comes of them to what may.
func (f *fortress) repel(t *testing.T, all []attack) {
	for _, a := range all {
		t.Run(a.name, func(t *testing.T) {
			t.Parallel()
			p := ownPath()
			answers := f.exchange(t, f.site, strings.NewReplacer("{end}", strings.ReplaceAll(end, "{p}", p), "{p}", p).Replace(a.send))
			if got := statuses(answers); got != a.want {
				t.Errorf("it is answered with %q, want %q", got, a.want)
			}
			seen, err := f.log(p)
			if err != nil {
				t.Fatal(err)
			}
			if got := inShort(seen, p); got != strings.ReplaceAll(a.saw, "{p}", p) {
				t.Errorf("Django sees %q, want %q", got, a.saw)
			}
		})
	}
}

// exchange sends bytes and reads until the gateway closes the connection, or is
// silent.
func (f *fortress) exchange(t *testing.T, addr, send string) []*http.Response {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(time.Minute))
	go io.WriteString(conn, send) // it may stop reading
	method, _, _ := strings.Cut(send, " ")
	r := bufio.NewReader(conn)
	var answers []*http.Response
	for {
		resp, err := http.ReadResponse(r, &http.Request{Method: method})
		if err != nil {
			return answers
		}
		body, err := io.ReadAll(resp.Body)
		if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Logf("reading the body: %v", err)
		}
		resp.Body = io.NopCloser(strings.NewReader(string(body)))
		if resp.StatusCode >= 200 { // HEAD is the first of them only
			method = http.MethodGet
		}
		answers = append(answers, resp)
	}
}

func statuses(answers []*http.Response) string {
	all := make([]string, len(answers))
	for i, a := range answers {
		all[i] = strconv.Itoa(a.StatusCode)
	}
	return strings.Join(all, " ")
}

func inShort(seen []asked, prefix string) string {
	all := make([]string, len(seen))
	for i, s := range seen {
		all[i] = s.Method + " " + strings.TrimPrefix(s.Path, prefix)
		if s.Body != "" {
			all[i] += " [" + s.Body + "]"
		}
	}
	return strings.Join(all, ", ")
}
