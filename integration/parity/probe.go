package parity

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// beyond are the fields of the SDK that the probe does not fill; notes say why.
var beyond = []string{
	"_meta", "extra", "logentry.params[]", "request.env.SERVER_NAME", "request.env.SERVER_PORT",
	"sdk.integrations[]", "sdk.packages[].name", "sdk.packages[].version",
}

// equal are the fields that have the same value, if the SDK has one.
var equal = []string{
	"platform", "level", "environment", "release", "server_name", "modules", "user", "logentry.message", "logentry.formatted",
	"contexts.runtime.name", "contexts.runtime.version", "contexts.runtime.build", "request.method", "request.query_string",
}

const probeIntroduction = `
## With the probe

Without ` + "`DEBUG`" + `, with the [probe](probe.md) in Django, against the SDK without ` + "`DEBUG`" + `. Beside what is compared above,
these are equal wherever the SDK has them: the modules of exceptions; the lines around, but for literals that have a secret's name, which the probe
hides; what was logged, and its format; versions of all packages, of Python and its build; level, platform, environment and release. Every field
that the SDK fills is filled, but for ` + "`_meta`, `extra`, `logentry.params`, `request.env` and parts of `sdk`" + `, of which [fields](#fields) say why. At the receiver two of these crashes are one issue of the gateway's if and only if
they are one of the SDK's.

| crash | sentry-sdk | gateway with the probe | types | values | frames | locals |
|---|---|---|---|---|---|---|
`

const afterProbe = `
What else differs:

- The gateway alone tells the line of a template without ` + "`DEBUG`" + `.
- The SDK writes values as Python does, with the addresses of objects; the probe calls no method of the project's own and writes
  ` + "`<catalog.Product pk=7>`" + `.
- Of several errors in one request, such as two that were logged with their tracebacks and a third that was not caught, the SDK makes an event each;
  the gateway one, of what was not caught or else of the first. One exception that was logged and then raised on is one event for both: to the SDK what was
  logged, to the gateway what was not caught.
- An error that is logged without an exception makes an event only if the request did not fail: the event of a failure has it among its
  breadcrumbs.
- The SDK calls ` + "`__str__`" + ` of an exception; the probe calls none of the project's. Where an exception class of the project has its own, the
  value is its attribute ` + "`message` or `detail`" + ` if it has one, as with the SDK, else what ` + "`str()`" + ` would say without that method.
- A stream's exception comes after the headers, and a worker that gunicorn stops answers nothing: there the probe tells nothing.
- What clients cause by their nature, such as a ` + "`SuspiciousOperation`" + `, is [noise](events.md#noise): a warning, one issue for each reason, and sent only
  with ` + "`noise send`" + `, as here.
- Where a middleware fails before Django has looked at the path, the gateway names the transaction ` + "`_unmatched`" + `.
`

// withProbe compares what the probe tells in production with the SDK.
func (s Sources) withProbe() (rows string, faults []string) {
	var b strings.Builder
	for _, kind := range Kinds {
		row, wrong := s.probeRow(kind)
		b.WriteString(row)
		for _, fault := range wrong {
			faults = append(faults, kind.Name+", with the probe: "+fault)
		}
	}
	return b.String(), append(faults, s.grouped()...)
}

func (s Sources) probeRow(kind Kind) (row string, faults []string) {
	expected := 1
	if kind.Harmless && !kind.Logged {
		expected = 0
	}
	if n := len(s.Probe[kind.Name]); n != expected {
		faults = append(faults, fmt.Sprintf("there are %d events, not %d", n, expected))
	}
	sdk, err := s.SDKProduction.of(kind)
	if err != nil {
		return "", append(faults, err.Error())
	}
	ours, err := s.Probe.of(kind)
	if err != nil {
		return "", append(faults, err.Error())
	}
	var compared [4]string
	switch {
	case kind.Unseen != "" && !kind.Logged:
		compared[0] = "none: " + kind.Unseen
		if ours.hasTraceback() {
			faults = append(faults, "there is a traceback although "+kind.Unseen)
		}
	case sdk.hasTraceback():
		c := compareProbe(sdk, ours)
		faults = append(faults, c.faults...)
		for i, difference := range []string{c.types, c.values, c.frames, c.locals} {
			compared[i] = cmp.Or(difference, "=")
		}
		faults = append(faults, missing(s.SDKProduction[kind.Name][0], s.Probe[kind.Name][0])...)
	case kind.Logged && len(s.SDKProduction[kind.Name]) == 1 && len(s.Probe[kind.Name]) == 1:
		compared = [4]string{"=", "=", "=", "="} // there is no exception
		if len(ours.Exception.Values) > 0 || !slices.Equal(ours.Fingerprint, []string{"{{ default }}"}) {
			faults = append(faults, fmt.Sprintf("it has %d exceptions, and is grouped by %v", len(ours.Exception.Values), ours.Fingerprint))
		}
		faults = append(faults, missing(s.SDKProduction[kind.Name][0], s.Probe[kind.Name][0])...)
	}
	if kind.Noise {
		faults = slices.DeleteFunc(faults, func(fault string) bool {
			return strings.HasPrefix(fault, `level is "warning"`) || strings.HasPrefix(fault, "the event is grouped by [noise ")
		})
	}
	seen := sdk.summary()
	if kind.Race {
		seen = "`SystemExit`, if the SDK is quicker than gunicorn's SIGKILL"
	}
	if kind.Refused != "" {
		seen = "– " + kind.Refused
	}
	return "| " + strings.Join(append([]string{kind.Name, seen, ours.summary()}, compared[:]...), " | ") + " |\n", faults
}

// missing are the fields of the SDK's event that ours lacks, or has with another value.
func missing(sdk, ours json.RawMessage) (faults []string) {
	filled := fields(ours)
	for _, field := range fields(sdk) {
		if !slices.Contains(filled, field) && !slices.Contains(beyond, field) {
			faults = append(faults, "there is no "+field)
		}
	}
	for _, field := range equal {
		theirs, mine := at(sdk, field), at(ours, field)
		if len(theirs) > 0 && string(theirs) != `""` && !bytes.Equal(theirs, mine) {
			faults = append(faults, fmt.Sprintf("%s is %s, not %s", field, mine, theirs))
		}
	}
	return faults
}

// at returns the value of a field, with the names of objects in order.
func at(raw json.RawMessage, field string) json.RawMessage {
	for _, name := range strings.Split(field, ".") {
		var members map[string]json.RawMessage
		if json.Unmarshal(raw, &members) != nil {
			return nil
		}
		raw = members[name]
	}
	var value any
	if json.Unmarshal(raw, &value) != nil || value == nil {
		return nil
	}
	sorted, _ := json.Marshal(value)
	return sorted
}

// Of a deep stack the probe tells both ends.
const (
	firstFrames = 20
	lastFrames  = 40
)

// compareProbe holds the chain that the probe has told to the one that the SDK has sent: there is nothing to guess, so
// what differs is little.
func compareProbe(sdk, ours event) comparison {
	var c comparison
	theirs, mine := sdk.Exception.Values, ours.Exception.Values
	if len(theirs) != len(mine) {
		c.fault("the chain is of %d exceptions, not of %d", len(mine), len(theirs))
		return c
	}
	for i := range theirs {
		x, y := theirs[i], mine[i]
		if x.Type != y.Type || x.Module != y.Module {
			c.fault("the type is %s of %q, not %s of %q", y.Type, y.Module, x.Type, x.Module)
		}
		if x.Value != y.Value {
			c.fault("the value of %s is %q, not %q", x.Type, y.Value, x.Value)
		}
		if x.Mechanism.Handled != y.Mechanism.Handled || x.Mechanism.Group != y.Mechanism.Group {
			c.fault("the mechanism of %s is %+v, not %+v", x.Type, y.Mechanism, x.Mechanism)
		}
		c.told(slices.DeleteFunc(slices.Clone(x.Stacktrace.Frames), frame.ofSDK), y.Stacktrace.Frames)
	}
	if s, m := sdk.thrown().Mechanism, ours.thrown().Mechanism; s.Type != m.Type {
		c.fault("the mechanism is %+v, not %+v", m, s)
	}
	if !slices.Equal(ours.Fingerprint, []string{"{{ default }}"}) {
		c.fault("the event is grouped by %v", ours.Fingerprint)
	}
	return c
}

func (c *comparison) told(sdk, ours []frame) {
	if slices.ContainsFunc(ours, frame.ofTemplate) {
		ours = slices.DeleteFunc(slices.Clone(ours), frame.ofTemplate)
		c.frames = "and the template's line"
	}
	if n := len(sdk); n > firstFrames+lastFrames && len(ours) == firstFrames+lastFrames {
		sdk = slices.Concat(sdk[:firstFrames], sdk[n-lastFrames:])
		c.frames = fmt.Sprintf("the first %d, and the last %d", firstFrames, lastFrames)
	}
	if !c.eachFrame(sdk, ours) {
		return
	}
	for i := range sdk {
		if !sameLines(sdk[i].Pre, ours[i].Pre) || !sameLines(sdk[i].Post, ours[i].Post) {
			c.fault("frame %d, %s, has other lines around", i, ours[i])
		}
	}
}

// sameLines compares all but what the probe hides.
func sameLines(sdk, ours []string) bool {
	return slices.EqualFunc(sdk, ours, func(theirs, mine string) bool {
		before, after, hidden := strings.Cut(mine, "[Filtered]")
		return theirs == mine || hidden && strings.HasPrefix(theirs, before) && strings.HasSuffix(theirs, after)
	})
}

// grouped compares which crashes are one issue.
func (s Sources) grouped() (faults []string) {
	for i, a := range Kinds {
		for _, b := range Kinds[i+1:] {
			theirs, other := s.SDKIssues[a.Name], s.SDKIssues[b.Name]
			mine, another := s.ProbeIssues[a.Name], s.ProbeIssues[b.Name]
			if theirs != "" && other != "" && mine != "" && another != "" && (theirs == other) != (mine == another) {
				faults = append(faults, fmt.Sprintf("%s and %s are one issue: %v, and with the SDK %v", a.Name, b.Name, mine == another, theirs == other))
			}
		}
	}
	return faults
}
