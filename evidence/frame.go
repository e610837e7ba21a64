package evidence

import (
	"regexp"
	"strconv"
	"strings"
)

// importRoot matches where Python imports from, in a path that tells it by itself.
var importRoot = regexp.MustCompile(`(?i)^.*[/\\](?:site|dist)-packages[/\\]|^.*[/\\]lib(?:64)?[/\\]python\d[\d.]*[/\\](?:lib-dynload[/\\])?`)

// located fills in what follows from where the file is. path is Python's sys.path, or nil if it is not known.
func (f Frame) located(path []string) Frame {
	f.File = relative(f.AbsPath, path)
	if f.File != f.AbsPath {
		f.Module = moduleOf(f.File)
	}
	f.InApp = inApp(f.AbsPath)
	return f
}

// relative is the file as Sentry's SDK for Python names it: from the entry of sys.path it was imported from.
func relative(file string, path []string) string {
	longest := 0
	for _, entry := range path {
		entry = strings.TrimRight(entry, `/\`)
		if len(entry) > longest && strings.HasPrefix(file, entry) && len(file) > len(entry)+1 && strings.ContainsAny(file[len(entry):len(entry)+1], `/\`) {
			longest = len(entry)
		}
	}
	if longest > 0 {
		return file[longest+1:]
	}
	if root := importRoot.FindString(file); root != "" {
		return file[len(root):]
	}
	return file
}

// moduleOf is the module in a file that is relative to where Python imports from.
func moduleOf(file string) string {
	name, isSource := strings.CutSuffix(file, ".py")
	if !isSource {
		return ""
	}
	name = strings.NewReplacer("/", ".", `\`, ".").Replace(name)
	return strings.TrimSuffix(name, ".__init__")
}

// place reads ", line 12, in f", or ", in f" where Django leaves the line out.
func place(s string) (line int, function string, ok bool) {
	if rest, found := strings.CutPrefix(s, ", line "); found {
		digits, rest, found := strings.Cut(rest, ", in ")
		line, err := strconv.Atoi(digits)
		return line, rest, found && err == nil
	}
	function, ok = strings.CutPrefix(s, ", in ")
	return 0, function, ok
}

// listed matches the strings of a list as Python prints it.
var listed = regexp.MustCompile(`'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"`)

// maxPath is the number of entries of sys.path that are read.
const maxPath = 64

// pythonPath reads sys.path as Python prints it.
func pythonPath(list string) []string {
	var path []string
	for _, match := range listed.FindAllStringSubmatch(list, maxPath) {
		entry := strings.ReplaceAll(match[1]+match[2], `\\`, `\`)
		if entry != "" {
			path = append(path, entry)
		}
	}
	return path
}
