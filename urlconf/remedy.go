package urlconf

import (
	"path/filepath"
	"regexp"
	"strings"
)

// Fix says what would make the project load, in one line. It is empty if the reason says all.
func (e *LoadError) Fix() string {
	if strings.HasPrefix(e.Reason, notDone) {
		return "see what it waits for there, or allow more time with --timeout (timeout in a Caddyfile)"
	}
	if m := missingModule.FindStringSubmatch(e.Reason); m != nil {
		return e.run.fixModule(m[1])
	}
	for _, r := range remedies {
		if m := r.reason.FindStringSubmatch(e.Reason); m != nil && (r.output == "" || strings.Contains(e.Output, r.output)) {
			name := ""
			if len(m) > 1 {
				name = m[1]
			}
			return strings.ReplaceAll(r.fix, "{}", name)
		}
	}
	return ""
}

var missingModule = regexp.MustCompile(`No module named '?([\w.]+)'?`)

const fixVariable = "set {} in the environment of this command as the server has it, or name the file of a systemd unit with --envfile"

// remedies are tried in order. {} in a fix is what the reason names. output is what the
// traceback must have, too.
var remedies = []struct {
	reason *regexp.Regexp
	output string
	fix    string
}{
	{regexp.MustCompile(`KeyError: '(\w+)'`), "os.environ[", fixVariable},
	{regexp.MustCompile(`KeyError: '(\w+)'`), "environ", fixVariable},
	{regexp.MustCompile(`(?i)\bset the (\w+) environment variable`), "", fixVariable},                     // django-environ
	{regexp.MustCompile(`environment variable "?(\w+)"? (?:is )?(?:not set|undefined)`), "", fixVariable}, // environs, django-configurations
	{regexp.MustCompile(`\b(\w+) not found\. Declare it as envvar`), "", fixVariable},                     // decouple
	{regexp.MustCompile(`The SECRET_KEY setting must not be empty`), "",
		"set the variable that SECRET_KEY is read from in the environment of this command, as the server has it"},
	{regexp.MustCompile(`\b(?:OperationalError|InterfaceError)\b|(?i)connection refused|could not connect|connection to server`), "",
		"start the database or cache that the project connects to while it is imported, or move that connection out of the import"},
	{regexp.MustCompile(`\bProgrammingError\b|no such table`), "",
		"migrate the database that the project queries while it is imported, or move that query out of the import"},
	{regexp.MustCompile(`^DJANGO_SETTINGS_MODULE is not set`), "", "name the settings with " + optionSettings},
	{regexp.MustCompile(`PermissionError: .*: '([^']+)'`), "", "let the user that runs this read {}"},
	{regexp.MustCompile(`^SyntaxError`), "", "correct the syntax, or name the project's own Python with " + optionPython + " if this one is too old"},
}

// fixModule says where a module that cannot be imported is, or how to get it.
func (r *run) fixModule(module string) string {
	top, _, below := strings.Cut(module, ".")
	if dirs := r.dirsWith(top); len(dirs) > 0 {
		name := r.fromRoot(dirs[0])
		return top + " is in " + name + ": add " + name + " to PYTHONPATH (PYTHONPATH=" + dirs[0] + "), or use --project " + dirs[0] +
			r.settingsFor(dirs[0]) + " (routes export in a Caddyfile)"
	}
	if below && hasModule(r.dir, top) {
		if settings := r.settingsNow(); settings.value == module {
			return "name the settings with " + optionSettings + ": " + top + " is in " + r.dir + ", but has no module " + module[len(top)+1:]
		}
		return "add what is missing to " + top + ", which is in " + r.dir
	}
	if settings := r.settingsNow(); settings.source == optionSettings && strings.HasPrefix(settings.value+".", top+".") {
		return "correct the name of the settings module " + settings.value + ": " + r.dir + " has no module " + top
	}
	if r.python.source == sourcePath {
		return fixPythonOf(r.dir, r.root, filepath.Dir(r.root)) + "; or install what provides " + top + " for " + r.python.value
	}
	return "install what provides " + top + " for " + r.python.value + ", or name another Python with " + optionPython
}

// settingsFor is what --project with a directory needs beside it.
func (r *run) settingsFor(dir string) string {
	settings := r.settingsNow().value
	if _, err := findWay(dir, ""); err == nil || settings == "" {
		return ""
	}
	return " --settings " + settings
}

// maxDepth is how far below a project its modules are looked for.
const maxDepth = 3

// dirsWith returns the directories of the project that have a module and that it is not
// imported from, nearest first.
func (r *run) dirsWith(module string) (found []string) {
	level := []string{r.root}
	for range maxDepth {
		var next []string
		for _, dir := range level {
			if dir != r.dir && hasModule(dir, module) {
				found = append(found, dir)
			}
			for _, name := range subdirectories(dir) {
				next = append(next, filepath.Join(dir, name))
			}
		}
		level = next
	}
	return found
}

func (r *run) fromRoot(dir string) string {
	if rel, err := filepath.Rel(r.root, dir); err == nil && rel != "." {
		return rel
	}
	return dir
}
