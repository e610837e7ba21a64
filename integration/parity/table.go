package parity

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Sources are the events of the SDK, of the gateway with Django's debug pages,
// and of the gateway without; of the SDK without them, and of the gateway with
// the probe.
type Sources struct {
	SDK, Debug, Production, SDKProduction, Probe Events
	// SDKIssues and ProbeIssues are the issues of the last two, by the kind of
	// their crash.
	SDKIssues, ProbeIssues map[string]string
}

const introduction = `# Parity with Sentry's SDK

<!-- Written by a test: go test ./integration -run Parity -record -->

What [Sentry's SDK for Python](https://docs.sentry.io/platforms/python/integrations/django/) reports from inside Django, and
what the gateway reports from outside. A test crashes the demo shop in %d ways under gunicorn: with the SDK (%s),
set up as its documentation has it, and with the gateway in front, once with ` + "`DEBUG = True`" + `, once without, and once without and with the [probe](probe.md). The SDK runs with
DEBUG, too, or it would not tell the line of a template. All events go to a Bugsink, which checks them against Sentry's schema, and are
read back from there.

The gateway has the options for what the SDK sends by default: ` + "`capture_request_body`, `propagate_traces`, `release`" + `.

## Crashes

` + "`A` ← `B`" + ` is an exception A that came from B; – is no event. With a traceback in the response, the gateway's is compared with
the SDK's: the types of the chain; their values; module, file, function, number and text of the line, and in_app of every frame but
those of the SDK itself; the names of the local variables. = is equal, else the cell says what differs. The gateway may have more variables and lines around: the
SDK keeps ten variables of a frame and five lines on either side.

| crash | what happens | sentry-sdk | gateway, DEBUG | types | values | frames | locals | gateway, production |
|---|---|---|---|---|---|---|---|---|
`

const fieldsIntroduction = `
## Fields

In how many of the crashes the event has a field. Of names that are data, such as those of headers, there is one row for all.
What the page of a crash does not show, the gateway cannot send without the probe: a traceback needs ` + "`DEBUG = True`" + `, and no page has one of an
exception in the middle of a stream, of one that the view answered itself, or of a worker that gunicorn stopped.

| field | sentry-sdk | gateway, DEBUG | gateway, production | gateway with the probe, production | note |
|---|---|---|---|---|---|
`

// Table returns docs/parity.md, and what in the events nobody can explain.
func (s Sources) Table() (page string, faults []string) {
	var b strings.Builder
	fmt.Fprintf(&b, introduction, len(Kinds), s.SDK.version())
	for _, kind := range Kinds {
		row, wrong := s.row(kind)
		b.WriteString(row)
		for _, fault := range wrong {
			faults = append(faults, kind.Name+": "+fault)
		}
	}
	for _, events := range []Events{s.SDK, s.Debug, s.Production, s.SDKProduction, s.Probe} {
		for name := range events {
			if !slices.ContainsFunc(Kinds, func(k Kind) bool { return k.Name == name }) {
				faults = append(faults, "there is an event of "+name+", which is no kind of crash")
			}
		}
	}
	told, wrong := s.withProbe()
	b.WriteString(probeIntroduction + told + afterProbe + fieldsIntroduction)
	faults = append(faults, wrong...)
	rows, wrong := s.fields()
	return b.String() + rows, append(faults, wrong...)
}

func (s Sources) row(kind Kind) (row string, faults []string) {
	expected := 1
	if kind.Harmless {
		expected = 0
	}
	debug, production := s.Debug[kind.Name], s.Production[kind.Name]
	if len(debug) != expected || len(production) != expected {
		faults = append(faults, fmt.Sprintf("with DEBUG there are %d events, without %d, not %d", len(debug), len(production), expected))
	}
	var of [3]event
	for i, events := range []Events{s.SDK, s.Debug, s.Production} {
		var err error
		if of[i], err = events.of(kind); err != nil {
			return "", append(faults, err.Error())
		}
	}
	sdk, ours, hidden := of[0], of[1], of[2]
	if hidden.hasTraceback() {
		faults = append(faults, "without DEBUG there is a traceback")
	}
	var compared [4]string
	switch {
	case kind.Unseen != "":
		compared[0] = "none: " + kind.Unseen
		if ours.hasTraceback() {
			faults = append(faults, "there is a traceback although "+kind.Unseen)
		}
	case sdk.hasTraceback() && !kind.Harmless:
		c := compare(sdk, ours)
		faults = append(faults, c.faults...)
		for i, difference := range []string{c.types, c.values, c.frames, c.locals} {
			compared[i] = cmp.Or(difference, "=")
		}
	}
	seen := sdk.summary()
	if kind.Race {
		seen = "`SystemExit`, if the SDK is quicker than gunicorn's SIGKILL"
	}
	if kind.Refused != "" {
		seen = "– " + kind.Refused
	}
	cells := slices.Concat([]string{kind.Name, kind.What, seen, ours.summary()}, compared[:], []string{hidden.summary()})
	return "| " + strings.Join(cells, " | ") + " |\n", faults
}

// of is the only event of a kind, and an empty one if there is none.
func (e Events) of(kind Kind) (event, error) {
	switch all := e[kind.Name]; len(all) {
	case 0:
		return event{}, nil
	case 1:
		return parse(all[0])
	default:
		return event{}, fmt.Errorf("it made %d events", len(all))
	}
}

// version is that of the SDK.
func (e Events) version() string {
	for _, kind := range Kinds {
		if sent, err := e.of(kind); err == nil && sent.SDK.Version != "" {
			return sent.SDK.Version
		}
	}
	return "none"
}

// cell escapes what would end a cell or begin markup.
var cell = strings.NewReplacer("|", `\|`, "<", "&lt;", "\n", " ")

// Both differ from run to run.
var (
	address  = regexp.MustCompile(`127\.0\.0\.1:\d+`)
	duration = regexp.MustCompile(`\d+(?:\.\d+)? (?:ms|s|min)\b`)
)

// steady is what a text says in every run.
func steady(text string) string {
	return duration.ReplaceAllString(address.ReplaceAllString(text, "gunicorn"), "… s")
}

// summary is an event as a cell of the table.
func (e event) summary() string {
	thrown := e.thrown()
	switch {
	case thrown.Type == "" && e.LogEntry.Formatted == "":
		return "–"
	case thrown.Type == "":
		return "logged: " + cell.Replace(e.LogEntry.Formatted)
	case !e.hasTraceback():
		return fmt.Sprintf("`%s`: %s", thrown.Type, cell.Replace(steady(thrown.Value)))
	}
	var chain []string
	for _, x := range slices.Backward(e.Exception.Values) {
		chain = append(chain, "`"+x.Type+"`")
	}
	said := strings.Join(chain, " ← ")
	if thrown.Mechanism.Type == "logging" {
		said += ", as it was logged"
	}
	return said
}

// fields are the rows of the second table. A field that the SDK alone has needs a note.
func (s Sources) fields() (rows string, faults []string) {
	sdk := maps.Clone(s.SDK)
	for _, kind := range Kinds {
		if kind.Race {
			delete(sdk, kind.Name)
		}
	}
	theirs, debug, production, told := sdk.count(), s.Debug.count(), s.Production.count(), s.Probe.count()
	all := maps.Clone(theirs)
	maps.Copy(all, debug)
	maps.Copy(all, production)
	maps.Copy(all, told)
	var b strings.Builder
	for _, field := range slices.Sorted(maps.Keys(all)) {
		if theirs[field] > 0 && debug[field] == 0 && notes[field] == "" {
			faults = append(faults, "the SDK alone sends "+field+", and there is no note why")
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s | %s |\n", field, times(theirs[field]), times(debug[field]), times(production[field]), times(told[field]), notes[field])
	}
	for field := range notes {
		if all[field] == 0 {
			faults = append(faults, "there is a note on "+field+", which nobody sends")
		}
	}
	return b.String(), faults
}

func times(n int) string {
	if n == 0 {
		return "–"
	}
	return fmt.Sprint(n)
}
