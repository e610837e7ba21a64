package urlconf

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	promtest "github.com/prometheus/client_golang/prometheus/testutil"
	"go.uber.org/goleak"

	"github.com/caddy-django/gateway/internal/testutil"
)

// document is a URLconf with one route.
func document(name string) string {
	return fmt.Sprintf(`{"version": 1, "hash": "sha256:%s", "django": "5.2", "settings": "shop.settings", "patterns": [
		{"kind": "path", "route": "%s/", "endpoint": true, "view": "shop.views.%s"}]}`, name, name, name)
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := WriteFile(path, []byte(text)); err != nil {
		t.Fatal(err)
	}
}

// log collects what is logged, by concurrent writers.
type log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *log) has(text string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Contains(l.text.String(), text)
}

func newSources(t *testing.T, cache string) (*Sources, *log) {
	t.Helper()
	t.Cleanup(func() { goleak.VerifyNone(t) })
	log := new(log)
	s := NewSources(cache, slog.New(slog.NewTextHandler(log, nil)))
	s.interval = 5 * time.Millisecond
	return s, log
}

// view is that of the only route in force, or empty.
func view(s *Source) string {
	resolver := s.Live().Resolver()
	if resolver == nil || len(resolver.Routes()) == 0 {
		return ""
	}
	return resolver.Routes()[0].View
}

var eventually = testutil.Eventually

func TestAFileIsReadAgainWhenItChanges(t *testing.T) {
	sources, log := newSources(t, "")
	path := filepath.Join(t.TempDir(), "routes.json")
	write(t, path, document("books"))
	source, err := sources.File(path)
	if err != nil {
		t.Fatal(err)
	}
	defer sources.Release(source)
	if got := view(source); got != "shop.views.books" {
		t.Fatalf("the view is %q before it starts", got)
	}
	sources.Start()

	write(t, path, document("users"))
	eventually(t, "the new routes", func() bool { return view(source) == "shop.views.users" })

	for name, spoil := range map[string]func() error{
		"truncated":          func() error { return os.Truncate(path, 20) },
		"of another version": func() error { return os.WriteFile(path, []byte(`{"version": 2}`), 0o644) },
		"gone":               func() error { return os.Remove(path) },
		"a regex no engine takes": func() error {
			return os.WriteFile(path, []byte(`{"version": 1, "patterns": [{"kind": "re_path", "regex": "(", "route": "(", "view": "v"}]}`), 0o644)
		},
	} {
		write(t, path, document("users"))
		eventually(t, "right again", func() bool { return source.Status().Error == "" })
		if err := spoil(); err != nil {
			t.Fatal(err)
		}
		eventually(t, name, func() bool { return source.Status().Error != "" })
		if got := view(source); got != "shop.views.users" {
			t.Errorf("%s: the view is %q", name, got)
		}
		if message := source.Status().Error; !strings.Contains(message, path) {
			t.Errorf("%s: the error does not name the file: %s", name, message)
		}
	}
	if !log.has("the last good ones stay") {
		t.Error("the log does not say that the last good routes stay")
	}
	write(t, path, document("orders"))
	eventually(t, "the routes after the mistakes", func() bool { return view(source) == "shop.views.orders" })
}

func TestALookDoesNotWaitForTheNextOne(t *testing.T) {
	sources, _ := newSources(t, "")
	sources.interval = time.Hour
	path := filepath.Join(t.TempDir(), "routes.json")
	write(t, path, document("books"))
	source, err := sources.File(path)
	if err != nil {
		t.Fatal(err)
	}
	defer sources.Release(source)
	sources.Start()
	for _, name := range []string{"users", "orders"} {
		write(t, path, document(name))
		sources.Look()
		eventually(t, "the routes of "+name, func() bool { return view(source) == "shop.views."+name })
	}
	for range 3 {
		source.Look() // waits for nobody
	}
}

func TestAFileThatIsNotRightIsRefused(t *testing.T) {
	dir := t.TempDir()
	for name, c := range map[string]struct{ text, want string }{
		"truncated":            {document("books")[:100], "line 2, column"},
		"of another version":   {`{"version": 7, "patterns": []}`, "version 7, want 1: export it again"},
		"another kind of file": {"hello", "line 1, column 1"},
	} {
		t.Run(name, func(t *testing.T) {
			sources, _ := newSources(t, "")
			path := filepath.Join(dir, "routes.json")
			write(t, path, c.text)
			_, err := sources.File(path)
			if err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one that has %q", err, c.want)
			}
			if n := len(sources.Status()); n != 0 {
				t.Errorf("%d sources stay", n)
			}
		})
	}
	sources, _ := newSources(t, "")
	_, err := sources.File(filepath.Join(dir, "none.json"))
	if !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), "caddy django routes") {
		t.Errorf("no file: %v", err)
	}
	huge := filepath.Join(dir, "huge.json")
	if err := os.WriteFile(huge, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(huge, 100<<20); err != nil { // sparse
		t.Fatal(err)
	}
	if _, err := sources.File(huge); err == nil || !strings.Contains(err.Error(), "larger than 64 MB") {
		t.Errorf("100 MB: %v", err)
	}
}

func TestUsersShareASource(t *testing.T) {
	sources, _ := newSources(t, "")
	path := filepath.Join(t.TempDir(), "routes.json")
	write(t, path, document("books"))
	first, err := sources.File(path)
	if err != nil {
		t.Fatal(err)
	}
	sources.Start()
	write(t, path, "broken")
	if _, err := sources.File(path); err == nil {
		t.Error("a second user gets a file that is not right")
	}
	if got := view(first); got != "shop.views.books" {
		t.Errorf("the first user lost its routes: %q", got)
	}
	write(t, path, document("users"))
	second, err := sources.File(path)
	if err != nil {
		t.Fatal(err)
	}
	if first != second || view(first) != "shop.views.users" {
		t.Error("the second user has a source of its own")
	}
	sources.Start()
	sources.Release(first)
	if got := view(second); got != "shop.views.users" {
		t.Errorf("the routes went with the first user: %q", got)
	}
	sources.Release(second)
	if view(second) != "" || len(sources.Status()) != 0 {
		t.Error("it goes on without a user")
	}
}

func TestMetricsOfSources(t *testing.T) {
	sources, _ := newSources(t, "")
	path := filepath.Join(t.TempDir(), "routes.json")
	write(t, path, document("books"))
	source, err := sources.File(path)
	if err != nil {
		t.Fatal(err)
	}
	defer sources.Release(source)
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(sources.Collectors()...)
	metrics := func(successful string) string {
		return strings.NewReplacer("PATH", path, "OK", successful).Replace(`
# HELP django_routes Routes of the project's URLconf that is in force; 0 before there is one.
# TYPE django_routes gauge
django_routes{source="PATH"} 1
# HELP django_routes_gave_up_total Requests whose path took too long to resolve; they are counted as the route _other.
# TYPE django_routes_gave_up_total counter
django_routes_gave_up_total{source="PATH"} 0
# HELP django_routes_last_load_successful Whether the project's URLconf could be loaded the last time: 1 or 0.
# TYPE django_routes_last_load_successful gauge
django_routes_last_load_successful{source="PATH"} OK
`)
	}
	names := []string{"django_routes", "django_routes_last_load_successful", "django_routes_gave_up_total"}
	if err := promtest.GatherAndCompare(registry, strings.NewReader(metrics("1")), names...); err != nil {
		t.Error(err)
	}
	if loaded := source.Status().Loaded; time.Since(loaded) > time.Minute {
		t.Errorf("loaded at %v", loaded)
	}
	write(t, path, "broken")
	if err := source.load(t.Context()); err == nil {
		t.Fatal("it loads")
	}
	if err := promtest.GatherAndCompare(registry, strings.NewReader(metrics("0")), names...); err != nil {
		t.Error(err)
	}
}

func TestADirectoryIsNoFileOfRoutes(t *testing.T) {
	shop := newProject(t, "first")
	sources, _ := newSources(t, "")
	source, err := sources.Project(Project{Dir: shop.Dir, Python: shop.Python})
	if err != nil {
		t.Fatal(err)
	}
	defer sources.Release(source)
	if _, err := sources.File(shop.Dir); err == nil || !strings.Contains(err.Error(), "write routes export "+shop.Dir) {
		t.Errorf("got %v, want a hint at export", err)
	}
}

func TestADocumentIsWrittenToWhatIsThere(t *testing.T) {
	dir := t.TempDir()
	target, link := filepath.Join(dir, "releases.json"), filepath.Join(dir, "routes.json")
	write(t, target, "old")
	if err := os.Symlink(target, link); err != nil {
		t.Fatal(err)
	}
	write(t, link, "new")
	if text, err := os.ReadFile(target); err != nil || string(text) != "new" {
		t.Errorf("behind the link is %q, %v", text, err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is %v, %v", info.Mode(), err)
	}
	if err := WriteFile(os.DevNull, []byte("x")); err != nil {
		t.Error(err)
	}
	if info, err := os.Stat(os.DevNull); err != nil || info.Mode().IsRegular() {
		t.Fatalf("%s is %v, %v", os.DevNull, info.Mode(), err)
	}
}

// restless is a project that writes a file when it is imported.
type restless struct{ reads *atomic.Int64 }

func (restless) name() string { return "restless" }
func (r restless) read(context.Context) ([]byte, error) {
	r.reads.Add(1)
	time.Sleep(10 * time.Millisecond)
	return []byte(document("books")), nil
}
func (r restless) stamp(context.Context) string { return fmt.Sprint(r.reads.Load()) }

func TestAProjectThatChangesWhenItIsReadIsNotReadAllTheTime(t *testing.T) {
	sources, _ := newSources(t, "")
	sources.interval = time.Millisecond
	reads := new(atomic.Int64)
	source := sources.acquire(restless{reads}, "")
	sources.Start()
	time.Sleep(500 * time.Millisecond)
	sources.Release(source)
	if n := reads.Load(); n < 2 || n > 6 {
		t.Errorf("it is read %d times, want about 5", n)
	}
}
