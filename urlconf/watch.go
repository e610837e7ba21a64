package urlconf

import (
	"context"
	"os"
	"time"
)

// How often to look for changes. Looking works where notifications do not: over
// NFS, through bind mounts, and when a link to the project is swapped.
const (
	minInterval = time.Second
	maxInterval = time.Minute
	// maxShare of a core may go into looking: a large project is looked at less
	// often.
	maxShare = 0.01
	// maxExporting is the share of the time for exports, even if each of them
	// changes what is watched: a project may write a file when it is imported.
	maxExporting = 0.1
)

// Pauses before a project that failed to load is tried again unchanged: the
// reason may be a database that is not there yet, or a machine that is busy just now.
const (
	minRetry = 5 * time.Second
	maxRetry = 5 * time.Minute
)

// watch loads what is not loaded yet, and then whatever changes, until ctx ends.
func (s *Source) watch(ctx context.Context, interval time.Duration) {
	var retry schedule
	var next time.Time // before which it is not loaded again
	reload := func() {
		began := time.Now()
		retry.after(s.reload(ctx), time.Since(began))
		next = time.Now().Add(time.Duration(float64(time.Since(began)) / maxExporting))
	}
	if s.lastStamp() == "" {
		reload()
	}
	last := s.lastStamp()
	for pause := interval; ; {
		hurried, ok := s.wait(ctx, pause)
		if !ok {
			return
		}
		if hurried {
			reload()
			last = s.lastStamp()
			continue
		}
		began := time.Now()
		now := s.origin.stamp(ctx)
		pause = min(max(interval, time.Duration(float64(time.Since(began))/maxShare)), maxInterval)
		settled := now == last // a deployment takes its time to write
		last = now
		if settled && now != s.lastStamp() && time.Now().After(next) || retry.due() {
			reload()
		}
	}
}

// reload is load that tells the log.
func (s *Source) reload(ctx context.Context) error {
	err := s.load(WithProgress(ctx, Long, func(elapsed time.Duration, place string) {
		s.logger.Warn("loading the project takes long: the routes stay as they are until it is done",
			"source", s.origin.name(), "elapsed", elapsed, "at", place, "routes", s.Status().Routes)
	}))
	status := s.Status()
	switch {
	case ctx.Err() != nil:
	case err != nil && status.Routes == 0:
		s.logger.Error("there are no routes of the project yet: they are learned from the paths meanwhile", "source", status.Source, "error", err)
	case err != nil:
		s.logger.Error("the routes of the project could not be loaded: the last good ones stay", "source", status.Source, "error", err)
	default:
		s.logger.Info("loaded the routes of the project", "source", status.Source, "routes", status.Routes, "django", status.Django, "hash", status.Hash)
	}
	return err
}

// restore puts the document of the last start in force, until there is a newer
// one.
func (s *Source) restore() {
	if s.cache == "" {
		return
	}
	document, err := os.ReadFile(s.cache)
	if err != nil {
		return // there is none yet
	}
	if err := s.apply(document, time.Time{}); err != nil {
		s.logger.Warn("the routes that were kept from the last start are of no use", "source", s.origin.name(), "error", err)
	}
}

// schedule is when to try again, ever later.
type schedule struct {
	pause time.Duration
	next  time.Time // zero for never
}

// after plans the next try. An attempt that took long is not repeated sooner than it took.
func (s *schedule) after(err error, took time.Duration) {
	if err == nil {
		*s = schedule{}
		return
	}
	s.pause = min(max(2*s.pause, took, minRetry), maxRetry)
	s.next = time.Now().Add(s.pause)
}

func (s *schedule) due() bool { return !s.next.IsZero() && time.Now().After(s.next) }

// wait waits for d, or less if it is hurried. It is not ok once ctx has ended.
func (s *Source) wait(ctx context.Context, d time.Duration) (hurried, ok bool) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false, false
	case <-s.hurry:
		return true, true
	case <-timer.C:
		return false, true
	}
}
