package delivery

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/caddy-django/gateway/store"
)

const (
	// requestTimeout bounds one attempt, from dialing to the end of the answer.
	requestTimeout = 30 * time.Second
	// maxAnswerBytes is how much of an answer is read.
	maxAnswerBytes = 64 << 10
)

// attempt sends an event to a destination, once, and tells with it what was not sent.
func (s *Sender) attempt(to *Destination, d store.Delivery) (o outcome) {
	ctx, cancel := context.WithTimeout(s.requests, s.timeout)
	defer cancel()

	discarded := s.takeReports(to.name)
	defer func() {
		if o.verdict != delivered {
			s.reports.add(to.name, discarded) // for the next attempt
		}
	}()
	request, err := s.request(ctx, to, eventItem(d), discarded)
	if err != nil {
		return outcome{verdict: refused, reason: fmt.Sprintf("making the request: %v", err)}
	}
	return s.post(to, request)
}

// post sends a request and judges by the answer what became of what is in it.
func (s *Sender) post(to *Destination, request *http.Request) outcome {
	began := time.Now()
	response, err := s.clientFor(to).Do(request)
	if err != nil {
		s.metrics.attempted(to.name, "network_error", time.Since(began))
		if urlErr, ok := errors.AsType[*url.Error](err); ok {
			err = urlErr.Err // the rest says what the destination's name says
		}
		return outcome{verdict: failed, reason: err.Error()}
	}
	defer response.Body.Close()
	// The status decides; an answer that breaks off behind it only explains less.
	body, _ := io.ReadAll(io.LimitReader(response.Body, maxAnswerBytes))
	s.metrics.attempted(to.name, strconv.Itoa(response.StatusCode), time.Since(began))
	s.transactionsOf(to.name).limit(response.StatusCode, response.Header, time.Now())
	o := judge(response.StatusCode, response.Header, body, time.Now())
	o.status, o.noFiles = response.StatusCode, parseRateLimits(response.Header, attachmentCategories)
	return o
}

func (s *Sender) request(ctx context.Context, to *Destination, it item, discarded map[discard]int64) (*http.Request, error) {
	now := time.Now()
	report, err := encodeReport(discarded, now)
	if err != nil {
		return nil, err
	}
	body, err := compressedEnvelope(it, report, s.sdk, now)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, to.endpoint, body)
	if err != nil {
		return nil, err
	}
	client := s.sdk.Name + "/" + s.sdk.Version
	request.Header.Set("Content-Type", "application/x-sentry-envelope")
	request.Header.Set("Content-Encoding", "gzip")
	request.Header.Set("User-Agent", client)
	request.Header.Set("X-Sentry-Auth", to.auth(client))
	return request, nil
}

func (s *Sender) clientFor(to *Destination) *http.Client { return cmp.Or(to.client, s.client) }
