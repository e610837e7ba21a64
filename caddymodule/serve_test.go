package caddymodule

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig"

	"github.com/caddy-django/gateway/appserver"
	"github.com/caddy-django/gateway/urlconf"
)

func servedShop(dir string) *served {
	return &served{
		project: &appserver.Project{
			Runtime:   urlconf.Runtime{Dir: dir, Settings: "shop.settings", Python: "/usr/bin/python3"},
			StaticURL: "/static/", StaticRoot: filepath.Join(dir, "static files"),
			MediaURL: "/media/", MediaRoot: filepath.Join(dir, "media"),
			AllowedHosts: []string{".example.com"}, SecureProxySSLHeader: []string{"HTTP_X_FORWARDED_PROTO", "https"},
		},
		server: &appserver.Server{Name: "gunicorn", Socket: "/run/x/django.sock"},
		listen: "127.0.0.1:8000",
		admin:  "localhost:2019",
	}
}

func TestTheCaddyfileOfAServedProject(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "static files"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		change    func(*served)
		has, lack []string
	}{
		"on an address": {func(*served) {},
			[]string{"\nhttp://:8000 {\n\tbind \"127.0.0.1\"\n\tdjango \"unix//run/x/django.sock\" {\n\t\tstatic \"/static/\" \"" + dir + "/static files\"\n\t\tmedia \"/media/\" ", "protocols h1\n", "{\n\tadmin \"localhost:2019\"\n\tpersist_config off\n\tgrace_period 10s\n"},
			[]string{"sentry", "probe"}},
		"on all addresses":          {func(s *served) { s.listen = ":80" }, []string{"\nhttp://:80 {\n\tdjango ", "\n\t\t\tsite \"localhost\"\n"}, []string{"bind"}},
		"on a name":                 {func(s *served) { s.listen = "192.0.2.1:80" }, []string{"\n\t\t\tsite \"192.0.2.1\"\n"}, nil},
		"without a settings module": {func(s *served) { s.project.Settings = "" }, nil, []string{"settings"}},
		"on domains": {func(s *served) { s.domains = []string{"shop.example.com", "www.example.com"} },
			[]string{"\nshop.example.com, www.example.com {\n\tdjango "}, []string{"bind", "protocols", "\t\t\tsite "}},
		"without files": {func(s *served) { s.project.StaticRoot = dir + "/none"; s.project.MediaURL = "/" }, nil, []string{"static ", "media "}},
		"with files elsewhere": {func(s *served) {
			s.project.StaticURL = "https://cdn.example.com/"
			s.project.MediaURL = "//cdn.example.com/"
		},
			nil, []string{"static ", "media "}},
		"with a probe": {func(s *served) { s.secret = knownSecret }, []string{"\n\t\t\tprobe \"" + knownSecret + "\"\n"}, nil},
		"with a DSN":   {func(s *served) { s.sentry = "{env.SENTRY_DSN}" }, []string{"\n\t\t\tsentry \"{env.SENTRY_DSN}\"\n"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := servedShop(dir)
			c.change(s)
			text := s.caddyfile()
			for _, want := range c.has {
				if !strings.Contains(text, want) {
					t.Errorf("it lacks %q:\n%s", want, text)
				}
			}
			for _, not := range c.lack {
				if strings.Contains(text, not) {
					t.Errorf("it has %q:\n%s", not, text)
				}
			}
			if _, _, err := caddyconfig.GetAdapter("caddyfile").Adapt([]byte(text), nil); err != nil {
				t.Errorf("it is none: %v\n%s", err, text)
			}
		})
	}
}

func TestWhereToServeIsChecked(t *testing.T) {
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	both := freeAddress(t)
	for name, c := range map[string]struct{ args, want string }{
		"no port":                {"--listen 8000", `--listen "8000" is no address: write :8000`},
		"a port too high":        {"--listen :99999", "is no address"},
		"port 0":                 {"--listen :0", "is no address"},
		"a URL":                  {"--listen http://localhost:8000", "is no address"},
		"a port in use":          {"--listen " + busy.Addr().String(), "something else listens on " + busy.Addr().String() + ": stop it, or choose another address with --listen"},
		"an admin port in use":   {"--listen " + freeAddress(t) + " --admin " + busy.Addr().String(), "choose another address with --admin"},
		"one port for both":      {"--listen " + both + " --admin " + both, "something else listens on " + both + ": stop it, or choose another address with --admin"},
		"another machine":        {"--listen 192.0.2.1:8000", "is no address of this machine"},
		"a domain that is a URL": {"--domain https://shop.example.com", "is no domain: write it like shop.example.com"},
		"both":                   {"--domain shop.example.com --listen :8000", "leave one of the two out"},
		"no workers":             {"--workers 0", "--workers 0 is no number above 0: write --workers 4"},
		"no DSN":                 {"--sentry sentry.example.com", "sentry"},
		"no project":             {"--listen " + freeAddress(t) + " --admin " + freeAddress(t) + " --settings x --project " + filepath.Join(t.TempDir(), "none"), "does not exist: use the directory of manage.py"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := run(t, serveCommand(), strings.Fields(c.args)...)
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestAnErrorOfTheConfigurationIsOneOfWhatTheUserWrote(t *testing.T) {
	s := servedShop(t.TempDir())
	s.admin, s.sentry = freeAddress(t), "{env.NO_SUCH_DSN}"
	want := "starting Caddy: sentry \"{env.NO_SUCH_DSN}\": {env.NO_SUCH_DSN} is empty in the environment of Caddy: set what it stands for, or leave the option out"
	if err := s.load(); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestTheSummarySaysWhereStaticFilesComeFrom(t *testing.T) {
	dir := t.TempDir()
	for name, c := range map[string]struct{ url, root, want string }{
		"a directory":    {"/static/", dir, "/static/ from " + dir},
		"none":           {"/static/", "", "left to Django, so the admin has no styles unless it has WhiteNoise: set STATIC_ROOT and run manage.py collectstatic"},
		"one to be made": {"/static/", dir + "/none", "run manage.py collectstatic, for " + dir + "/none is not there"},
		"somewhere else": {"https://cdn.example.com/", "", "elsewhere: https://cdn.example.com/"},
	} {
		s := servedShop(dir)
		s.project.StaticURL, s.project.StaticRoot = c.url, c.root
		if got := s.staticInWords(); !strings.HasSuffix(got, c.want) {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestEachProjectHasAStateOfItsOwn(t *testing.T) {
	t.Setenv("XDG_DATA_HOME", t.TempDir())
	a, again, b := servedShop("/srv/a/shop").state(), servedShop("/srv/a/shop").state(), servedShop("/srv/b/shop").state()
	if a != again || a == b || !strings.HasPrefix(filepath.Base(a), "shop-") || filepath.Dir(a) != filepath.Join(caddy.AppDataDir(), "django", "serve") {
		t.Errorf("%s, %s and %s", a, again, b)
	}
	text := servedShop("/srv/a/shop").caddyfile()
	for _, want := range []string{"\tdjango {\n\t\tstore \"" + a + "/errors.db\"\n", "\t\tmaintenance \"" + a + "/maintenance\"\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("it lacks %q:\n%s", want, text)
		}
	}
}

func TestTheSummaryNamesAnAdminAPIThatIsElsewhere(t *testing.T) {
	s := servedShop(t.TempDir())
	if got := s.addressFlag(); got != "" {
		t.Errorf("%q for Caddy's own", got)
	}
	if s.admin = "localhost:2020"; s.addressFlag() != " --address localhost:2020" {
		t.Errorf("%q", s.addressFlag())
	}
	// CADDY_ADMIN changes Caddy's default here, but may not be set where the command is pasted.
	was := caddy.DefaultAdminListen
	t.Cleanup(func() { caddy.DefaultAdminListen = was })
	if caddy.DefaultAdminListen = s.admin; s.addressFlag() != " --address localhost:2020" {
		t.Errorf("%q with CADDY_ADMIN", s.addressFlag())
	}
}

func TestTheAdminAPIIsNamedAsCurlReachesIt(t *testing.T) {
	for address, want := range map[string]string{
		"localhost:2019": "http://localhost:2019", ":2019": "http://localhost:2019", "0.0.0.0:80": "http://localhost:80",
		"[::]:2019": "http://localhost:2019", "[::1]:2019": "http://[::1]:2019", "192.0.2.1:2019": "http://192.0.2.1:2019",
	} {
		if got := adminURL(address); got != want {
			t.Errorf("%s: got %s, want %s", address, got, want)
		}
	}
}

func TestTheURLIsOneThatDjangoLetsIn(t *testing.T) {
	for name, c := range map[string]struct {
		listen string
		hosts  []string
		want   string
	}{
		"the address":                {"127.0.0.1:8000", []string{"localhost", "127.0.0.1"}, "http://127.0.0.1:8000/"},
		"localhost alone":            {"127.0.0.1:8000", []string{"localhost"}, "http://localhost:8000/"},
		"neither":                    {"127.0.0.1:8000", []string{"example.com"}, "http://127.0.0.1:8000/"},
		"all addresses":              {":8000", nil, "http://localhost:8000/"},
		"an address that others see": {"192.0.2.1:8000", []string{"localhost"}, "http://192.0.2.1:8000/"},
	} {
		t.Run(name, func(t *testing.T) {
			s := servedShop(t.TempDir())
			s.listen, s.project.AllowedHosts = c.listen, c.hosts
			if got := s.urls(); len(got) != 1 || got[0] != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestTheSummaryWarnsOfSettingsThatDoNotFit(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*served)
		want   string // "" for no warning
	}{
		"all is well":            {func(s *served) { s.domains = []string{"shop.example.com"} }, ""},
		"no hosts":               {func(s *served) { s.project.AllowedHosts = nil }, "ALLOWED_HOSTS is empty"},
		"no hosts while DEBUG":   {func(s *served) { s.project.AllowedHosts = nil; s.project.Debug = true }, ""},
		"another host":           {func(s *served) { s.domains = []string{"example.org"} }, "example.org is not in ALLOWED_HOSTS"},
		"hosts without this one": {func(s *served) { s.listen = "127.0.0.1:8000" }, "127.0.0.1 is not in ALLOWED_HOSTS"},
		"localhost is one":       {func(s *served) { s.listen = "127.0.0.1:8000"; s.project.AllowedHosts = []string{"localhost"} }, ""},
		"no header":              {func(s *served) { s.domains = []string{"example.com"}; s.project.SecureProxySSLHeader = nil }, ""},
		"DEBUG on a domain":      {func(s *served) { s.domains = []string{"example.com"}; s.project.Debug = true }, "DEBUG is on"},
		"DEBUG on all addresses": {func(s *served) { s.listen = ":8000"; s.project.Debug = true }, "DEBUG is on"},
	} {
		t.Run(name, func(t *testing.T) {
			s := servedShop(t.TempDir())
			c.change(s)
			got := s.warnings()
			if len(got) > 1 || c.want == "" && len(got) > 0 || c.want != "" && (len(got) == 0 || !strings.Contains(got[0], c.want)) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestASiteIsServedWithoutAProbeThatCannotBe(t *testing.T) {
	data := t.TempDir()
	t.Setenv("XDG_DATA_HOME", data)
	dir := filepath.Join(data, "caddy", "django", "probe")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "sitecustomize.py")
	if err := os.WriteFile(file, []byte("print()"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := servedShop(t.TempDir())
	if s.useProbe(); s.secret != "" || !strings.HasPrefix(s.probe, "none: "+file+" is not the probe's") {
		t.Errorf("%q", s.probe)
	}
	os.Remove(file)
	if s.useProbe(); len(s.secret) != 64 || !strings.HasPrefix(s.probe, "in Django") {
		t.Errorf("%q", s.probe)
	}
	first := s.secret
	if s.useProbe(); s.secret == first {
		t.Error("each start has the same secret")
	}
}
