package evidence

import (
	"strconv"
	"strings"
)

const tracebackHeader = "Traceback (most recent call last):"

// readTraceback reads what Python prints of an exception, with those it came from. It finds nothing in a text that
// holds no traceback. Of an exception group it reads the group alone, for its members are no chain.
func readTraceback(s string) []Exception {
	var chain []Exception
	l := lines{rest: s}
	for {
		relation, ok := l.header()
		if !ok {
			return chain
		}
		if n := len(chain); n > 0 {
			chain[n-1].Relation = relation
		}
		x := Exception{}
		x.Frames, x.Omitted = l.frames()
		x.Type, x.Module, x.Value = l.raised()
		if x.Type == "" && len(x.Frames) == 0 {
			return chain
		}
		chain = chained(chain, x)
	}
}

// lines is a text, read line by line.
type lines struct {
	rest   string
	margin string // of an exception group, before each line
}

// next returns the line that comes next, without moving on, and what comes after it.
func (l *lines) next() (line, rest string, ok bool) {
	line, rest, _ = strings.Cut(l.rest, "\n")
	line = strings.TrimSuffix(line, "\r")
	line, ok = strings.CutPrefix(line, l.margin)
	if !ok || l.rest == "" {
		return "", l.rest, false
	}
	return line, rest, true
}

// header moves to after the line that announces the next traceback, and returns how it says that it came out of the
// one before.
func (l *lines) header() (relation Relation, ok bool) {
	l.margin = ""
	for l.rest != "" {
		line, rest, _ := l.next()
		l.rest = rest
		// The members of a group that is read already stand further to the right.
		line, isGroup := strings.CutPrefix(line, "  + Exception Group ")
		if !isGroup {
			line = strings.TrimPrefix(line, "  | ")
		}
		switch line {
		case tracebackHeader:
			if isGroup {
				l.margin = "  | "
			}
			return relation, true
		case "The above exception was the direct cause of the following exception:":
			relation = Cause
		case "During handling of the above exception, another exception occurred:":
			relation = Context
		}
	}
	return "", false
}

// frames moves to after the frames.
func (l *lines) frames() (frames []Frame, omitted int) {
	var s stack
	repeated := 0
	for {
		line, rest, _ := l.next()
		switch {
		case strings.HasPrefix(line, `  File "`):
			l.rest = rest
			if f, ok := frameLine(line); ok {
				f.ContextLine = l.source()
				s.add(f.located(nil))
			}
		case strings.HasPrefix(line, repeatedLine):
			l.rest = rest
			digits, _, _ := strings.Cut(line[len(repeatedLine):], " ")
			n, _ := strconv.Atoi(digits)
			repeated += min(max(0, n), maxRepeated)
		case strings.HasPrefix(line, "    "):
			l.rest = rest
		default:
			frames, omitted = s.inOrder()
			return frames, omitted + repeated
		}
	}
}

// repeatedLine begins the line that stands for more of the frame above.
const repeatedLine = "  [Previous line repeated "

// maxRepeated keeps made-up numbers from adding up to more than fits.
const maxRepeated = 1 << 20

// frameLine reads the line of a frame, which a syntax error has too, without a function.
func frameLine(line string) (Frame, bool) {
	line = strings.TrimPrefix(line, `  File "`)
	at := strings.LastIndex(line, `", `)
	if at < 0 {
		return Frame{}, false
	}
	number, function, ok := place(line[at+1:])
	return Frame{AbsPath: clip(line[:at], maxLine), Line: number, Function: clip(function, maxLine)}, ok
}

// source moves to after the line of code below a frame, if there is one.
func (l *lines) source() string {
	line, rest, ok := l.next()
	code, indented := strings.CutPrefix(line, "    ")
	if !ok || !indented {
		return ""
	}
	l.rest = rest
	return clip(code, maxLine)
}

// raised moves to after the exception below the frames. Its value may be several lines long, and then nothing but
// the beginning of what follows tells where it ends.
func (l *lines) raised() (name, module, value string) {
	line, rest, ok := l.next()
	name, value, _ = strings.Cut(line, ": ")
	if !ok || name == "" || strings.ContainsAny(name, " \t") {
		return "", "", ""
	}
	l.rest = rest
	name = strings.TrimSuffix(name, ":")
	if at := strings.LastIndexByte(name, '.'); at >= 0 {
		name, module = name[at+1:], name[:at]
	}
	return clip(name, maxLine), clip(module, maxLine), clip(l.value(value), maxText)
}

func (l *lines) value(firstLine string) string {
	var value strings.Builder
	value.WriteString(firstLine)
	for value.Len() <= maxText {
		line, rest, ok := l.next()
		if !ok || !continues(line, rest) {
			break
		}
		value.WriteByte('\n')
		value.WriteString(line)
		l.rest = rest
	}
	return strings.TrimRight(value.String(), "\n")
}

// continues reports whether a line belongs to the value of an exception still.
func continues(line, rest string) bool {
	if line == "" {
		line, _, _ = strings.Cut(rest, "\n")
		return !strings.HasPrefix(line, "The above exception was ") && !strings.HasPrefix(line, "During handling of the above exception")
	}
	return line != tracebackHeader
}
