package doctor

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

const fixClock = "let systemd-timesyncd or chrony set the clock: timedatectl set-ntp true"

// maxSkew is how far from others a clock may be before events and certificates are
// doubted.
const maxSkew = 30 * time.Second

// checkClock compares the clock with that of those who are to get events, and asks the
// kernel whether somebody sets it.
func checkClock(ctx context.Context, s *Setup) Check {
	for _, host := range s.receivers(ctx) {
		asked := s.now()
		a, err := s.ask(ctx, http.MethodHead, host, nil)
		if err != nil {
			continue
		}
		theirs, err := http.ParseTime(a.header.Get("Date"))
		if err != nil {
			continue
		}
		if skew := asked.Sub(theirs); skew.Abs() > maxSkew {
			return fail(fmt.Sprintf("the clock here is %s away from that of %s", skew.Abs().Round(time.Second), host.Host), fixClock)
		}
	}
	synced, err := s.synced()
	switch {
	case err != nil:
		return skipped("the system does not tell whether the clock is set: " + err.Error())
	case !synced:
		return warn("nobody sets the clock of this machine", fixClock)
	}
	return ok("the clock is set by another")
}

// receivers are where events go.
func (s *Setup) receivers(ctx context.Context) (all []*url.URL) {
	trials, _ := s.trials(ctx)
	for _, trial := range trials {
		if u, err := url.Parse(trial.Destination); err == nil && u.Host != "" {
			u.Path, u.User = "/", nil
			all = append(all, u)
		}
	}
	return all
}
