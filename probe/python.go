package probe

import (
	"path/filepath"
	"strings"
)

// IsPython knows an interpreter by the name of its program.
func IsPython(program string) bool {
	name := filepath.Base(program)
	return strings.HasPrefix(name, "python") || strings.HasPrefix(name, "pypy")
}

// IgnoredBy returns the option of a command line of Python by which it does not import the probe, or "": -I and -E ignore
// PYTHONPATH, and -S imports no sitecustomize.
func IgnoredBy(args []string) string {
	if len(args) == 0 || !IsPython(args[0]) {
		return ""
	}
	for i := 1; i < len(args); i++ {
		options, ok := strings.CutPrefix(args[i], "-")
		if !ok || options == "" {
			return "" // the program begins
		}
		if strings.HasPrefix(options, "-") {
			if options == "-check-hash-based-pycs" {
				i++
			}
			continue
		}
		switch option, value := first(options, "IEScmWX"); {
		case option == "":
		case strings.Contains("IES", option):
			return "-" + option
		case strings.Contains("cm", option):
			return ""
		case value == "": // of W and X: it is a word of its own
			i++
		}
	}
	return ""
}

// first is the first of these letters in a text, and what follows it.
func first(text, letters string) (letter, rest string) {
	at := strings.IndexAny(text, letters)
	if at < 0 {
		return "", ""
	}
	return text[at : at+1], text[at+1:]
}
