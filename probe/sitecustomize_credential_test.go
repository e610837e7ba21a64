package probe_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/caddy-django/gateway/probe"
	"github.com/caddy-django/gateway/probe/probetest"
)

type credentialCase struct {
	headers []string // of requests with the method GET, one after the other
	answers []string // beginnings; empty: none
	logs    string
}

// credentials are made anew for each process: their time passes.
func credentials() map[string]credentialCase {
	now := time.Now()
	at := func(ahead time.Duration) string { return fmt.Sprint(now.Add(ahead).Unix()) }
	sign := func(asked string) string { return probetest.Sign(secret, "GET", asked) }
	valid := sign("2;a1;" + at(0))
	return map[string]credentialCase{
		"the first use of it, and no other":                    {[]string{valid, valid, valid}, []string{"2 a1 ", "", ""}, ""},
		"one of the same second with another nonce":            {[]string{sign("2;a1;" + at(0)), sign("2;a2;" + at(0))}, []string{"2 a1 ", "2 a2 "}, ""},
		"a nonce that comes again with another time":           {[]string{sign("2;a1;" + at(0)), sign("2;a1;" + at(-9*time.Second))}, []string{"2 a1 ", "2 a1 "}, ""},
		"clocks that differ by less than a minute":             {[]string{sign("2;a1;" + at(-30*time.Second)), sign("2;a2;" + at(40*time.Second))}, []string{"2 a1 ", "2 a2 "}, ""},
		"an old one with the time alone":                       {[]string{sign("2;a1;" + at(-time.Hour))}, []string{"0 a1 clock="}, "the clock of the gateway differs by -36"},
		"one of the future with the time alone":                {[]string{sign("2;a1;" + at(time.Hour))}, []string{"0 a1 clock="}, "the clock of the gateway differs by "},
		"not one of another secret":                            {[]string{probetest.Sign(secret+"x", "GET", "2;a1;"+at(0))}, []string{""}, ""},
		"not one of another method":                            {[]string{probetest.Sign(secret, "POST", "2;a1;"+at(0))}, []string{""}, ""},
		"not one whose options were changed":                   {[]string{strings.Replace(valid, " ", ";pii ", 1)}, []string{""}, ""},
		"not one whose time was changed":                       {[]string{strings.Replace(valid, ";"+at(0), ";"+at(time.Second), 1)}, []string{""}, ""},
		"not one that was cut":                                 {[]string{valid[:len(valid)-1], strings.TrimSuffix(valid, valid[len("2;a1;1234567890"):])}, []string{"", ""}, ""},
		"not one in capitals":                                  {[]string{strings.ToUpper(valid)}, []string{""}, ""},
		"not one without a time, though its signature is good": {[]string{sign("2;a1;soon"), sign("2;a1"), sign("2")}, []string{"", "", ""}, "reading the gateway's header failed"},
		"not the secret itself":                                {[]string{secret, "2;a1;" + at(0) + " " + secret}, []string{"", ""}, ""},
		"not bytes that are no ASCII":                          {[]string{"2;a1;1 \u00ff", "\u00ff"}, []string{"", ""}, ""},
	}
}

func TestSitecustomizeAnswersACredentialOnce(t *testing.T) {
	python := interpreter(t, "venv", "django")
	for name := range credentials() {
		t.Run(name, func(t *testing.T) {
			for _, server := range []string{"wsgi", "asgi"} {
				c := credentials()[name]
				var requests []request
				for _, header := range c.headers {
					requests = append(requests, request{server, "/", map[string]string{probe.RequestHeader: header}})
				}
				got, stderr := process{python: python, env: []string{"DJANGO_PROBE_SECRET=" + secret}}.answers(t, requests...)
				for i, r := range got {
					line := strings.Join(r.header("X-Django-Probe"), " and ")
					if r.Status != 200 || c.answers[i] == "" && line != "" || !strings.HasPrefix(line, c.answers[i]) {
						t.Errorf("%s: request %d is answered %q, want %q", server, i, line, c.answers[i])
					}
				}
				if n := strings.Count(stderr, "django probe: "); c.logs == "" && n > 0 || c.logs != "" && (n == 0 || !strings.Contains(stderr, c.logs)) {
					t.Errorf("%s: it logs %q", server, stderr)
				}
			}
		})
	}
}

func TestSitecustomizeRemembersABoundedNumberOfNonces(t *testing.T) {
	const program = `
import time
import django.core.handlers.wsgi
from django_probe.credential import KEPT, Nonces
nonces, second = Nonces(), int(time.time())
for number in range(KEPT):
    assert nonces.fresh(f"{number:x}", second - 5, object())
assert not nonces.fresh("0", second - 5, object())
assert nonces.fresh("0", second, object())  # too many: the oldest second is forgotten, and closed
print(nonces.count, nonces.fresh("0", second - 5, object()), nonces.fresh("1", second - 6, object()))
for number in range(200):
    assert nonces.fresh("0", second + number + 1, object())
print(nonces.count, len(nonces.seconds))
`
	out, stderr := process{python: interpreter(t, "venv", "django"), env: []string{"DJANGO_PROBE_SECRET=" + secret}, args: []string{"-c", program}}.run(t)
	if out != "1 False False\n121 121\n" {
		t.Errorf("%s%s", out, stderr)
	}
}

// The secret is in no local, no global and no repr, and in none of the objects that those lead to.
func TestSitecustomizeKeepsTheSecretOutOfReach(t *testing.T) {
	const program = `
import gc, os, sys, types
import django.core.handlers.wsgi, django.core.handlers.asgi
import wsgiref.handlers
secret = os.environ.pop("DJANGO_PROBE_SECRET")
for name, module in list(sys.modules.items()):
    if name.startswith("django_probe") or name == "sitecustomize":
        for key, value in vars(module).items():
            assert secret not in repr(value), (name, key)
            for cell in getattr(value, "__closure__", None) or ():
                assert secret not in repr(cell.cell_contents), (name, key)
assert "DJANGO_PROBE_SECRET" not in wsgiref.handlers.BaseHandler.os_environ
found = [o for o in gc.get_objects() for r in gc.get_referents(o) if type(r) is bytes and r == secret.encode()]
print(len(found))
`
	out, stderr := process{python: interpreter(t, "venv", "django"), env: []string{"DJANGO_PROBE_SECRET=" + secret}, args: []string{"-c", program}}.run(t)
	if out != "1\n" && out != "0\n" { // os.environ has it: servers that a server starts need it
		t.Errorf("%s%s", out, stderr)
	}
}
