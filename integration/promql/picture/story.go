package main

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/caddy-django/gateway/integration/promql/run"
)

// span is a time that was interesting.
type span struct{ start, end time.Time }

const (
	step  = 5 * time.Second
	steps = 72 // 6 minutes
)

// tell lets the shop have an ordinary day in a few minutes: more customers at
// times, now and then a failure, a scanner, and trouble after a deployment.
func tell(ctx context.Context, r *run.Run) (span, error) {
	// Rates begin when the series have begun.
	r.Send(ctx, mix(1, 1), 20, 2*step)
	start := r.Settle()
	for i := range steps {
		perSecond := 22 + 9*math.Sin(float64(i)/9) + 2*math.Sin(float64(i)/2)
		visits := mix(8, 0)
		switch {
		case i >= 24 && i < 31:
			visits = append(visits, repeated(run.Scan, 40)...)
			perSecond *= 1.6
		case i >= 46 && i < 57:
			visits = mix(2, 1)
		case i%9 == 8:
			visits = mix(5, 1)
		}
		fmt.Printf("\r%d of %d", i+1, steps)
		r.Send(ctx, visits, perSecond, step)
		if err := ctx.Err(); err != nil {
			return span{}, err
		}
	}
	fmt.Println()
	return span{start.Add(2 * rateInterval), r.Settle()}, nil
}

// mix is so many rounds of customers to so many of failures.
func mix(healthy, failing int) []run.Visit {
	return append(repeated(run.Healthy, healthy), repeated(run.Failing, failing)...)
}

func repeated(visits []run.Visit, times int) []run.Visit { return slices.Repeat(visits, times) }
