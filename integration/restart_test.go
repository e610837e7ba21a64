package integration

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/time/rate"

	"github.com/caddy-django/gateway/integration/stack"
)

// What happens to gunicorn's workers on every day and on bad ones costs at most
// the requests that a killed worker was serving, and each of those is an event.
func TestNoRequestFailsButThoseOfAKilledWorker(t *testing.T) {
	needs(t, "django")
	shop := preparedShop(t)
	for _, c := range []struct {
		name   string
		happen func(t *testing.T, gunicorn *stack.Process) *stack.Process
		fails  bool
	}{
		{"gunicorn is told to reload", func(t *testing.T, gunicorn *stack.Process) *stack.Process {
			if err := syscall.Kill(gunicorn.Pid(), syscall.SIGHUP); err != nil {
				t.Error(err)
			}
			return gunicorn
		}, false},
		{"gunicorn is stopped and started", func(t *testing.T, gunicorn *stack.Process) *stack.Process {
			gunicorn.Stop()
			p, err := shop.Gunicorn(t.Context(), gunicorn.Addr)
			return started(t, p, err)
		}, false},
		{"a worker is killed", func(t *testing.T, gunicorn *stack.Process) *stack.Process {
			if err := syscall.Kill(aWorker(t, gunicorn.Pid()), syscall.SIGKILL); err != nil {
				t.Error(err)
			}
			return gunicorn
		}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := shop.Gunicorn(t.Context(), freeAddr(t))
			gunicorn := started(t, p, err)
			g := newFront(t, gunicorn.Addr, filepath.Join(shop.Dir, "static"))
			every, times := 2*time.Second, 3
			if long() {
				times = 30
			}
			v := newVisitors(t, g.site+"/slow/?seconds=0.01")
			for range times {
				time.Sleep(every)
				gunicorn = c.happen(t, gunicorn)
			}
			time.Sleep(every)
			failed := v.leave()
			t.Logf("%d of %d requests failed", len(failed), v.sent)
			if len(failed) > 0 && !c.fails {
				t.Errorf("the first failed with %s", failed[0])
			}
			if len(failed) > times {
				t.Errorf("%d workers cannot have served %d requests when they were killed: %s", times, len(failed), failed[0])
			}
			g.committed(len(failed))
			var counted int64
			for _, issue := range g.issues() {
				if issue.Kind != "worker_killed" && issue.Kind != "truncated" { // before its answer, or in it
					t.Errorf("%s is of the kind %s", issue.Title, issue.Kind)
				}
				counted += issue.Count
			}
			if counted != int64(len(failed)) {
				t.Errorf("%d are counted", counted)
			}
		})
	}
}

// aWorker returns the pid of a child of gunicorn's.
func aWorker(t *testing.T, gunicorn int) int {
	t.Helper()
	children, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", gunicorn, gunicorn))
	if err != nil {
		t.Skip("no /proc to find a worker in")
	}
	pids := bytes.Fields(children)
	if len(pids) == 0 {
		t.Fatal("gunicorn has no workers")
	}
	pid, err := strconv.Atoi(string(pids[0]))
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

// visitors ask for a page, 200 times a second together, until they leave.
type visitors struct {
	sent int

	mu     sync.Mutex
	failed []string
	done   sync.WaitGroup
	end    chan struct{}
}

func newVisitors(t *testing.T, url string) *visitors {
	// On a connection that is used again net/http repeats a request that got no answer.
	client, limit := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}, rate.NewLimiter(200, 1)
	v := &visitors{end: make(chan struct{})}
	for range 32 {
		v.done.Go(func() {
			for limit.Wait(t.Context()) == nil {
				select {
				case <-v.end:
					return
				default:
				}
				v.visit(client, url)
			}
		})
	}
	return v
}

func (v *visitors) visit(client *http.Client, url string) {
	resp, err := client.Get(url)
	outcome := ""
	if err != nil {
		outcome = err.Error()
	} else {
		defer resp.Body.Close()
		if _, err := io.Copy(io.Discard, resp.Body); err != nil {
			outcome = err.Error()
		} else if resp.StatusCode != http.StatusOK {
			outcome = resp.Status
		}
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.sent++
	if outcome != "" {
		v.failed = append(v.failed, outcome)
	}
}

func (v *visitors) leave() (failed []string) {
	close(v.end)
	v.done.Wait()
	return v.failed
}
