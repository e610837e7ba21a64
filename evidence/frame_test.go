package evidence

import (
	"slices"
	"testing"
)

func TestLocated(t *testing.T) {
	path := []string{"/srv/shop", "/srv", "/usr/lib/python311.zip", "/usr/lib/python3.11", "/srv/venv/lib/python3.11/site-packages", `C:\shop`}
	for _, c := range []struct {
		name, file         string
		path               []string
		wantFile, wantName string
		inApp              bool
	}{
		{"the project", "/srv/shop/shop/views.py", path, "shop/views.py", "shop.views", true},
		{"a package", "/srv/shop/shop/__init__.py", path, "shop/__init__.py", "shop", true},
		{"a directory whose name only begins alike", "/srv/shopping/views.py", path, "shopping/views.py", "shopping.views", true},
		{"what pip installed", "/srv/venv/lib/python3.11/site-packages/django/core/handlers/base.py", path, "django/core/handlers/base.py", "django.core.handlers.base", false},
		{"Python's own", "/usr/lib/python3.11/asyncio/base_events.py", path, "asyncio/base_events.py", "asyncio.base_events", false},
		{"Python's own, frozen", "<frozen importlib._bootstrap>", path, "<frozen importlib._bootstrap>", "", false},
		{"code that was made at run time", "<string>", path, "<string>", "", true},
		{"a file that is no module", "/srv/shop/templates/a.html", path, "templates/a.html", "", true},
		{"Windows", `C:\shop\shop\views.py`, path, `shop\views.py`, "shop.views", true},
		{"Windows, what pip installed", `C:\venv\Lib\site-packages\django\urls\base.py`, nil, `django\urls\base.py`, "django.urls.base", false},
		{"Windows, Python's own", `C:\Python312\Lib\json\decoder.py`, nil, `C:\Python312\Lib\json\decoder.py`, "", false},
		{"the project without a path", "/srv/shop/shop/views.py", nil, "/srv/shop/shop/views.py", "", true},
		{"Debian's packages without a path", "/usr/lib/python3/dist-packages/django/urls/base.py", nil, "django/urls/base.py", "django.urls.base", false},
		{"Python's own without a path", "/usr/local/lib/python3.13/json/decoder.py", nil, "json/decoder.py", "json.decoder", false},
		{"a project that is called python", "/srv/python/views.py", nil, "/srv/python/views.py", "", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := Frame{AbsPath: c.file}.located(c.path)
			if f.File != c.wantFile || f.Module != c.wantName || f.InApp != c.inApp {
				t.Errorf("located = %+v", f)
			}
		})
	}
}

func TestPythonPath(t *testing.T) {
	for _, c := range []struct {
		name, list string
		want       []string
	}{
		{"as pprint prints it", "['/srv/shop',\n '/usr/lib/python3.11',\n '']", []string{"/srv/shop", "/usr/lib/python3.11"}},
		{"a name with a quote", `["/srv/o'neill", 'C:\\shop']`, []string{"/srv/o'neill", `C:\shop`}},
		{"one that is cut", "['/srv/shop', '/usr", []string{"/srv/shop"}},
		{"none", "[]", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := pythonPath(c.list); !slices.Equal(got, c.want) {
				t.Errorf("pythonPath = %q, want %q", got, c.want)
			}
		})
	}
}

func TestPlace(t *testing.T) {
	for _, c := range []struct {
		text, function string
		line           int
		ok             bool
	}{
		{", line 12, in <lambda>", "<lambda>", 12, true},
		{", in f", "f", 0, true},
		{", line 12", "", 0, false},
		{", line x, in f", "f", 0, false},
		{"", "", 0, false},
	} {
		if line, function, ok := place(c.text); ok != c.ok || ok && (line != c.line || function != c.function) {
			t.Errorf("place(%q) = %d, %q, %v", c.text, line, function, ok)
		}
	}
}
