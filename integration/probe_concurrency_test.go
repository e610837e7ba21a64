package integration

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

func TestRequestsAtOnceDoNotMixInTheProbe(t *testing.T) {
	needs(t, "servers")
	const atOnce = 200
	for _, c := range []struct {
		name  string
		args  []string
		views []string
	}{
		{"asynchronous views of uvicorn", uvicorn(), []string{"/async/fail/", "/async/work/"}},
		{"all views of uvicorn", uvicorn(), []string{"/async/fail/", "/async/work/", "/async/fail/", "/fail/"}},
		{"threads of gunicorn", gunicorn("-kgthread", "--threads", strconv.Itoa(atOnce)), []string{"/fail/", "/work/"}},
		{"greenlets of gunicorn", gunicorn("-kgevent"), []string{"/fail/", "/work/"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			addr := served{args: c.args}.start(t).Addr
			answers := make([]rawAnswer, atOnce)
			var asking sync.WaitGroup
			for i := range answers {
				asking.Go(func() {
					answers[i] = askProbe(t, addr, fmt.Sprintf("%s%d/?as=%d", c.views[i%len(c.views)], i, 1000+i))
				})
			}
			asking.Wait()
			busiest := 0
			for i, a := range answers {
				a.checkNumber(t, c.views[i%len(c.views)], i)
				busy, _ := strconv.Atoi(a.line["busy"])
				busiest = max(busiest, busy)
			}
			if busiest < atOnce/10 {
				t.Errorf("no more than %d requests were in progress at once", busiest)
			}
			t.Logf("up to %d requests at once", busiest)
			eventually(t, func() error { // they end a moment after their responses
				if busy := askProbe(t, addr, "/").line["busy"]; busy != "1" {
					return fmt.Errorf("afterwards %s are in progress", busy)
				}
				return nil
			})
		})
	}
}

// checkNumber compares what was told of a request with what its number makes of it.
func (a rawAnswer) checkNumber(t *testing.T, view string, number int) {
	t.Helper()
	if a.line["route"] != view[1:]+"<int:number>/" || a.line["q"] != strconv.Itoa(number%7) {
		t.Errorf("%s%d/ is told as %v", view, number, a.line)
	}
	if !strings.Contains(view, "fail") {
		if a.report != nil || a.body != fmt.Sprintf("%d\n", number) {
			t.Errorf("%s%d/: a report of %+v, and %q", view, number, a.report, a.body)
		}
		return
	}
	if a.report == nil || len(a.report.Errors) != 1 {
		t.Errorf("%s%d/ has no report of an error, but %+v", view, number, a.report)
		return
	}
	thrown := a.report.Errors[0].Chain[0]
	last := thrown.Frames[len(thrown.Frames)-1]
	if want := fmt.Sprintf("number %d failed", number); thrown.Value != want || last.Vars["number"] != strconv.Itoa(number) || a.report.User.ID != strconv.Itoa(1000+number) {
		t.Errorf("%s%d/ has the error %q with %v by %v", view, number, thrown.Value, last.Vars, a.report.User)
	}
	var crumbs, want []string
	for _, crumb := range a.report.Breadcrumbs {
		crumbs = append(crumbs, crumb.Message)
	}
	for range number % 7 {
		want = append(want, fmt.Sprintf("SELECT ? AS number_%d_", number))
	}
	want = append(want, fmt.Sprintf("Internal Server Error: %s%d/", view, number)) // Django logs it
	if !slices.Equal(crumbs, want) {
		t.Errorf("%s%d/ has the breadcrumbs %q", view, number, crumbs)
	}
}

func TestTheGaugesForgetAWorkerThatWasKilled(t *testing.T) {
	needs(t, "servers")
	dir := t.TempDir()
	p := served{args: gunicorn("-kgthread", "--threads=4"), dir: dir}.start(t)
	g := newProbing(t, p.Addr)
	client := newClient(t)
	gauges := func(want string) func() error {
		return func() error {
			got := fmt.Sprintf("%v workers, %v busy, %v started", g.counts("django_workers")[""], g.counts("django_workers_busy")[""], g.counts("django_worker_starts_total")[""])
			if got != want {
				return fmt.Errorf("%s, not %s", got, want)
			}
			return nil
		}
	}
	// The first on its connection: another one that breaks is sent again.
	slow := make(chan int, 1)
	go func() {
		resp, err := client.Get(g.site + "/slow/")
		if err != nil {
			slow <- 0
			return
		}
		resp.Body.Close()
		slow <- resp.StatusCode
	}()
	var worker int
	eventually(t, func() error {
		pid, err := os.ReadFile(filepath.Join(dir, "slow"))
		if err != nil {
			return err
		}
		worker, err = strconv.Atoi(string(pid))
		return err
	})
	get(t, client, g.site+"/")
	eventually(t, gauges("1 workers, 1 busy, 0 started"))
	settled()
	if err := syscall.Kill(worker, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if status := <-slow; status != http.StatusBadGateway {
		t.Errorf("the killed request is answered with %d", status)
	}
	killed := time.Now()
	eventually(t, func() error {
		if got := get(t, client, g.site+"/"); got.status != http.StatusOK {
			return fmt.Errorf("the answer is %d", got.status)
		}
		return nil
	})
	// Nobody tells that the old one is gone: it is among them until it has been silent for long.
	eventually(t, gauges("2 workers, 1 busy, 1 started"))
	if !long() {
		return
	}
	for time.Since(killed) < 5*time.Minute+5*time.Second {
		time.Sleep(10 * time.Second)
		get(t, client, g.site+"/")
	}
	eventually(t, gauges("1 workers, 0 busy, 1 started"))
}
