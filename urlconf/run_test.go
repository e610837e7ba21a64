package urlconf

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// fake makes a Python of a shell script.
func fake(t *testing.T, script string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "python")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

// manageOf is a manage.py as django-admin startproject writes it.
func manageOf(settings string) string {
	return "import os\nimport sys\n\nif __name__ == '__main__':\n" +
		"    os.environ.setdefault('DJANGO_SETTINGS_MODULE', '" + settings + "')\n" +
		"    from django.core.management import execute_from_command_line\n" +
		"    execute_from_command_line(sys.argv)\n"
}

// project makes one of its settings and its URLconf.
func project(t *testing.T, settings, urls string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"manage.py":   manageOf("settings"),
		"settings.py": "SECRET_KEY = 'x'\nROOT_URLCONF = 'urls'\n" + settings,
		"urls.py":     urls,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestAProjectThatDoesNotLoadSaysWhy(t *testing.T) {
	for name, c := range map[string]struct {
		settings, urls string
		reason, last   string // the exception, and what the error ends the traceback with
		output         string
	}{
		"a module is missing": {
			settings: "import payment_provider",
			reason:   "ModuleNotFoundError: No module named 'payment_provider'", last: "import payment_provider",
			output: "Traceback (most recent call last):",
		},
		"the URLconf is not Python": {
			urls:   "urlpatterns = [\n",
			reason: "SyntaxError: ", last: "urls.py\", line 1",
		},
		"a setting is missing": {
			settings: "from django.core.exceptions import ImproperlyConfigured\nraise ImproperlyConfigured('Set DATABASE_URL.\\n  See the manual,\\npage 3.')",
			reason:   "django.core.exceptions.ImproperlyConfigured: Set DATABASE_URL.", last: "\n  See the manual,\npage 3.\nit ran: ",
		},
		"the URLconf has no patterns": {
			urls:   "pages = []",
			reason: "django.core.exceptions.ImproperlyConfigured: The included URLconf 'urls' does not appear to have",
		},
		"an app cannot be found": {
			settings: "INSTALLED_APPS = ['basket']",
			reason:   "ModuleNotFoundError: No module named 'basket'",
		},
		"a middleware cannot be found": {
			settings: "MIDDLEWARE = ['basket.Middleware']", urls: "urlpatterns = []",
			reason: "ModuleNotFoundError: No module named 'basket'",
		},
		"the settings give up": {
			settings: "import sys\nprint('no licence for é')\nsys.exit(3)",
			reason:   "SystemExit: 3", output: "no licence for é\n",
		},
		"the settings end the process": {
			settings: "import os\nos._exit(0)",
			reason:   "it ended before Django was done, with exit status 0",
		},
		"the settings end the process with an error": {
			settings: "import os\nos._exit(1)",
			reason:   "it ended before Django was done, with exit status 1",
		},
		"the settings end the process as a Python of no use would": {
			settings: "import os\nos._exit(2)",
			reason:   "it ended before Django was done, with exit status 2",
		},
		"the process is killed": {
			settings: "import os\nos.kill(os.getpid(), 9)",
			reason:   "it ended before Django was done, with signal: killed",
		},
	} {
		t.Run(name, func(t *testing.T) {
			clear(t)
			// As a service has it, before Python learned to make UTF-8 of it.
			for name, value := range map[string]string{"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"} {
				t.Setenv(name, value)
			}
			python, dir := django(t), project(t, c.settings, c.urls)
			_, err := Project{Dir: dir, Python: python}.Export(t.Context())
			failed, ok := errors.AsType[*LoadError](err)
			if !ok {
				t.Fatalf("got %v, want a LoadError", err)
			}
			if !strings.HasPrefix(failed.Reason, c.reason) || strings.Contains(failed.Reason, "\n") {
				t.Errorf("the reason is %q, want %q", failed.Reason, c.reason)
			}
			if !strings.Contains(failed.Output, c.output) {
				t.Errorf("the output lacks %q:\n%s", c.output, failed.Output)
			}
			absolute, _ := filepath.Abs(python)
			for _, want := range []string{
				c.reason,
				c.last,
				"cd " + dir + " && DJANGO_SETTINGS_MODULE=settings " + absolute + " " + dir + "/manage.py check, up to the settings\n",
				" settings (settings, from manage.py)",
				" python (" + absolute + ", from " + optionPython + ")",
			} {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("the error lacks %q:\n%v", want, err)
				}
			}
		})
	}
}

func TestAProjectIsExportedInSpiteOf(t *testing.T) {
	for name, settings := range map[string]string{
		"a thread that does not end":      "import threading, time\nthreading.Thread(target=time.sleep, args=(600,)).start()",
		"a process that holds its output": "import subprocess\nsubprocess.Popen(['sleep', '10'])",
		"a standard output thrown away":   "import sys\nsys.stdout = None",
		"settings that ask what runs":     "import sys\nassert sys.argv == ['manage.py', 'check']",
		"a loop of prints":                "for n in range(20000): print('still here', n)",
		"a read of standard input":        "import sys\nassert sys.stdin.read() == ''",
	} {
		t.Run(name, func(t *testing.T) {
			clear(t)
			dir := project(t, settings, "urlpatterns = []")
			start := time.Now()
			document, _ := export(t, Project{Dir: dir, Python: django(t)})
			if patterns, ok := document["patterns"].([]any); !ok || len(patterns) > 0 {
				t.Errorf("the patterns are %v", document["patterns"])
			}
			if took := time.Since(start); took > straggling+6*time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
}

func TestAProjectThatHangsIsEnded(t *testing.T) {
	clear(t)
	p := Project{Dir: project(t, "", ""), Python: fake(t, "echo connecting; exec sleep 60")}
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	_, err := p.Export(ctx)
	failed, ok := errors.AsType[*LoadError](err)
	if !ok || failed.Reason != "it was not done after 1 s" || failed.Output != "connecting\n" {
		t.Errorf("got %v", err)
	}
}

func TestAnExportCanBeCanceled(t *testing.T) {
	clear(t)
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(200*time.Millisecond, cancel)
	_, err := Project{Dir: project(t, "", ""), Python: fake(t, "exec sleep 60")}.Export(ctx)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want it canceled", err)
	}
}

func TestWhatPythonCannotDoIsSaidInALine(t *testing.T) {
	for name, c := range map[string]struct{ script, want string }{
		"there is no Django":             {`exec python3 -S "$@"`, "(from --python (python in a Caddyfile)) cannot run the project: it has no Django: activate the environment of the project, or name its Python with --python"},
		"the URLconf is of no end":       {`head -c 67108865 /dev/zero >"$2"`, "the URLconf takes more than 64 MB as JSON"},
		"the interpreter does not start": {"", "starting the Python of --python (python in a Caddyfile): "},
	} {
		t.Run(name, func(t *testing.T) {
			clear(t)
			t.Setenv("PYTHONPATH", "")
			python := fake(t, c.script)
			if c.script == "" {
				if err := os.WriteFile(python, []byte("#!/no/such/interpreter\n"), 0o755); err != nil {
					t.Fatal(err)
				}
			}
			_, err := Project{Dir: project(t, "", ""), Python: python}.Export(t.Context())
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestASettingsModuleThatIsMisspeltIsNamed(t *testing.T) {
	clear(t)
	python, dir := django(t), project(t, "", "urlpatterns = []")
	_, err := Project{Dir: dir, Python: python, Settings: "sohp.settings"}.Export(t.Context())
	want := "to fix it: correct the name of the settings module sohp.settings: " + dir + " has no module sohp"
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %q", err, want)
	}
}
