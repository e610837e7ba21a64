package delivery

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync"
	"time"
)

// trip writes down the steps of one request. What comes after its end is not heard: a connection that lost the race
// against another one may still be made by then.
type trip struct {
	mu    sync.Mutex
	steps []Step
	ended bool
}

func (t *trip) add(s Step) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.ended {
		t.steps = append(t.steps, s)
	}
}

func (t *trip) pass(name, detail string) { t.add(Step{Name: name, OK: true, Detail: detail}) }

func (t *trip) end() []Step {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ended = true
	return t.steps
}

func (t *trip) passed(name string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, s := range t.steps {
		if s.Name == name {
			return true
		}
	}
	return false
}

// trace writes down what succeeds on the way to an answer; the error of the request says what did not.
func (t *trip) trace() *httptrace.ClientTrace {
	var host string
	return &httptrace.ClientTrace{
		DNSStart: func(info httptrace.DNSStartInfo) { host = info.Host },
		DNSDone: func(info httptrace.DNSDoneInfo) {
			if info.Err == nil {
				var addresses []string
				for _, address := range info.Addrs {
					addresses = append(addresses, address.String())
				}
				t.pass("resolve", host+" is "+strings.Join(addresses, ", "))
			}
		},
		ConnectDone: func(_, address string, err error) {
			if err == nil {
				t.pass("connect", "connected to "+address)
			}
		},
		TLSHandshakeDone: func(state tls.ConnectionState, err error) {
			if err == nil {
				t.pass("tls", tls.VersionName(state.Version)+", "+describeCertificate(state.PeerCertificates))
			}
		},
	}
}

func describeCertificate(chain []*x509.Certificate) string {
	if len(chain) == 0 {
		return "no certificate"
	}
	c := chain[0]
	subject := c.Subject.String()
	if subject == "" {
		subject = strings.Join(c.DNSNames, ", ")
	}
	return fmt.Sprintf("certificate of %s, issued by %s, valid until %s", subject, c.Issuer, c.NotAfter.UTC().Format(time.DateTime))
}

// answered writes down what the receiver said and reports whether it has taken the event.
func (t *trip) answered(response *http.Response, body []byte) bool {
	o := judge(response.StatusCode, response.Header, body, time.Now())
	answer := Step{Name: "answer", OK: o.verdict == delivered, Detail: fmt.Sprintf("HTTP %d", response.StatusCode)}
	if said := explanation(response.Header, body); said != "" {
		answer.Detail += ": " + said
	}
	if !answer.OK {
		answer.Advice = adviceOnStatus(response.StatusCode, response.Header)
	}
	t.add(answer)

	limits := Step{Name: "limits", OK: o.pause == 0, Detail: "none"}
	var said []string
	for _, name := range []string{"X-Sentry-Rate-Limits", "Retry-After"} {
		for _, value := range response.Header.Values(name) {
			said = append(said, name+": "+value)
		}
	}
	if len(said) > 0 {
		limits.Detail = strings.Join(said, ", ")
	}
	if !limits.OK {
		limits.Advice = fmt.Sprintf("the receiver wants no events for %s: they wait in the outbox until then; its quota is set in the project, or in what you pay for", o.pause)
	}
	t.add(limits)
	return answer.OK
}
