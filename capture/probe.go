package capture

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/getsentry/sentry-go"

	"github.com/caddy-django/gateway/evidence"
	"github.com/caddy-django/gateway/exchange"
	"github.com/caddy-django/gateway/probe"
)

// maxUnreadable is the number of upstreams of which is remembered that their reports
// could not be read.
const maxUnreadable = 1000

// hear reads what the probe reports, which tells more than any page.
func (rec *Recorder) hear(f *failure, page *page) {
	scrub, told := f.site.opts.Scrubber, &f.x.Probe
	if f.x.Repeating {
		page.message = newMessage(scrub, oneLine(f.mask.text(told.Answer.Statement)))
	}
	if len(told.Report) == 0 || f.x.Outcome != exchange.AppError && !f.x.Logged {
		return
	}
	report, err := probe.ReadReport(told.Report)
	if err != nil {
		if !rec.unreadable[told.Upstream] && len(rec.unreadable) < maxUnreadable {
			rec.unreadable[told.Upstream] = true
			rec.log.Warn("a report of the probe in Django cannot be read: is its sitecustomize.py that of this gateway?", "upstream", told.Upstream, "error", err)
		}
	} else {
		f.report, f.said = report, evidence.FromReport(report)
		if f.x.Outcome == exchange.AppError && f.said.Thrown() == nil {
			f.said = nil // the page says why it failed; what was logged is among the breadcrumbs
		}
	}
	switch {
	case f.said != nil:
		f.site.opts.InApp.Mark(f.said) // which decides on the group
		f.mask.evidence(f.said)
		page.message = messageOf(scrub, f.said)
	case f.x.Logged:
		page.message = newMessage(scrub, "an error was logged")
		page.raisedAt = []string{page.signature}
	}
}

// djangoContext is what only the probe in Django knows.
type djangoContext struct {
	Type        string   `json:"type"`
	Version     string   `json:"version,omitempty"`
	View        string   `json:"view,omitempty"`
	URLName     string   `json:"url_name,omitempty"`
	Server      string   `json:"server,omitempty"`
	Queries     *int     `json:"queries,omitempty"`
	QueryMs     float64  `json:"query_ms,omitempty"`
	CacheCalls  int      `json:"cache_calls,omitempty"`
	CacheMs     float64  `json:"cache_ms,omitempty"`
	ViewMs      float64  `json:"view_ms,omitempty"`
	TotalMs     float64  `json:"total_ms,omitempty"`
	Repeated    int      `json:"repeated,omitempty"`
	Statement   string   `json:"statement,omitempty"`
	PID         int      `json:"pid,omitempty"`
	AgeS        float64  `json:"age_s"` // 0 is an age: a worker is new in its first second
	MemoryBytes int64    `json:"memory_bytes,omitempty"`
	Served      int64    `json:"served,omitempty"`
	Busy        int      `json:"busy,omitempty"`
	Cut         []string `json:"cut,omitempty"`
}

// attest adds what the probe tells of the request, whatever became of it.
func (e *event) attest(f *failure) {
	if f.x.Probe.Result != exchange.ProbeOK {
		return
	}
	scrub, a := f.site.opts.Scrubber, &f.x.Probe.Answer
	c := &djangoContext{
		Type:        "django",
		Version:     clip(a.Django, maxTag),
		View:        clip(a.View, maxTag),
		URLName:     clip(a.Name, maxTag),
		Server:      clip(scrub.text(a.Server), maxTag),
		QueryMs:     milliseconds(a.QueryTime),
		CacheCalls:  a.CacheCalls,
		CacheMs:     milliseconds(a.CacheTime),
		ViewMs:      milliseconds(a.ViewTime),
		TotalMs:     milliseconds(a.Total),
		Repeated:    a.Repeated,
		Statement:   clip(scrub.text(a.Statement), maxText),
		PID:         a.PID,
		AgeS:        a.Age.Seconds(),
		MemoryBytes: a.RSS,
		Served:      a.Served,
		Busy:        a.Busy,
	}
	if a.HasQueries {
		c.Queries = new(a.Queries)
	}
	e.Contexts.Django = c
	if a.Python != "" {
		e.Contexts.Runtime = &runtimeContext{Type: "runtime", Name: "CPython", Version: clip(a.Python, maxTag)}
	}
	if a.View != "" {
		e.Tags["view"] = clip(a.View, maxTag)
	}
	if f.x.Repeating {
		e.Tags["evidence"] = string(evidence.Probe)
	}
	if f.report != nil {
		e.report(f, c)
	}
}

// maxModules is the number of packages that an event lists.
const maxModules = 1000

// report adds what the probe tells of a failure beside the exception.
func (e *event) report(f *failure, c *djangoContext) {
	scrub, r := f.site.opts.Scrubber, f.report
	for _, part := range r.Cut[:min(len(r.Cut), 10)] {
		c.Cut = append(c.Cut, clip(scrub.text(part), maxTag))
	}
	e.addUser(f, r.User)
	e.addBreadcrumbs(scrub, f, r.Breadcrumbs)
	for name, version := range r.Versions.Packages {
		if e.Modules == nil {
			e.Modules = make(map[string]string)
		}
		if len(e.Modules) < maxModules {
			e.Modules[clip(name, maxTag)] = clip(scrub.text(version), maxTag)
		}
	}
	if e.Contexts.Runtime != nil {
		e.Contexts.Runtime.Build = clip(scrub.text(r.Versions.Build), maxTag)
	}
	if f.said == nil || f.said.Logged == nil {
		return
	}
	e.Logger = clip(cmp.Or(scrub.text(f.said.Logged.Logger), e.Logger), maxTag)
	e.Level = levelNamed(f.said.Logged.Level, sentry.LevelError)
	e.LogEntry = &logEntry{clip(scrub.text(f.said.Logged.Format), maxText), clip(scrub.text(f.said.Logged.Message), maxText)}
}

// addUser names the user that Django knows, unless the site says itself who it is.
func (e *event) addUser(f *failure, u probe.User) {
	opts := f.site.opts
	switch {
	case u.ID == "" || e.User.ID != "":
		return
	case !opts.SendDefaultPII:
		e.User.ID = f.site.rec.pseudonyms.of(opts.Destination, u.ID)
		return
	}
	e.User.ID = clip(opts.Scrubber.text(u.ID), maxTag)
	e.User.Username = clip(opts.Scrubber.text(u.Name), maxTag)
	e.User.Email = clip(opts.Scrubber.text(u.Email), maxTag)
}

// addBreadcrumbs puts what happened in the request behind what the visitor asked for before.
func (e *event) addBreadcrumbs(scrub *Scrubber, f *failure, told []probe.Breadcrumb) {
	if len(told) == 0 {
		return
	}
	if e.Breadcrumbs == nil {
		e.Breadcrumbs = new(breadcrumbs)
	}
	answered := f.x.Start.Add(answeredAfter(&f.x))
	for _, b := range told {
		ago := min(max(0, b.Ago), milliseconds(answeredAfter(&f.x))) // none happened before the request
		crumb := sentry.Breadcrumb{
			Type:      "default",
			Category:  clip(scrub.text(b.Category), maxTag),
			Level:     levelNamed(b.Level, sentry.LevelInfo),
			Message:   clip(scrub.text(b.Message), maxLocal),
			Timestamp: answered.Add(-time.Duration(ago * float64(time.Millisecond))).UTC(),
			Data:      scrub.crumbData(b.Data),
		}
		if b.Ms > 0 {
			crumb.Data["duration_ms"] = b.Ms
		}
		if len(crumb.Data) == 0 {
			crumb.Data = nil
		}
		e.Breadcrumbs.Values = append(e.Breadcrumbs.Values, crumb)
	}
}

// maxCrumbData is the number of values of a breadcrumb.
const maxCrumbData = 20

// crumbData keeps the plain values of a breadcrumb.
func (s *Scrubber) crumbData(data map[string]any) map[string]any {
	kept := make(map[string]any)
	for name, value := range data {
		if len(kept) == maxCrumbData {
			break
		}
		name = clip(name, maxTag)
		text, isText := value.(string)
		switch value.(type) {
		case string, float64, bool:
		default:
			continue
		}
		switch {
		case s.denies(name):
			kept[name] = s.hideNamed(name, fmt.Sprint(value))
		case isText:
			kept[name] = clip(s.text(text), maxTag)
		default:
			kept[name] = value
		}
	}
	return kept
}

// levels are Sentry's.
var levels = []sentry.Level{sentry.LevelDebug, sentry.LevelInfo, sentry.LevelWarning, sentry.LevelError, sentry.LevelFatal}

// levelNamed returns the level that Python's logging or Sentry calls so.
func levelNamed(name string, otherwise sentry.Level) sentry.Level {
	if name == "critical" {
		return sentry.LevelFatal
	}
	if level := sentry.Level(name); slices.Contains(levels, level) {
		return level
	}
	return otherwise
}
