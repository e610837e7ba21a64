package route

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
)

// site is a Django project whose paths are resolved by Django and by us.
type site struct{ name, dir, settings string }

var (
	demoShop = site{"the demo shop", "../integration/shop", "shop.settings"}

	nastySites = []site{
		{"all that is nasty", "testdata/project", "plain"},
		{"a language in front", "testdata/project", "prefixed"},
		{"no language in front where it is the default", "testdata/project", "unprefixed"},
		{"languages without the middleware", "testdata/project", "without_middleware"},
		{"languages without a prefix", "testdata/project", "unmarked"},
	}

	// thirdPartySites are as others have built them, of packages from PyPI.
	thirdPartySites = []site{
		{"the admin and what else comes with Django", "testdata/thirdparty", "site_admin.settings"},
		{"Django REST framework", "testdata/thirdparty", "site_rest.settings"},
		{"Wagtail", "testdata/thirdparty", "site_wagtail.settings"},
		{"Oscar", "testdata/thirdparty", "site_oscar.settings"},
		{"allauth", "testdata/thirdparty", "site_allauth.settings"},
		{"django CMS", "testdata/thirdparty", "site_cms.settings"},
		{"Ninja", "testdata/thirdparty", "site_ninja.settings"},
	}
)

// How many paths of a site are compared.
const (
	questions      = 20_000
	questionsOfOld = 2_000 // of each other version of Django; as many as questions in the long tests
)

// TestResolveAgreesWithDjango asks the real thing about projects whose URLconf is
// exported, and paths that are made of the patterns in it.
func TestResolveAgreesWithDjango(t *testing.T) {
	agreeAll(t, "django", "venv", append([]site{demoShop}, nastySites...), questions)
}

func TestResolveAgreesWithDjangoOnSitesOfOthers(t *testing.T) {
	agreeAll(t, "thirdparty", "thirdparty", thirdPartySites, questions)
}

// TestResolveAgreesWithOtherDjangos needs an interpreter for each of them. The versions differ in how they read a URLconf,
// which shows in few paths: all of them took most of the time of this package's tests.
func TestResolveAgreesWithOtherDjangos(t *testing.T) {
	paths := questionsOfOld
	if os.Getenv("GATEWAY_TEST_LONG") != "" {
		paths = questions
	}
	for _, version := range otherDjangos {
		t.Run(version, func(t *testing.T) {
			agreeAll(t, "django-"+version, "django-"+version, append([]site{demoShop}, nastySites...), paths)
		})
	}
}

// agreeAll runs the sites in an environment that integration/setup makes, or
// else names as missing.
func agreeAll(t *testing.T, missing, environment string, sites []site, questions int) {
	python := interpreter(t, missing, environment)
	for _, s := range sites {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel() // one waits for Django while the other computes
			conf := s.export(t, python)
			paths := generatePaths(conf, questions)
			agree(t, conf, paths, s.ask(t, python, paths))
		})
	}
}

func interpreter(t *testing.T, missing, environment string) string {
	t.Helper()
	if reason, err := os.ReadFile(filepath.Join("../.build/missing", missing)); err == nil {
		t.Skipf("%s is missing: %s", missing, bytes.TrimSpace(reason))
	}
	python, err := filepath.Abs(filepath.Join("../.build", environment, "bin/python"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(python); err != nil {
		t.Skipf("there is no Python with Django: run integration/setup (%v)", err)
	}
	return python
}

// answer is the route, the view and the name of a path. They are empty where
// Django answers 404.
type answer [3]string

// agree compares what we say with what Django has said.
func agree(t *testing.T, conf *URLConf, paths []string, answers []answer) {
	t.Helper()
	resolver, err := NewResolver(conf)
	if err != nil {
		t.Fatal(err)
	}
	opaque := opaqueAnswers(conf)
	found, gaveUp, undecided, differ := 0, 0, 0, 0
	for i, want := range answers {
		got, err := resolve(resolver, paths[i])
		if err != nil && len(paths[i]) > maxIntDigits/4 {
			gaveUp++ // Python would go on
			continue
		}
		if err != nil {
			t.Errorf("%.200q: %v", paths[i], err)
		}
		if want != (answer{}) {
			found++
		}
		// Only Python knows what a converter of the project refuses.
		if opaque[got] || opaque[want] {
			undecided++
			if got != want {
				differ++
				t.Logf("%.200q: %q, Django says %q, and a converter may be why", paths[i], got, want)
			}
			continue
		}
		if got != want {
			t.Errorf("%.200q: %q, Django says %q", paths[i], got, want)
		}
		agreeMerged(t, conf, resolver, paths[i], want)
	}
	t.Logf("%d of %d paths have a route, %d take too long, %d depend on a converter of the project: of those %d differ",
		found, len(paths), gaveUp, undecided, differ)
	if found < len(paths)/5 || found > len(paths)*19/20 || gaveUp > 2+len(paths)/1000 || undecided > len(paths)/10 || differ > len(paths)/1000 {
		t.Error("the paths are of no use")
	}
}

func resolve(r *Resolver, path string) (answer, error) {
	route, err := r.Resolve(DecodePath(path))
	for tries := 0; err != nil && tries < 5; tries++ { // the machine may be busy
		route, err = r.Resolve(DecodePath(path))
	}
	if route == nil {
		return answer{}, err
	}
	return answer{route.Route, route.View, route.Name}, err
}

// opaqueAnswers are those below a converter of the project.
func opaqueAnswers(conf *URLConf) map[answer]bool {
	answers := make(map[answer]bool)
	for _, language := range newLanguages(conf).active {
		c := &compiler{conf: conf, language: language}
		for _, nodes := range leaves(conf.Patterns, nil) {
			var above parent
			opaque := false
			for _, n := range nodes {
				above = above.join(n, c.translation(n).Route, "", "")
				for _, converter := range n.Converters {
					opaque = opaque || converter.Opaque
				}
			}
			if leaf := nodes[len(nodes)-1]; opaque {
				answers[answer{above.route, leaf.View, leaf.Name}] = true
			}
		}
	}
	return answers
}

// leaves are the patterns that have a view, each with all that include it.
func leaves(nodes, above []*URLNode) [][]*URLNode {
	var all [][]*URLNode
	for _, n := range nodes {
		path := append(slices.Clip(above), n)
		if n.View != "" {
			all = append(all, path)
		}
		all = append(all, leaves(n.Children, path)...)
	}
	return all
}

func (s site) command(t *testing.T, python string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(python, append([]string{"-W", "ignore"}, args...)...)
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), "DJANGO_SETTINGS_MODULE="+s.settings, "PYTHONDONTWRITEBYTECODE=1", "SHOP_DATA="+t.TempDir())
	cmd.Stderr = os.Stderr
	return cmd
}

func (s site) export(t *testing.T, python string) *URLConf {
	t.Helper()
	var program []byte
	for _, part := range []string{"hooks.py", "load.py", "export.py"} { // as urlconf runs them
		source, err := os.ReadFile(filepath.Join("../urlconf", part))
		if err != nil {
			t.Fatal(err)
		}
		program = append(append(program, source...), "\n\n"...)
	}
	file := filepath.Join(t.TempDir(), "routes.json")
	root, err := filepath.Abs(s.dir)
	if err != nil {
		t.Fatal(err)
	}
	options, err := json.Marshal(map[string]string{"root": root, "settings": s.settings})
	if err != nil {
		t.Fatal(err)
	}
	cmd := s.command(t, python, "-", file, string(options))
	cmd.Stdin = bytes.NewReader(program)
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	conf, err := LoadURLConf(file)
	if err != nil {
		t.Fatal(err)
	}
	return conf
}

func (s site) ask(t *testing.T, python string, paths []string) []answer {
	t.Helper()
	oracle, err := filepath.Abs("testdata/oracle.py")
	if err != nil {
		t.Fatal(err)
	}
	input, err := json.Marshal(paths)
	if err != nil {
		t.Fatal(err)
	}
	cmd := s.command(t, python, oracle)
	cmd.Stdin = bytes.NewReader(input)
	output, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var answers []answer
	if err := json.Unmarshal(output, &answers); err != nil || len(answers) != len(paths) {
		t.Fatalf("%d answers to %d questions: %v", len(answers), len(paths), err)
	}
	return answers
}
