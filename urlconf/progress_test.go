package urlconf

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestAProjectThatTakesLongSaysWhereItIs(t *testing.T) {
	clear(t)
	dir := project(t, "import time\n\ndef connect():\n    time.sleep(600)\n\nconnect()\n", "")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	places := make(chan string, 100)
	ctx = WithProgress(ctx, time.Millisecond, func(elapsed time.Duration, place string) {
		if place != "" {
			places <- place
			cancel()
		}
	})
	if _, err := (Project{Dir: dir, Python: django(t)}).Export(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want it canceled", err)
	}
	// The settings begin with two lines of their own.
	if got, want := <-places, filepath.Join(dir, "settings.py")+", line 6"; got != want {
		t.Errorf("it is at %q, want %q", got, want)
	}
}

func TestTheLastTracebackOfTheMainThreadSaysWhereAProjectIs(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "waiting")
	thread := func(file string) string {
		return "Thread 0x00007f (most recent call first):\n  File \"/usr/lib/python3/socket.py\", line 9 in connect\n  File \"" +
			file + "\", line 3 in <module>\n  File \"<stdin>\", line 8 in load\n"
	}
	for name, c := range map[string]struct{ written, want string }{
		"nothing yet":         {"", ""},
		"half a line":         {"Timeout (0:00:02)!\nThr", ""},
		"the project":         {thread(dir + "/a.py"), dir + "/a.py, line 3"},
		"the newest of two":   {thread(dir+"/a.py") + "Timeout (0:00:02)!\n" + thread(dir+"/b.py"), dir + "/b.py, line 3"},
		"the main thread":     {thread(dir+"/worker.py") + "\n" + thread(dir+"/a.py"), dir + "/a.py, line 3"},
		"a library alone":     {"Current thread 0x1 (most recent call first):\n  File \"/usr/lib/python3/socket.py\", line 9 in connect\n", "/usr/lib/python3/socket.py, line 9"},
		"the end of a lot":    {strings.Repeat("x", maxWaiting) + "\n" + thread(dir+"/a.py"), dir + "/a.py, line 3"},
		"more than is looked": {thread(dir+"/a.py") + strings.Repeat("x", maxWaiting), ""},
	} {
		t.Run(name, func(t *testing.T) {
			if err := os.WriteFile(path, []byte(c.written), 0o600); err != nil {
				t.Fatal(err)
			}
			r := &run{root: dir}
			if got := r.waitsAt(path); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	if got := (&run{root: dir}).waitsAt(filepath.Join(dir, "none")); got != "" {
		t.Errorf("got %q of no file", got)
	}
}

func TestAProjectThatTakesTooLongSaysWhereItWasAndHowToWait(t *testing.T) {
	clear(t)
	p := Project{Dir: project(t, "", ""), Python: fake(t, "exec sleep 60"), Timeout: 10 * time.Millisecond}
	_, err := p.Export(t.Context())
	failed, ok := errors.AsType[*LoadError](err)
	if !ok || failed.Reason != "it was not done after 0 s" || !strings.Contains(failed.Fix(), "--timeout (timeout in a Caddyfile)") {
		t.Errorf("got %v", err)
	}
	failed = (&run{}).timedOut(90*time.Second, "/srv/shop/settings.py, line 3", new(tail))
	if failed.Reason != "it was not done after 90 s, at /srv/shop/settings.py, line 3" || failed.Place() != "/srv/shop/settings.py, line 3" {
		t.Errorf("got %q at %q", failed.Reason, failed.Place())
	}
}
