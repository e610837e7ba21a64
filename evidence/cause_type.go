package evidence

import (
	"regexp"
	"strings"
)

// nameTypes finds the types that Django's debug page leaves out: it names the type of the last exception alone. Of
// those before, the page shows the value, and the type where a program happens to mention it.
func nameTypes(chain []Exception) {
	for i := range max(0, len(chain)-1) {
		x, next := &chain[i], chain[i+1]
		if x.Type != "" {
			continue
		}
		for _, find := range []func(x, next Exception) string{typeOfLocal, typeRaised, typeOfMessage, typeExpected} {
			if x.Type = find(*x, next); x.Type != "" {
				break
			}
		}
	}
}

// typeOfLocal finds a variable that held the exception while it was handled: its repr is "KeyError('anchor')".
func typeOfLocal(x, next Exception) string {
	for i := len(next.Frames) - 1; i >= 0; i-- {
		for _, local := range next.Frames[i].Locals {
			name, args, found := strings.Cut(local.Value, "(")
			args, closed := strings.CutSuffix(args, ")")
			if found && closed && typeName.MatchString(name) && says(args, x.Value) {
				return name
			}
		}
	}
	return ""
}

var typeName = regexp.MustCompile(`^[A-Z]\w*$`)

// says reports whether an exception with these arguments has this value: that of a KeyError is the repr of its only
// argument, that of others is the argument.
func says(args, value string) bool {
	if value == "" {
		return false
	}
	if args == value {
		return isQuoted(value)
	}
	return isQuoted(args) && unquoted.Replace(args[1:len(args)-1]) == value
}

var unquoted = strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\r`, "\r", `\t`, "\t", `\'`, "'")

func isQuoted(s string) bool {
	return len(s) > 1 && (s[0] == '\'' || s[0] == '"') && s[0] == s[len(s)-1]
}

// raise matches the statement that raised an exception, if it names its type.
var raise = regexp.MustCompile(`^\s*raise (?:\w+\.)*([A-Z]\w*)(?:\(|\s|$)`)

func typeRaised(x, _ Exception) string {
	if len(x.Frames) == 0 {
		return ""
	}
	if match := raise.FindStringSubmatch(x.Frames[len(x.Frames)-1].ContextLine); match != nil {
		return match[1]
	}
	return ""
}

// messages are what Python and Django say when they raise one of their own.
var messages = []struct {
	name    string
	pattern *regexp.Regexp
}{
	{"ZeroDivisionError", regexp.MustCompile(`(?:division|modulo) by zero$`)},
	{"RecursionError", regexp.MustCompile(`^maximum recursion depth exceeded`)},
	{"AttributeError", regexp.MustCompile(`object has no attribute '|^module '.*' has no attribute '`)},
	{"UnboundLocalError", regexp.MustCompile(`referenced before assignment|^cannot access local variable '`)},
	{"NameError", regexp.MustCompile(`^name '.*' is not defined`)},
	{"ModuleNotFoundError", regexp.MustCompile(`^No module named '`)},
	{"ImportError", regexp.MustCompile(`^cannot import name '`)},
	{"IndexError", regexp.MustCompile(`^(?:list|tuple|string|pop) .*(?:index out of range|from empty list)$`)},
	{"FileNotFoundError", regexp.MustCompile(`^\[Errno 2\] `)},
	{"ConnectionRefusedError", regexp.MustCompile(`^\[Errno 111\] `)},
	{"JSONDecodeError", regexp.MustCompile(`: line \d+ column \d+ \(char \d+\)$`)},
	{"ValueError", regexp.MustCompile(`^invalid literal for int\(\)|^could not convert string to |values to unpack \(expected`)},
	{"TypeError", regexp.MustCompile(`^unsupported operand type|object is not (?:subscriptable|callable|iterable)|positional arguments?\b|unexpected keyword argument '`)},
	{"DoesNotExist", regexp.MustCompile(` matching query does not exist\.$`)},
}

func typeOfMessage(x, _ Exception) string {
	for _, m := range messages {
		if m.pattern.MatchString(x.Value) {
			return m.name
		}
	}
	// The value of a KeyError is the repr of the key, and no one else's begins and ends in quotes, as a rule.
	if isQuoted(x.Value) {
		return "KeyError"
	}
	return ""
}

// except matches a clause that handles exceptions of one type.
var except = regexp.MustCompile(`^\s*except (?:\w+\.)*([A-Z]\w*)(?: as \w+)?:`)

// typeExpected finds the clause that handled the exception: it stands above the line at which the next one passed
// the function that handled the first. What it names may be a base of the type, and is not taken if it is that of all.
func typeExpected(x, next Exception) string {
	if len(x.Frames) == 0 {
		return ""
	}
	handler := x.Frames[0] // a traceback begins where the exception was handled
	for _, f := range next.Frames {
		if f.AbsPath != handler.AbsPath || f.Function != handler.Function {
			continue
		}
		for i := len(f.PreContext) - 1; i >= 0; i-- {
			if match := except.FindStringSubmatch(f.PreContext[i]); match != nil {
				if match[1] == "Exception" || match[1] == "BaseException" {
					return ""
				}
				return match[1]
			}
		}
	}
	return ""
}
