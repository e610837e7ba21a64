package parity

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// comparison is what the table says of a traceback: a known difference each, or
// nothing where both are equal. Faults are the differences that nobody knows of.
type comparison struct {
	types, values, frames, locals string
	faults                        []string
}

func (c *comparison) fault(format string, args ...any) {
	c.faults = append(c.faults, fmt.Sprintf(format, args...))
}

// compare holds the chain that the gateway has read from a debug page to the one
// that the SDK has sent.
func compare(sdk, ours event) comparison {
	var c comparison
	theirs := slices.DeleteFunc(slices.Clone(sdk.Exception.Values), inGroup)
	if len(theirs) < len(sdk.Exception.Values) {
		c.types = "without those in the group"
	}
	mine := ours.Exception.Values
	if len(theirs) != len(mine) {
		c.fault("the chain is of %d exceptions, not of %d", len(mine), len(theirs))
		return c
	}
	for i := range theirs {
		c.exception(theirs[i], mine[i])
	}
	if s, m := sdk.thrown().Mechanism, ours.thrown().Mechanism; s.Handled != m.Handled || s.Type != m.Type {
		c.fault("the mechanism is %+v, not %+v", m, s)
	}
	if ours.Platform != "python" || !slices.Equal(ours.Fingerprint, []string{"{{ default }}"}) {
		c.fault("the event of the platform %s is grouped by %v", ours.Platform, ours.Fingerprint)
	}
	return c
}

// inGroup reports whether an exception is one of those in a group.
func inGroup(x exception) bool { return strings.HasPrefix(x.Mechanism.Source, "exceptions[") }

// parts is what Python adds to the message of a group.
var parts = regexp.MustCompile(` \(\d+ sub-exceptions?\)$`)

func (c *comparison) exception(sdk, ours exception) {
	switch {
	case ours.Type == sdk.Type:
	case strings.HasSuffix(sdk.Type, "."+ours.Type):
		c.types = "without the class around it"
	default:
		c.fault("the type is %s, not %s", ours.Type, sdk.Type)
	}
	switch {
	case ours.Value == sdk.Value:
	case parts.ReplaceAllString(ours.Value, "") == sdk.Value:
		c.values = "with how many are in the group"
	default:
		c.fault("the value of %s is %q, not %q", sdk.Type, ours.Value, sdk.Value)
	}
	c.stack(slices.DeleteFunc(slices.Clone(sdk.Stacktrace.Frames), frame.ofSDK), ours.Stacktrace.Frames)
}

// stack knows two differences: the line of a template, which the page tells
// once, and a page so long that only its beginning is read.
func (c *comparison) stack(sdk, ours []frame) {
	if slices.ContainsFunc(sdk, frame.ofTemplate) && !slices.ContainsFunc(ours, frame.ofTemplate) {
		sdk = slices.DeleteFunc(sdk, frame.ofTemplate)
		c.frames = "the template's line once"
	}
	if n := len(ours); n > 1 && n < len(sdk) {
		innermost, last := ours[n-1], sdk[len(sdk)-1]
		if innermost.ContextLine == "" { // it is from the page's summary, which has its place alone
			last.ContextLine = ""
		}
		if !innermost.same(last) {
			c.fault("the innermost frame is %s, not %s", innermost, last)
		}
		c.frames, c.locals = "the outermost, and the innermost", "of the outermost"
		sdk, ours = sdk[:n-1], ours[:n-1]
	}
	c.eachFrame(sdk, ours)
}

// eachFrame knows no differences, and reports whether there are as many frames.
func (c *comparison) eachFrame(sdk, ours []frame) bool {
	if len(sdk) != len(ours) {
		c.fault("there are %d frames, not %d", len(ours), len(sdk))
		return false
	}
	for i := range sdk {
		if !ours[i].same(sdk[i]) {
			c.fault("frame %d is %s, not %s", i, ours[i], sdk[i])
		}
		for _, name := range slices.Sorted(maps.Keys(sdk[i].Vars)) {
			if _, found := ours[i].Vars[name]; !found {
				c.fault("frame %d, %s, lacks the variable %s", i, ours[i], name)
			}
		}
	}
	return true
}
