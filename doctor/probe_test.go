package doctor

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/caddy-django/gateway/appserver"
	"github.com/caddy-django/gateway/probe"
	"github.com/caddy-django/gateway/probe/probetest"
)

const gatewaySecret = "0123456789abcdef-gateway"

// djangoSaying is a server whose probe answers with these lines, in which %s is the number of the request.
func djangoSaying(t *testing.T, lines ...string) (upstream string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		nonce, ok := probetest.Nonce(gatewaySecret, r.Method, r.Header.Get(probe.RequestHeader))
		if !ok {
			return
		}
		for _, line := range lines {
			w.Header().Add(probe.AnswerHeader, strings.ReplaceAll(line, "%s", nonce))
		}
	}))
	t.Cleanup(server.Close)
	return server.Listener.Addr().String()
}

func TestTheProbeIsAsked(t *testing.T) {
	proc := caddyAs(t, "0")
	write(t, filepath.Join(proc, "99/environ"), "A=1\x00OF_CADDY="+gatewaySecret+"\x00")
	t.Setenv("OF_DOCTOR", gatewaySecret)
	const one = "2 %s dj=5.2.1 py=3.12.4"
	for name, c := range map[string]struct {
		lines   []string
		change  func(*Setup, *Asked)
		verdict Verdict
		words   string
	}{
		"it answers":                          {[]string{one}, nil, OK, "answers, in Django 5.2.1 and Python 3.12.4"},
		"it is of another version":            {[]string{"0 %s speaks=3"}, nil, Fail, "the probe speaks version 3 of the protocol, the gateway version 2 -> install the probe of this gateway with caddy django probe install <dir>"},
		"another request's":                   {[]string{"2 ffff dj=5"}, nil, Fail, "belongs to another request -> see what is between"},
		"its clock differs":                   {[]string{"0 %s clock=1700000000"}, nil, Fail, "the clock of Django's server differs by"},
		"two answers":                         {[]string{one, one}, nil, Fail, "there are 2"},
		"it is silent":                        {nil, nil, Fail, "does not answer: who listens there is not to be seen from here -> give its server the directory of the probe in PYTHONPATH"},
		"nobody is there":                     {nil, func(_ *Setup, a *Asked) { a.Upstream = "127.0.0.1:9" }, Skipped, "127.0.0.1:9 does not answer"},
		"another secret":                      {[]string{one}, func(_ *Setup, a *Asked) { a.Secret = "fedcba9876543210" }, Fail, "does not answer"},
		"the secret is a variable of Caddy's": {[]string{one}, func(_ *Setup, a *Asked) { a.Secret, a.Variable = "", "OF_CADDY" }, OK, "answers"},
		"the secret is a variable of ours":    {[]string{one}, func(_ *Setup, a *Asked) { a.Secret, a.Variable = "", "OF_DOCTOR" }, OK, "answers"},
		"the secret is a variable of nobody's": {[]string{one}, func(_ *Setup, a *Asked) { a.Secret, a.Variable = "", "OF_NOBODY" }, Skipped,
			"ask as root, or with OF_NOBODY in the environment"},
		"the secret is not known":     {[]string{one}, func(_ *Setup, a *Asked) { a.Secret, a.Unknown = "", "it is in a safe" }, Skipped, "it is in a safe"},
		"no site has the option":      {nil, func(s *Setup, _ *Asked) { s.Probed, s.Asked = false, nil }, Skipped, "tracebacks with DEBUG off"},
		"no proxy takes it along":     {nil, func(s *Setup, _ *Asked) { s.Asked = nil }, Fail, "is not asked: no reverse_proxy of its site has the transport for that -> write transport django"},
		"the configuration is hidden": {nil, func(s *Setup, _ *Asked) { s.Upstreams = nil }, Skipped, "--config"},
	} {
		t.Run(name, func(t *testing.T) {
			s := &Setup{Probed: true, Asked: []Asked{{Upstream: djangoSaying(t, c.lines...), Secret: gatewaySecret}}, proc: proc, Upstreams: []string{"x"}}
			if c.change != nil {
				c.change(s, &s.Asked[0])
			}
			found := checkProbe(t.Context(), s)
			expect(t, found, c.verdict, c.words)
			if strings.Contains(found.What+found.Fix, "0123456789") {
				t.Errorf("it shows the secret: %+v", found)
			}
		})
	}
}

func TestOneSilentProbeIsNotHiddenByOthers(t *testing.T) {
	good, silent := Asked{Upstream: djangoSaying(t, "2 %s"), Secret: gatewaySecret}, Asked{Upstream: djangoSaying(t), Secret: gatewaySecret}
	for _, all := range [][]Asked{{good, silent}, {silent, good}} {
		expect(t, checkProbe(t.Context(), &Setup{Probed: true, Asked: all, proc: t.TempDir(), Upstreams: []string{"x"}}), Fail, silent.Upstream+" does not answer")
	}
	unknown := Asked{Upstream: good.Upstream, Unknown: "it is in a safe"}
	for _, all := range [][]Asked{{good, unknown}, {unknown, good}} {
		expect(t, checkProbe(t.Context(), &Setup{Probed: true, Asked: all, proc: t.TempDir(), Upstreams: []string{"x"}}), Skipped, "safe")
	}
}

// listener is a process of a /proc of its own that holds a socket.
type listener struct {
	line, comm, exe string
	environ         []string
	gone            bool // its environment is not to be read
}

func (l listener) at(t *testing.T, upstream string) (proc string) {
	t.Helper()
	proc = t.TempDir()
	dir := filepath.Join(proc, "42")
	write(t, filepath.Join(dir, "cmdline"), strings.ReplaceAll(l.line, " ", "\x00")+"\x00")
	write(t, filepath.Join(dir, "comm"), l.comm+"\n")
	if !l.gone {
		write(t, filepath.Join(dir, "environ"), strings.Join(append([]string{"PATH=/bin"}, l.environ...), "\x00")+"\x00")
	}
	for file, text := range map[string]string{"other/sitecustomize.py": "print()", "empty/x": "", "alone/sitecustomize.py": string(probe.Files()[probe.FileName])} {
		write(t, filepath.Join(proc, "42/root/srv", file), text)
	}
	if _, err := probe.Install(filepath.Join(proc, "42/root/srv/probe")); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(proc, "41/cmdline"), "python3\x00client.py\x00") // of a connection to it
	write(t, filepath.Join(dir, "root/run/good"), gatewaySecret+"\n")
	write(t, filepath.Join(dir, "root/run/bad"), "another-secret-0123456789\n")
	for pid, inode := range map[string]string{"1": "777", "41": "776", "42": "777", "43": "777"} {
		write(t, filepath.Join(proc, pid, "fd/2"), "")
		if err := os.Symlink("socket:["+inode+"]", filepath.Join(proc, pid, "fd/5")); err != nil {
			t.Fatal(err)
		}
	}
	if l.exe != "" {
		os.Symlink(l.exe, filepath.Join(dir, "exe"))
	}
	_, port, _ := net.SplitHostPort(upstream)
	var number int
	fmt.Sscan(port, &number)
	write(t, filepath.Join(proc, "net/tcp"), fmt.Sprintf("  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"+
		"   0: 0100007F:%04X 00000000:0000 01 00000000:00000000 00:00000000 00000000     0        0 776 1 0 100 0 0 10 0\n"+
		"   1: 0100007F:%04[1]X 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 777 1 0 100 0 0 10 0\n", number))
	return proc
}

func TestWhyAProbeIsSilentIsSaid(t *testing.T) {
	const gunicorn = "/venv/bin/python /venv/bin/gunicorn shop.wsgi"
	const path, secret = "PYTHONPATH=/srv/probe", "DJANGO_PROBE_SECRET=" + gatewaySecret
	for name, c := range map[string]struct {
		listener
		words string
	}{
		"a proxy":                      {listener{line: "nginx: master", comm: "nginx", exe: "/usr/sbin/nginx"}, "process 42 (nginx) listens there, which is no Python -> if it is a proxy, have it pass the headers that begin with X-Django-Probe"},
		"an option of Python":          {listener{line: "/usr/bin/python3 -sE /usr/bin/gunicorn", comm: "gunicorn"}, "process 42 (gunicorn) runs with -E, by which"},
		"an old Python":                {listener{line: gunicorn, comm: "gunicorn", exe: "/usr/bin/python3.7"}, "runs /usr/bin/python3.7 -> have it run Python 3.8"},
		"an environment of another":    {listener{line: gunicorn, comm: "gunicorn", gone: true}, "is not to be read from here -> "},
		"no path":                      {listener{line: gunicorn, comm: "gunicorn", environ: []string{secret}}, "process 42 (gunicorn) has no PYTHONPATH -> give its server"},
		"a path without the file":      {listener{line: gunicorn, comm: "gunicorn", environ: []string{"PYTHONPATH=/srv/empty:/none", secret}}, "on the PYTHONPATH of process 42 (gunicorn), which is /srv/empty:/none, its file is not"},
		"a file without its package":   {listener{line: gunicorn, comm: "gunicorn", environ: []string{"PYTHONPATH=/srv/alone", secret}}, "/srv/alone/sitecustomize.py is the probe's, but /srv/alone/django_probe is not beside it -> install"},
		"another's file before it":     {listener{line: gunicorn, comm: "gunicorn", environ: []string{"PYTHONPATH=/srv/other:/srv/probe", secret}}, "/srv/other/sitecustomize.py comes before it"},
		"another's file after it":      {listener{line: gunicorn, comm: "gunicorn", environ: []string{"PYTHONPATH=/srv/probe:/srv/other", secret}}, "has its file and the secret"},
		"no secret":                    {listener{line: gunicorn, comm: "gunicorn", environ: []string{path}}, "has neither DJANGO_PROBE_SECRET nor DJANGO_PROBE_SECRET_FILE -> give both sides one secret"},
		"two secrets":                  {listener{line: gunicorn, comm: "gunicorn", environ: []string{path, "DJANGO_PROBE_SECRET=another-secret-0123456789"}}, "the secret of process 42 (gunicorn), from DJANGO_PROBE_SECRET, is not that of the gateway"},
		"another secret in a file":     {listener{line: gunicorn, comm: "gunicorn", environ: []string{path, "DJANGO_PROBE_SECRET_FILE=/run/bad"}}, "from /run/bad, is not that of the gateway"},
		"a file that is not there":     {listener{line: gunicorn, comm: "gunicorn", environ: []string{path, "DJANGO_PROBE_SECRET_FILE=/run/none"}}, "has no secret: DJANGO_PROBE_SECRET_FILE: "},
		"the variable before a file":   {listener{line: gunicorn, comm: "gunicorn", environ: []string{path, secret, "DJANGO_PROBE_SECRET_FILE=/run/bad"}}, "has its file and the secret"},
		"a secret in a file":           {listener{line: gunicorn, comm: "gunicorn", environ: []string{path, "DJANGO_PROBE_SECRET_FILE=/run/good"}}, "has its file and the secret"},
		"all is well":                  {listener{line: gunicorn, comm: "gunicorn", environ: []string{path, secret}}, `has its file and the secret, and runs /venv/bin/python, where the project has /other/bin/python -> start Django again; what the probe itself says`},
		"a title in place of its line": {listener{line: "gunicorn: master [shop.wsgi]", comm: "gunicorn: maste", exe: "/usr/bin/python3.12"}, "has no PYTHONPATH"},
	} {
		t.Run(name, func(t *testing.T) {
			upstream := djangoSaying(t)
			s := &Setup{Probed: true, Asked: []Asked{{Upstream: upstream, Secret: gatewaySecret}}, Upstreams: []string{upstream}, proc: c.at(t, upstream)}
			s.Project = new(appserver.Project)
			s.Project.Python = "/other/bin/python"
			found := checkProbe(t.Context(), s)
			expect(t, found, Fail, c.words)
			if strings.Contains(found.What+found.Fix, "0123456789") {
				t.Errorf("it shows a secret: %+v", found)
			}
		})
	}
}

func TestWhoListensOnASocketIsFound(t *testing.T) {
	proc := t.TempDir()
	write(t, filepath.Join(proc, "net/unix"), "Num       RefCount Protocol Flags    Type St Inode Path\n"+
		"0000000000000000: 00000003 00000000 00000000 0001 03 775 /run/shop.sock\n"+
		"0000000000000000: 00000002 00000000 00010000 0001 01 776 /run/shop.sock\n"+
		"0000000000000000: 00000002 00000000 00010000 0001 01 777 /run/shop.sock.old\n")
	for pid, inode := range map[string]string{"9": "776", "10": "776", "1": "776", "11": "777", "12": "775"} {
		write(t, filepath.Join(proc, pid, "fd/2"), "")
		if err := os.Symlink("socket:["+inode+"]", filepath.Join(proc, pid, "fd/5")); err != nil {
			t.Fatal(err)
		}
	}
	s := &Setup{proc: proc}
	all := s.listeners("unix//run/shop.sock")
	if len(all) != 2 || all[0].pid() != 9 || all[1].pid() != 10 {
		t.Errorf("found %v", all)
	}
	if all := s.listeners("unix//run/none.sock"); all != nil {
		t.Errorf("found %v", all)
	}
}

func TestASocketThatIsShutLeavesTheProbeUnknown(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may connect to any socket")
	}
	asked := Asked{Upstream: "unix/" + listening(t, 0), Secret: gatewaySecret}
	expect(t, checkProbe(t.Context(), &Setup{Probed: true, Asked: []Asked{asked}, Upstreams: []string{asked.Upstream}, proc: t.TempDir()}), Skipped, "is not open to you: ask as root")
}
