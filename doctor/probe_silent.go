package doctor

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/caddy-django/gateway/probe"
)

// oldPython is one that the probe cannot be read by: it takes 3.8.
var oldPython = regexp.MustCompile(`^python(2|3\.[0-7]$)`)

// whySilent finds out why the probe at an upstream does not answer, and what to do.
func (s *Setup) whySilent(upstream, secret string) (what, fix string) {
	listeners := s.listeners(upstream)
	if len(listeners) == 0 {
		return "who listens there is not to be seen from here", fixProbe + "; a proxy between has to pass the headers that begin with X-Django-Probe; ask as root, on the machine of Django's server, for what it is"
	}
	at := max(slices.IndexFunc(listeners, process.isPython), 0)
	p := listeners[at]
	switch {
	case !p.isPython():
		return fmt.Sprintf("%s listens there, which is no Python", p), "if it is a proxy, have it pass the headers that begin with X-Django-Probe, or have the gateway ask Django's server itself"
	case probe.IgnoredBy(p.args()) != "":
		return fmt.Sprintf("%s runs with %s, by which Python does not import it", p, probe.IgnoredBy(p.args())), "leave that out, also in the first line of the script that is run"
	case oldPython.MatchString(filepath.Base(p.program())):
		return fmt.Sprintf("%s runs %s", p, p.program()), "have it run Python 3.8 or later"
	case !p.readable():
		return fmt.Sprintf("the environment of %s is not to be read from here", p), fixProbe + "; ask as root for what it is"
	}
	if what, fix := p.path(); what != "" {
		return what, fix
	}
	if what := p.secret(secret); what != "" {
		return what, "give both sides one secret, and start again what has the old one"
	}
	what = fmt.Sprintf("%s has its file and the secret", p)
	if s.Project != nil && filepath.IsAbs(p.args()[0]) && p.args()[0] != s.Project.Python {
		what += fmt.Sprintf(", and runs %s, where the project has %s", p.args()[0], s.Project.Python)
	}
	return what, `start Django again; what the probe itself says begins with "django probe:" in the log of the server, and says nothing if that imports no Django`
}

func (p process) isPython() bool {
	// uWSGI has it inside.
	return probe.IsPython(p.args()[0]) || probe.IsPython(p.program()) || p.name() == "uwsgi"
}

// path says what is wrong with its PYTHONPATH, or "", and how to fix it.
func (p process) path() (what, fix string) {
	path := variable(string(p), "PYTHONPATH")
	if path == "" {
		return fmt.Sprintf("%s has no PYTHONPATH", p), fixProbe
	}
	other := ""
	for _, dir := range filepath.SplitList(path) {
		file := filepath.Join(dir, probe.FileName)
		text, err := os.ReadFile(p.file(file))
		switch {
		case errors.Is(err, fs.ErrPermission):
			return fmt.Sprintf("%s is not yours to read: ask as root whether it is the probe's", file), fixProbe
		case err != nil:
		case !probe.IsFile(text):
			other = file
		case other != "":
			return fmt.Sprintf("on the PYTHONPATH of %s, %s comes before it", p, other), fixProbe + "; if that file is an agent's, start the server with <agent> caddy django run -- <server>"
		case !probe.HasPackage(filepath.Dir(p.file(file)), text):
			return fmt.Sprintf("%s is the probe's, but %s is not beside it", file, filepath.Join(dir, probe.PackageName)), "install both with caddy django probe install " + dir + ", and start Django again"
		default:
			return "", ""
		}
	}
	return fmt.Sprintf("on the PYTHONPATH of %s, which is %s, its file is not", p, path), fixProbe
}

// secret says what is wrong with the secret in its environment, or "".
func (p process) secret(want string) string {
	has, file := strings.TrimSpace(variable(string(p), "DJANGO_PROBE_SECRET")), variable(string(p), "DJANGO_PROBE_SECRET_FILE")
	from := "DJANGO_PROBE_SECRET"
	switch {
	case has != "":
	case file == "":
		return fmt.Sprintf("%s has neither DJANGO_PROBE_SECRET nor DJANGO_PROBE_SECRET_FILE", p)
	default:
		from = file
		var err error
		if has, err = probe.ReadSecret(p.file(file)); err != nil {
			return fmt.Sprintf("%s has no secret: DJANGO_PROBE_SECRET_FILE: %v", p, err)
		}
	}
	if has != want {
		return fmt.Sprintf("the secret of %s, from %s, is not that of the gateway", p, from)
	}
	return ""
}
