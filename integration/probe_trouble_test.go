package integration

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/caddy-django/gateway/probe"
)

// speaking is a directory with a probe of another version.
func speaking(t *testing.T, version string) string {
	t.Helper()
	return changedProbe(t, "protocol.py", "\nVERSION = \"2\"\n", "\nVERSION = \""+version+"\"\n")
}

// changedProbe is a directory with a probe in which one module has another line.
func changedProbe(t *testing.T, module, line, other string) string {
	t.Helper()
	dir := installedProbe(t)
	file := filepath.Join(dir, probe.PackageName, module)
	known := readFile(t, file)
	text := strings.Replace(known, line, other, 1)
	if text == known {
		t.Fatalf("%s has no line %q", module, line)
	}
	writeFile(t, file, text)
	return dir
}

func TestWhatIsWrongWithAProbeIsSaidOnceAndTheSiteGoesOn(t *testing.T) {
	needs(t, "servers")
	const answers, none = "the probe in Django answers", "the probe in Django does not answer; the site goes on without it"
	other := t.TempDir()
	writeFile(t, filepath.Join(other, "other.py"), "def app(environ, start_response):\n    start_response('200 OK', [('Content-Length', '3')])\n    return [b'ok\\n']\n")
	for _, c := range []struct {
		name    string
		django  served
		gateway string // part of the one line in its log; empty: there is none
		worker  string // the same of Django's
		env     []string
	}{
		{name: "all is well", gateway: answers},
		{name: "Django has no secret", django: served{env: []string{"DJANGO_PROBE_SECRET="}}, gateway: none,
			worker: "neither DJANGO_PROBE_SECRET nor DJANGO_PROBE_SECRET_FILE is set; it stands aside"},
		{name: "Django has a secret that is too short", django: served{env: []string{"DJANGO_PROBE_SECRET=short"}}, gateway: none,
			worker: "the secret is not of 16 to 256 printable ASCII characters without blanks; it stands aside"},
		{name: "Django cannot read its secret", django: served{env: []string{"DJANGO_PROBE_SECRET=", "DJANGO_PROBE_SECRET_FILE=/nowhere/at/all"}}, gateway: none,
			worker: "DJANGO_PROBE_SECRET_FILE cannot be read: FileNotFoundError; it stands aside"},
		{name: "the gateway has none", env: []string{"PROBE=silent"}},
		{name: "the secrets differ", env: []string{"PROBE_SECRET=another-secret-than-django-has"}, gateway: none},
		{name: "the probe is newer", django: served{path: []string{speaking(t, "3")}}, gateway: "the probe speaks version 3 of the protocol, the gateway version 2; the site goes on without it: install the probe of this gateway"},
		{name: "the probe is older", django: served{path: []string{speaking(t, "0")}}, gateway: "the probe speaks version 0 of the protocol, the gateway version 2"},
		{name: "the clocks differ", django: served{path: []string{changedProbe(t, "credential.py", "\nWINDOW = 60", "\nWINDOW = -1")}},
			gateway: "the clock of Django's server differs by", worker: "the clock of the gateway differs by"},
		{name: "the file is not on the path", django: served{path: []string{t.TempDir()}}, gateway: none},
		{name: "Python does not look at the path", django: served{args: append([]string{"-E"}, gunicorn("--pythonpath", "{dir}")...)}, gateway: none},
		{name: "it is not Django", django: served{args: append(gunicorn()[:len(gunicorn())-1], "other:app"), path: []string{installedProbe(t), other}}, gateway: none},
		{name: "there are two probes", django: served{path: []string{installedProbe(t), installedProbe(t)}}, gateway: answers, worker: "there are two probes on the path"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.django.args == nil {
				c.django.args = gunicorn()
			}
			p := c.django.start(t)
			g := newProbing(t, p.Addr, c.env...)
			client := newClient(t)
			for range 5 {
				if got := get(t, client, g.site+"/"); got.status != http.StatusOK {
					t.Errorf("the answer is %d", got.status)
				}
			}
			saidOnce(t, "the gateway", readFile(t, g.Log), "the probe", c.gateway)
			// The master of gunicorn has neither a request nor Django.
			saidOnce(t, "Django", readFile(t, p.Log), "django probe:", c.worker)
		})
	}
}

// saidOnce looks for the one line of a log that begins to speak of something.
func saidOnce(t *testing.T, who, log, of, want string) {
	t.Helper()
	var said []string
	for line := range strings.Lines(log) {
		if strings.Contains(line, of) {
			said = append(said, line)
		}
	}
	if want == "" && len(said) > 0 || want != "" && (len(said) != 1 || !strings.Contains(said[0], want)) {
		t.Errorf("%s says %q, not once %q", who, said, want)
	}
}
