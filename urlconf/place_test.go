package urlconf

import "testing"

func TestWhereAProjectFailed(t *testing.T) {
	dir := t.TempDir()
	const of = "Traceback (most recent call last):\n"
	for name, c := range map[string]struct{ output, want string }{
		"nothing was printed": {"", ""},
		"in the project": {
			of + "  File \"" + dir + "/shop/settings.py\", line 3, in <module>\n    import stripe\nModuleNotFoundError: …\n",
			dir + "/shop/settings.py, line 3",
		},
		"in a library that the project calls": {
			of + "  File \"" + dir + "/shop/settings.py\", line 9, in <module>\n    env('X')\n  File \"/usr/lib/python3/environ.py\", line 8, in __call__\n",
			dir + "/shop/settings.py, line 9",
		},
		"in the project's own virtual environment": {
			of + "  File \"" + dir + "/.venv/lib/python3.11/site-packages/x.py\", line 1, in <module>\n",
			dir + "/.venv/lib/python3.11/site-packages/x.py, line 1",
		},
		"in an import that Django makes": {
			of + "  File \"/usr/lib/python3/django/conf.py\", line 5, in f\n  File \"/usr/lib/python3/importlib/__init__.py\", line 126, in import_module\n",
			"/usr/lib/python3/django/conf.py, line 5",
		},
		"not in the project at all": {
			of + "  File \"<stdin>\", line 7, in <module>\n  File \"/usr/lib/python3/django/conf.py\", line 5, in f\n  File \"<frozen importlib._bootstrap>\", line 8, in g\n",
			"/usr/lib/python3/django/conf.py, line 5",
		},
	} {
		t.Run(name, func(t *testing.T) {
			failed := &LoadError{Output: c.output, run: &run{root: dir}}
			if got := failed.Place(); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
