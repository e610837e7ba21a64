package probe

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"encoding/json"
	"io"
	"strconv"
	"strings"
)

// Report is what the probe tells when something broke. Its texts are as long as the probe has made them, and scrubbed
// by it; to be scrubbed again before they are kept.
type Report struct {
	Errors      []Error      `json:"errors"` // the unhandled one first, then those that were logged
	User        User         `json:"user"`
	Breadcrumbs []Breadcrumb `json:"breadcrumbs"` // oldest first
	Versions    Versions     `json:"versions"`
	Cut         []string     `json:"cut"` // what was left out to respect the budget
}

// Error is an exception with those it came from, or what was logged without one.
type Error struct {
	Handled  bool   `json:"handled"` // it was logged
	Logger   string `json:"logger"`  // the rest is of the log record, if it came from one
	Level    string `json:"level"`
	Message  string `json:"message"`
	Format   string `json:"format"` // of the message, before its arguments
	Chain    []Link `json:"chain"`  // the one raised last first; the place is Sentry's exception_id. Empty: it was logged alone
	Template *Frame `json:"template"`
}

// Link is one exception of a chain.
type Link struct {
	Type       string   `json:"type"`
	Module     string   `json:"module"`
	Value      string   `json:"value"`
	Notes      []string `json:"notes"`
	Parent     *int     `json:"parent"` // place of the one that it belongs to, before its own; nil for the first
	Source     string   `json:"source"` // "__cause__", "__context__" or "exceptions[0]"; empty for the first
	Group      bool     `json:"group"`
	Suppressed bool     `json:"suppressed"`
	Frames     []Frame  `json:"frames"` // oldest call first
	Omitted    int      `json:"omitted"`
}

// Frame is a line of code on its way through a call, or of a template.
type Frame struct {
	File     string            `json:"file"`
	Module   string            `json:"module"`
	Function string            `json:"function"`
	Line     int               `json:"line"`
	Pre      []string          `json:"pre"`
	Context  string            `json:"context"`
	Post     []string          `json:"post"`
	Vars     map[string]string `json:"vars"`
}

// User is who Django says has sent the request.
type User struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Email string `json:"email"`
}

// Breadcrumb is what happened in the request before.
type Breadcrumb struct {
	Ago      float64        `json:"ago"` // milliseconds before the answer
	Category string         `json:"category"`
	Level    string         `json:"level"`
	Message  string         `json:"message"`
	Ms       float64        `json:"ms"` // that it took
	Data     map[string]any `json:"data"`
}

// Versions are of what runs.
type Versions struct {
	Python   string            `json:"python"`
	Django   string            `json:"django"`
	Build    string            `json:"build"` // of Python, as sys.version has it
	Packages map[string]string `json:"packages"`
}

// Bounds of a report. An event takes less; a probe that keeps to the protocol sends less, too.
const (
	maxReport   = 256 << 10 // bytes of base64
	maxLine     = 8 << 10   // bytes of a header
	maxInflated = 4 << 20   // bytes of JSON
	maxDepth    = 16        // of JSON; a report takes 8
	maxValues   = 100_000   // of JSON: the largest of them takes some hundred bytes of memory

	maxErrors      = 6
	maxChain       = 50 // of one error
	maxFrames      = 250
	maxBreadcrumbs = 100
)

// ReadReport decodes the lines of a report. The error is [ErrInvalid].
func ReadReport(lines []string) (*Report, error) {
	packed, err := join(lines)
	if err != nil {
		return nil, err
	}
	compressed, err := base64.StdEncoding.DecodeString(packed)
	if err != nil {
		return nil, invalid("the report is no base64")
	}
	text, err := inflate(compressed)
	if err != nil {
		return nil, err
	}
	if err := checkShape(text); err != nil {
		return nil, err
	}
	r := new(Report)
	if err := json.Unmarshal(text, r); err != nil {
		return nil, invalid("the report is not as the protocol has it")
	}
	return r, r.check()
}

// tooLong tells lines that nobody should keep until somebody reads them. Those of a report are hardly longer than it is.
func tooLong(lines []string) bool {
	const each = 16 // bytes that a line takes, however short it is
	size := 0
	for _, line := range lines {
		size += each + len(line)
	}
	return size > 2*maxReport
}

// join puts the lines together, which must be all there and in their order.
func join(lines []string) (string, error) {
	var packed strings.Builder
	for i, line := range lines {
		place, text, ok := strings.Cut(line, " ")
		if !ok || len(line) > maxLine || place != strconv.Itoa(i+1)+"/"+strconv.Itoa(len(lines)) {
			return "", invalid("line %d of the report is not one of %d", i+1, len(lines))
		}
		if packed.Len()+len(text) > maxReport {
			return "", invalid("the report is longer than %d bytes", maxReport)
		}
		packed.WriteString(text)
	}
	return packed.String(), nil
}

func inflate(compressed []byte) ([]byte, error) {
	zr, err := zlib.NewReader(bytes.NewReader(compressed))
	if err != nil {
		return nil, invalid("the report is not compressed")
	}
	text, err := io.ReadAll(io.LimitReader(zr, maxInflated+1))
	if err != nil {
		return nil, invalid("the report cannot be decompressed")
	}
	if len(text) > maxInflated {
		return nil, invalid("the report is longer than %d bytes when it is decompressed", maxInflated)
	}
	return text, nil
}

// checkShape bounds what a document of JSON takes in memory when it is decoded: each value between two commas may
// become a frame, however short it is.
func checkShape(text []byte) error {
	depth, values := 0, 0
	for at := 0; at < len(text); at++ {
		switch text[at] {
		case '"':
			for at++; at < len(text) && text[at] != '"'; at++ {
				if text[at] == '\\' {
					at++
				}
			}
		case '{', '[':
			depth++
			values++
		case '}', ']':
			depth--
		case ',':
			values++
		}
		if depth > maxDepth || values > maxValues {
			return invalid("the report has more in it than one can")
		}
	}
	return nil
}

// check refuses what nobody could make sense of, and cuts what is long.
func (r *Report) check() error {
	r.Errors = r.Errors[:min(len(r.Errors), maxErrors)]
	r.Breadcrumbs = r.Breadcrumbs[max(0, len(r.Breadcrumbs)-maxBreadcrumbs):]
	for i := range r.Errors {
		e := &r.Errors[i]
		e.Chain = e.Chain[:min(len(e.Chain), maxChain)]
		if len(e.Chain) == 0 && (!e.Handled || e.Message == "") {
			return invalid("error %d of the report has neither an exception nor a message", i)
		}
		for j := range e.Chain {
			link := &e.Chain[j]
			if parent := link.Parent; (parent == nil) != (j == 0) || parent != nil && (*parent < 0 || *parent >= j) {
				return invalid("exception %d of the report belongs to none before it", j)
			}
			link.middleOut()
		}
	}
	return nil
}

// middleOut keeps the outermost and the innermost frames.
func (l *Link) middleOut() {
	l.Omitted = max(0, l.Omitted)
	if over := len(l.Frames) - maxFrames; over > 0 {
		const half = maxFrames / 2
		l.Frames = append(l.Frames[:half:half], l.Frames[half+over:]...)
		l.Omitted += over
	}
	for i := range l.Frames {
		l.Frames[i].Line = max(0, l.Frames[i].Line)
	}
}
