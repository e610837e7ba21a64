package doctor

import (
	"context"
	"errors"
	"fmt"

	"github.com/caddy-django/gateway/delivery"
)

// errNoTrials says that nobody can send test events.
var errNoTrials = errors.New("caddy does not run, or its admin API is elsewhere: --address says where")

// trials sends test events once for all checks.
func (s *Setup) trials(ctx context.Context) ([]delivery.Trial, error) {
	if s.Trials == nil {
		return nil, errNoTrials
	}
	trials, err := s.Trials(ctx)
	s.Trials = func(context.Context) ([]delivery.Trial, error) { return trials, err }
	return trials, err
}

// checkSentry follows a test event to each destination.
func checkSentry(ctx context.Context, s *Setup) Check {
	trials, err := s.trials(ctx)
	if err != nil {
		return skipped(err.Error())
	}
	if len(trials) == 0 {
		return skipped("no site delivers events: none has the option sentry")
	}
	for _, trial := range trials {
		for _, step := range trial.Steps {
			if !step.OK {
				return fail(fmt.Sprintf("%s gets no events: %s: %s", trial.Destination, step.Name, step.Detail), step.Advice)
			}
		}
		if !trial.Arrived {
			return fail(trial.Destination+" has not taken the test event", "caddy django test-event follows it step by step")
		}
	}
	return ok(fmt.Sprintf("a test event has arrived at every destination, of which there are %d", len(trials)))
}
