package urlconf

import (
	"context"
	"fmt"
	"io"
	"os"
	"regexp"
	"time"
)

// Progress is called while a project is loaded that takes long, with for how long it has been
// and with where it is, such as "/srv/shop/shop/settings.py, line 3", or "".
type Progress func(elapsed time.Duration, place string)

// Long is how long a load may take before its progress is worth a report.
const Long = 5 * time.Second

type progressKey struct{}

type reports struct {
	first    time.Duration
	progress Progress
}

// WithProgress returns a context whose loads report that they are not done yet: after first,
// and then each time the time has doubled.
func WithProgress(ctx context.Context, first time.Duration, progress Progress) context.Context {
	return context.WithValue(ctx, progressKey{}, reports{first, progress})
}

// maxWaiting is more than one traceback of all threads takes, in bytes.
const maxWaiting = 256 << 10

// watch reports the progress of a load until ended is closed. It returns a channel of the
// place that the project was last seen at.
func (r *run) watch(ctx context.Context, path string, ended <-chan struct{}) <-chan string {
	last := make(chan string, 1)
	to, asked := ctx.Value(progressKey{}).(reports)
	began := time.Now()
	go func() {
		for next := to.first; ; next *= 2 {
			var due <-chan time.Time // never, unless somebody wants reports
			if asked {
				due = time.After(time.Until(began.Add(next)))
			}
			select {
			case <-ended:
				last <- r.waitsAt(path)
				return
			case <-due:
				to.progress(time.Since(began).Round(time.Second), r.waitsAt(path))
			}
		}
	}()
	return last
}

// watchedThread begins the traceback of a thread, as faulthandler writes it.
var watchedThread = regexp.MustCompile(`(?m)^(?:Thread|Current thread) 0x`)

// waitsAt reads where the main thread of a project is: in the last traceback that load.py has
// written, which has the innermost frame first and the oldest thread last.
func (r *run) waitsAt(path string) string {
	text := readEnd(path, maxWaiting)
	threads := watchedThread.FindAllIndex(text, -1)
	if len(threads) == 0 {
		return ""
	}
	newest := string(text[threads[len(threads)-1][0]:])
	return r.place(frame.FindAllStringSubmatch(newest, -1))
}

// notDone begins the reason of a project that took too long.
const notDone = "it was not done after "

func (r *run) timedOut(after time.Duration, place string, printed *tail) *LoadError {
	reason := fmt.Sprintf(notDone+"%.0f s", after.Seconds())
	if place != "" {
		reason += ", at " + place
	}
	failed := r.failed(reason, printed)
	failed.place = place
	return failed
}

// readEnd reads at most so many bytes at the end of a file; none if it cannot be read.
func readEnd(path string, limit int64) []byte {
	file, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer file.Close()
	if info, err := file.Stat(); err == nil && info.Size() > limit {
		_, _ = file.Seek(-limit, io.SeekEnd)
	}
	text, _ := io.ReadAll(io.LimitReader(file, limit))
	return text
}
