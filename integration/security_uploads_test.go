package integration

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/caddy-django/gateway/integration/stack"
)

// A body that its reader leaves early must not be parsed as the next request: whoever shares a connection with the
// client, as behind another proxy, would be answered with somebody else's response.
func TestARestOfABodyIsNoRequest(t *testing.T) {
	needs(t, "django")
	dir := t.TempDir()
	f := &fortress{site: freeAddr(t), trusting: freeAddr(t), admin: freeAddr(t), files: filepath.Join(dir, "files")}
	f.lay(t)
	socket := f.startDjango(t, dir, "ECHO_HOSTS=.example.com")
	_, port, _ := net.SplitHostPort(f.site)
	duplex := f.trusting
	_, duplexPort, _ := net.SplitHostPort(duplex)
	p, err := stack.Gateway(t.Context(), dir, stack.Root("integration", "security", "uploads.Caddyfile"), f.site,
		"SECURITY_ADMIN="+f.admin, "SECURITY_SITE="+f.site, "SECURITY_SITE_PORT="+port, "SECURITY_DUPLEX="+duplex,
		"SECURITY_DUPLEX_PORT="+duplexPort, "SECURITY_SOCKET="+socket, "SECURITY_FILES="+f.files,
		"SECURITY_STORE="+filepath.Join(dir, "errors.db"))
	started(t, p, err)

	for _, host := range []string{
		"passed", "unmonitored", "own", "full", "shop", "nowhere", "plain", "slim", "limited", "authorized", "away", "responded",
	} {
		for name, addr := range map[string]string{"": f.site, ", full duplex": duplex} {
			for _, u := range uploads {
				t.Run(host+name+", "+u.name, func(t *testing.T) {
					rounds := roundsOf(host+name, u)
					if leaks := f.upload(t, addr, host+".example.com", u, rounds); leaks > 0 {
						t.Errorf("%d of %d rounds leaked", leaks, rounds)
					}
				})
			}
		}
	}
}

// roundsOf are more for the two shortest ways to write a site that passes bodies on.
func roundsOf(site string, u uploading) int {
	switch {
	case !long():
		return 5
	case (site == "passed" || site == "plain") && u.name == "a length":
		return 1000
	default:
		return 50
	}
}

// uploading is a way to send a body.
type uploading struct {
	name   string
	head   string              // lines of the request's head
	encode func([]byte) []byte // the body on its way
}

var uploads = []uploading{
	{"a length", "Content-Length: {length}\r\n", asItIs},
	{"chunks", "Transfer-Encoding: chunked\r\n", inChunks},
	{"a length, and asks first", "Content-Length: {length}\r\nExpect: 100-continue\r\n", asItIs},
	{"HTTP/1.0 that keeps its connection", "Connection: keep-alive\r\nContent-Length: {length}\r\n", asItIs},
}

func asItIs(body []byte) []byte { return body }

func inChunks(body []byte) []byte {
	var b bytes.Buffer
	for len(body) > 0 {
		n := min(len(body), 16<<10)
		fmt.Fprintf(&b, "%x\r\n%s\r\n", n, body[:n])
		body = body[n:]
	}
	b.WriteString("0\r\n\r\n")
	return b.Bytes()
}

// upload sends bodies of requests, and returns how many of them were parsed as such.
func (f *fortress) upload(t *testing.T, addr, host string, u uploading, rounds int) (leaks int) {
	t.Helper()
	var mu sync.Mutex
	var all sync.WaitGroup
	left := make(chan int, rounds)
	for round := range rounds {
		left <- round
	}
	close(left)
	for range 4 {
		all.Go(func() {
			for range left {
				if what := f.uploadOnce(t, addr, host, u); what != "" {
					mu.Lock()
					if leaks++; leaks == 1 {
						t.Log(what)
					}
					mu.Unlock()
				}
			}
		})
	}
	all.Wait()
	return leaks
}

// uploadOnce sends one, and then the request of somebody else. It returns what is wrong.
func (f *fortress) uploadOnce(t *testing.T, addr, host string, u uploading) string {
	t.Helper()
	p := ownPath()
	one := fmt.Sprintf("GET %s/smuggled HTTP/1.1\r\nHost: %s\r\n\r\n", p, host)
	body := bytes.Repeat([]byte(one), 1_500_000/len(one))
	version := "HTTP/1.1"
	if strings.HasPrefix(u.name, "HTTP/1.0") {
		version = "HTTP/1.0"
	}
	head := strings.ReplaceAll(u.head, "{length}", itoa(len(body)))
	send := fmt.Sprintf("POST %s/early/ %s\r\nHost: %s\r\n%s\r\n%sGET %s/victim HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n",
		p, version, host, head, u.encode(body), p, host)
	answers := slices.DeleteFunc(f.exchange(t, addr, send), func(r *http.Response) bool { return r.StatusCode < 200 })
	seen, err := f.log(p)
	if err != nil {
		t.Error(err)
	}
	got := inShort(seen, p)
	if strings.Contains(got, "smuggled") || strings.Count(got, "victim") > 1 {
		return fmt.Sprintf("%d responses, and Django sees %.200s", len(answers), got)
	}
	if len(answers) == 0 || len(answers) > 2 {
		return fmt.Sprintf("%d responses, to a request and that of a victim: %.40s", len(answers), statuses(answers))
	}
	return ""
}
