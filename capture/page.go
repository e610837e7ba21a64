package capture

import (
	"cmp"
	"fmt"
	"hash/maphash"
	"regexp"
	"strings"

	"github.com/caddy-django/gateway/evidence"
	"github.com/caddy-django/gateway/exchange"
)

// page is what the body of a failing response says.
type page struct {
	plain       []byte // decoded
	contentType string
	format      format
	source      evidence.Source
	cut         bool               // there was more
	said        *evidence.Evidence // what message was made of, or nil; other failures have the same
	message
}

// message is the line that says what went wrong. What it is told apart by is
// without what differs between two occurrences.
type message struct {
	summary   string // scrubbed
	signature string

	exception string // its type, with its module if that is known; empty if there is none
	value     string // the summary without the exception's type; scrubbed

	// raisedAt is what tells the exception apart from others of its type: where it was
	// raised or, if that is not known, what it says.
	raisedAt []string

	source evidence.Source // whose page it is; empty if that is not known
	logger string          // what logged it without an exception; empty if nothing did
}

func newMessage(s *Scrubber, line string) message {
	summary := s.text(line)
	return message{summary: summary, signature: clip(normalize(summary), maxTitle), value: summary}
}

// messageOf takes from the evidence what it says in one line.
func messageOf(s *Scrubber, said *evidence.Evidence) message {
	m := newMessage(s, summarize(said))
	if said != nil {
		m.source = said.Source
	}
	thrown := said.Thrown()
	if thrown == nil && said != nil && said.Logged != nil {
		m.logger = clip(cmp.Or(s.text(said.Logged.Logger), "root"), maxTitle)
		m.signature = newMessage(s, oneLine(cmp.Or(said.Logged.Format, said.Logged.Message))).signature
	}
	if thrown == nil || thrown.Type == "" {
		m.exception, m.value = cutClass(m.summary)
		m.raisedAt = []string{m.signature}
		return m
	}
	m.exception = clip(thrown.Type, maxTitle)
	if thrown.Module != "" {
		m.exception = clip(thrown.Module, maxTitle) + "." + m.exception
	}
	m.value = s.text(oneLine(thrown.Value))
	m.raisedAt = raisedAt(said, newMessage(s, oneLine(thrown.Value)).signature)
	return m
}

var exceptionClass = regexp.MustCompile(`^(?:\w+\.)*[A-Z]\w*$`)

// cutClass splits a line such as "KeyError: 'sku'", which many views answer with,
// into the class and the rest. The class is empty if the line begins with none.
func cutClass(line string) (class, rest string) {
	class, rest, _ = strings.Cut(line, ": ")
	if !exceptionClass.MatchString(class) {
		return "", line
	}
	return class, rest
}

// scrubbed returns the text to keep of the page.
func (p page) scrubbed(s *Scrubber) string {
	if p.format == formatBinary {
		return ""
	}
	return s.body(p.plain, p.format)
}

// maxRemembered is the number of pages whose reading is remembered: one bug
// sends the same page again and again.
const maxRemembered = 256

// pageReader reads pages, and reads equal ones once. It is not safe for
// concurrent use.
type pageReader struct {
	seed  maphash.Seed
	known map[pageKey]page
	bytes int // held by known
}

// pageKey tells pages apart, also those that two sites scrub differently.
type pageKey struct {
	scrubber *Scrubber
	hash     uint64
	cut      bool
}

func newPageReader() *pageReader {
	return &pageReader{seed: maphash.MakeSeed(), known: make(map[pageKey]page)}
}

// maxRememberedBytes bounds the memory of the pages that are remembered.
const maxRememberedBytes = 4 << 20

func (r *pageReader) read(f *failure) page {
	scrubber := f.site.opts.Scrubber
	if f.x.Outcome == exchange.Panicked {
		return page{message: newMessage(scrubber, oneLine(f.mask.text(fmt.Sprint(f.x.Failure.Panic))))}
	}
	body := f.x.Failure.Body
	if len(body) == 0 {
		return page{cut: f.x.Failure.BodyCut}
	}
	coding := f.x.Failure.ResponseHeader.Get("Content-Encoding")
	contentType := f.x.Failure.ResponseHeader.Get("Content-Type")
	key := pageKey{scrubber, r.hash(coding, contentType, body), f.x.Failure.BodyCut}
	p, ok := r.known[key]
	if !ok {
		p = readPage(scrubber, body, coding, contentType, f.x.Failure.BodyCut)
		r.remember(key, p)
	}
	return p
}

func (r *pageReader) hash(coding, contentType string, body []byte) uint64 {
	var h maphash.Hash
	h.SetSeed(r.seed)
	h.WriteString(coding)
	h.WriteByte(0)
	h.WriteString(contentType)
	h.WriteByte(0)
	h.Write(body)
	return h.Sum64()
}

func (r *pageReader) remember(key pageKey, p page) {
	if len(r.known) >= maxRemembered || r.bytes > maxRememberedBytes {
		clear(r.known)
		r.bytes = 0
	}
	r.known[key] = p
	r.bytes += len(p.plain)
}

func readPage(s *Scrubber, body []byte, coding, contentType string, cut bool) page {
	plain, more, err := decode(body, coding, MaxBody)
	cut = cut || more
	if err != nil {
		return page{cut: cut}
	}
	p := page{plain: plain, contentType: contentType, cut: cut, format: formatOf(contentType, plain)}
	p.plain = append([]byte(nil), trimPartialRune(p.plain)...) // the body's buffer is reused
	p.plain = s.withoutKeys(p.plain)
	said := evidence.Glance(contentType, p.plain, cut)
	if said != nil {
		p.source = said.Source
	}
	p.said, p.message = said, messageOf(s, said)
	return p
}
