package probe

import (
	"cmp"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Bounds of the secret, in bytes.
const (
	MinSecret = 16
	MaxSecret = 256
)

// CheckSecret refuses what the probe would. The error does not hold the secret.
func CheckSecret(secret string) error {
	for i := range len(secret) {
		if c := secret[i]; c <= ' ' || c > '~' {
			return errors.New("has a character that is neither a letter, a digit nor a sign of ASCII: make one with openssl rand -hex 32")
		}
	}
	if len(secret) < MinSecret || len(secret) > MaxSecret {
		return fmt.Errorf("has %d characters, not %d to %d: make one with openssl rand -hex 32", len(secret), MinSecret, MaxSecret)
	}
	return nil
}

// Question is what a site asks its probes with each request. It is safe for concurrent use.
type Question struct {
	options string
	signers sync.Pool // of *signer
}

// signer has the room that one header takes while it is made, and its HMAC. The HMAC is keyed once: that is the slow
// part of it.
type signer struct {
	mac  hash.Hash
	text []byte
	sum  []byte
}

// Options are what a question asks for beside what is always told.
type Options struct {
	PII      bool // the user's name and mail
	Repeated int  // a statement that ran at least as often in the request; 0: none
	Messages bool // errors that were logged without a traceback
}

// Ask returns the question of a site whose secret is good.
func Ask(secret string, o Options) *Question {
	rest := ""
	if o.PII {
		rest += ";pii"
	}
	if o.Repeated > 0 {
		rest += ";n1=" + strconv.Itoa(o.Repeated)
	}
	if o.Messages {
		rest += ";log"
	}
	key := []byte(secret)
	q := &Question{options: rest}
	q.signers.New = func() any {
		return &signer{mac: hmac.New(sha256.New, key), text: make([]byte, 0, 256), sum: make([]byte, 0, sha256.Size)}
	}
	return q
}

// A nonce is the process's own prefix and a number: nobody can foresee it, and no two are the same.
const nonceLength = 32

var (
	noncePrefix = func() (prefix [8]byte) {
		rand.Read(prefix[:])
		return prefix
	}()
	nonceCounter atomic.Uint64
)

const beforeNonce = version + ";"

// header returns a header of its own for each request: <version>;<nonce>;<seconds>[;<option>...] <HMAC>. The HMAC is
// that of the method, a space, and what is before the HMAC. It holds no secret, and who records it can use it for one
// minute, once in each worker.
func (q *Question) header(method string, now time.Time) string {
	var nonce [nonceLength / 2]byte
	copy(nonce[:], noncePrefix[:])
	binary.BigEndian.PutUint64(nonce[8:], nonceCounter.Add(1))
	s := q.signers.Get().(*signer)
	defer q.signers.Put(s)
	text := append(s.text[:0], cmp.Or(strings.ToUpper(method), http.MethodGet)...) // some servers change its case
	text = append(text, ' ')
	begin := len(text)
	text = append(text, beforeNonce...)
	text = hex.AppendEncode(text, nonce[:])
	text = append(text, ';')
	text = strconv.AppendInt(text, now.Unix(), 10)
	text = append(text, q.options...)
	s.mac.Reset()
	s.mac.Write(text)
	s.sum = s.mac.Sum(s.sum[:0])
	text = append(text, ' ')
	text = hex.AppendEncode(text, s.sum)
	s.text = text
	return string(text[begin:])
}

// Trip is the way of one request to Django and back. The zero value asks nothing. It is not safe for concurrent use.
type Trip struct {
	question *Question
	carrier  any    // who took the question along first
	asked    string // the header; empty: nobody has

	Upstream string    // whom it was sent to
	came     time.Time // when a response did; zero: none has
	answers  []string
	report   []string
}

// Format prints nothing: it holds the key of the secret, and a placeholder of Caddy's may ask for any variable of a request.
func (Trip) Format(fmt.State, rune) {}

// Format prints nothing.
func (*Question) Format(fmt.State, rune) {}

// Begin makes t the trip of a request that asks q.
func (t *Trip) Begin(q *Question) { *t = Trip{question: q} }

// Send adds the question to a request that the carrier takes to Django at the given address. The first carrier may
// send it again, and the last answer counts; another one, such as that of a request which answers in place of
// Django's, is told nothing. It reports whether there is an answer to be received.
func (t *Trip) Send(h http.Header, method, upstream string, carrier any) bool {
	if t.carrier != nil && t.carrier != carrier {
		return false
	}
	*t = Trip{question: t.question, carrier: carrier, asked: t.question.header(method, time.Now()), Upstream: upstream}
	h[RequestHeader] = []string{t.asked}
	return true
}

// Pass notes that the carrier takes the request to the given address, where the question does not count.
func (t *Trip) Pass(upstream string, carrier any) {
	if t.carrier == nil || t.carrier == carrier {
		*t = Trip{question: t.question, carrier: carrier, Upstream: upstream}
	}
}

// Receive takes the answer from the header of Django's response, in which nothing of it is left.
func (t *Trip) Receive(h http.Header) {
	t.came = time.Now()
	t.answers, t.report = h[AnswerHeader], h[ReportHeader]
	Remove(h)
}

// Sent reports whether somebody took the question along, and Django answered the request.
func (t *Trip) Sent() bool { return t.asked != "" && !t.came.IsZero() }

// Came returns when Django answered the last request that was sent; zero if it did not.
func (t *Trip) Came() time.Time { return t.came }

// Answer reads what the probe has answered. Without an answer, which is no error, the result is nil. After an error
// there is no report either.
func (t *Trip) Answer(a *Answer) (answered bool, err error) {
	answered, err = t.answer(a)
	if err != nil {
		t.report = nil
	}
	return answered, err
}

func (t *Trip) answer(a *Answer) (answered bool, err error) {
	if tooLong(t.report) {
		return true, invalid("the report is longer than %d bytes", maxReport)
	}
	switch len(t.answers) {
	case 0:
		if len(t.report) > 0 {
			return true, fmt.Errorf("%w: there is a report alone", ErrInvalid)
		}
		return false, nil
	case 1:
		return true, a.parse(t.answers[0], t.nonce())
	default:
		return true, fmt.Errorf("%w: there are %d", ErrInvalid, len(t.answers))
	}
}

func (t *Trip) nonce() string { return t.asked[len(beforeNonce) : len(beforeNonce)+nonceLength] }

// Report returns the lines of the report, for [ReadReport]. They may be kept.
func (t *Trip) Report() []string { return t.report }
