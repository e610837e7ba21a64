// Package evidence reads what the body of a failing response says about the failure: the debug pages of Django and
// of Werkzeug, plain tracebacks, JSON errors, and the pages of the servers in between.
//
// What it returns is as the body has it: secrets included, and to be scrubbed before it is kept. The sections of
// Django's debug page that show the request and the settings are never read.
package evidence

import (
	"bytes"
	"mime"
	"strings"
)

// Source is what kind of body spoke.
type Source string

const (
	DebugPage        Source = "django debug page"
	DebugText        Source = "django debug text" // what Django answers to a client that accepts no HTML
	Django           Source = "django"            // its page without DEBUG
	Traceback        Source = "traceback"
	WerkzeugDebugger Source = "werkzeug debugger"
	Werkzeug         Source = "werkzeug"
	Gunicorn         Source = "gunicorn"
	Uvicorn          Source = "uvicorn"
	JSON             Source = "json"
	Problem          Source = "problem+json" // RFC 9457
	Page             Source = "page"         // any other page
	Text             Source = "text"
	Probe            Source = "probe" // no body: see FromReport
)

// Evidence is what a body says. The names follow Sentry's event.
type Evidence struct {
	Source Source

	// Exceptions are in the order they were raised, as in Sentry's event: the first cause is the first, and what
	// made the request fail is the last.
	Exceptions []Exception

	// Message is what a body without an exception says: the title of a page, the message of a JSON error, the
	// first line of a text. Of an error that was logged without a traceback it is what was logged.
	Message string
	// Detail is what a JSON error says beside its message about this one occurrence, and Code is what it calls the
	// kind of error.
	Detail, Code string

	Template *Frame // where in a template it happened; its File is as Django names it
	View     string // dotted path of the view that raised

	Django, Python string // versions

	Logged *Log // what was logged, with an exception or without; nil if nothing was

	// Cut is whether the body ended before the traceback did: frames may be missing, and exceptions between the
	// last and those before it.
	Cut bool
}

// Exception is one of a chain.
type Exception struct {
	Type   string // without its module; empty if the body does not tell
	Module string // empty if it is builtin, and if the body does not tell
	Value  string

	// Notes are lines that were added to the exception. A note may be several lines long: no body tells where one
	// ends. A plain traceback does not tell them from the value either.
	Notes []string

	// Relation is how the exception that it belongs to came out of this one. Empty for the last.
	Relation Relation
	// Skip is the number of exceptions between this one and the one it belongs to: 0 in a chain, where that is the next.
	Skip int
	// Group tells that it is an exception group. Its members are before it.
	Group bool

	Frames []Frame // the innermost is the last, as in Sentry's event
	// Omitted is the number of frames that are missing, as far as it is known. The outermost and the innermost are
	// kept.
	Omitted int
}

// Relation has the values that Sentry's mechanism.source has.
type Relation string

const (
	Cause   Relation = "__cause__"   // raise … from
	Context Relation = "__context__" // raised while handling
	// A member of a group is exceptions[0] and so on.
)

// Log is a log record.
type Log struct {
	Logger, Level, Message string
	Format                 string // of the message, before its arguments; may be empty
}

// Frame is a line of code on its way through a call.
type Frame struct {
	File     string // relative to where Python imports from, if that is known
	AbsPath  string // as the body has it
	Module   string // dotted; empty if it is not known
	Function string
	Line     int // counted from 1; 0 if it is not known

	PreContext  []string
	ContextLine string
	PostContext []string

	Locals []Local
	InApp  bool // the project's own code
}

// Local is a local variable, in the words of Python's pprint.
type Local struct {
	Name, Value string
}

// Thrown is the exception that made the request fail, nil if the body tells of none.
func (e *Evidence) Thrown() *Exception {
	if e == nil || len(e.Exceptions) == 0 {
		return nil
	}
	return &e.Exceptions[len(e.Exceptions)-1]
}

// Summary is what went wrong in words. It may be more than a line.
func (e *Evidence) Summary() string {
	if e == nil {
		return ""
	}
	if last := e.Thrown(); last != nil {
		if last.Type != "" && last.Value != "" {
			return last.Type + ": " + last.Value
		}
		return last.Type + last.Value
	}
	if e.Detail != "" {
		return e.Message + ": " + e.Detail
	}
	return e.Message
}

// Read reads the body of a failing response, as it is after its content coding was undone, or the beginning of that,
// in which case cut is true. It returns nil if the body tells nothing. Nothing in the evidence refers to body.
func Read(contentType string, body []byte, cut bool) *Evidence {
	return read(contentType, body, cut, false)
}

// Glance is [Read] that stops as soon as it has what Summary tells. Of the long
// debug page of Django that is a small part.
func Glance(contentType string, body []byte, cut bool) *Evidence {
	return read(contentType, body, cut, true)
}

func read(contentType string, body []byte, cut, glance bool) *Evidence {
	media, _, _ := mime.ParseMediaType(contentType)
	body = bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\ufeff")))
	if len(body) == 0 || !isText(media) || bytes.IndexByte(body, 0) >= 0 {
		return nil
	}
	var e *Evidence
	switch {
	// What begins as JSON or markup is that, whichever kind of text it claims to be: Django calls a page HTML
	// unless it is told otherwise.
	case body[0] == '{', body[0] == '[':
		e = readJSON(media, body)
	case body[0] == '<', media == "text/html", media == "application/xhtml+xml":
		e = readHTML(body, cut, glance)
	case isJSON(media):
		e = readJSON(media, body)
	default:
		e = readText(string(body), cut)
	}
	if e == nil || e.Message == "" && len(e.Exceptions) == 0 {
		return nil
	}
	if e.Source == Traceback {
		e.Cut = e.Cut || cut // a message may go on for lines
	}
	return e
}

// isText takes a body without a type for text.
func isText(media string) bool {
	return media == "" || strings.HasPrefix(media, "text/") || isJSON(media) ||
		media == "application/xml" || strings.HasSuffix(media, "+xml")
}

func isJSON(media string) bool {
	return media == "application/json" || strings.HasSuffix(media, "+json")
}
