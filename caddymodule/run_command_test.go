package caddymodule

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/caddy-django/gateway/probe"
)

const knownSecret = "0123456789abcdef-known"

// TestMain lets a test run the command in a process of its own, for it to become another.
func TestMain(m *testing.M) {
	if os.Getenv("TEST_BECOME") != "" {
		cmd := runCommand()
		cmd.SetArgs(os.Args[1:])
		cmd.SilenceUsage, cmd.SilenceErrors = true, true
		if err := cmd.Execute(); err != nil {
			os.Stderr.WriteString(err.Error() + "\n")
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

// become runs the command with these variables, and returns what it printed.
func become(t *testing.T, environment []string, args ...string) (stdout, stderr string, pid int) {
	t.Helper()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append([]string{"TEST_BECOME=1", "PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir()}, environment...)
	var out, problems strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &problems
	_ = cmd.Run() // what it printed tells
	return out.String(), problems.String(), cmd.Process.Pid
}

const printsEnvironment = `echo $$; echo "$PYTHONPATH"; echo "$DJANGO_PROBE_SECRET"; echo "$DJANGO_PROBE_SECRET_FILE"; echo "$@"`

func TestTheServerRunsWithTheProbe(t *testing.T) {
	dir := t.TempDir()
	made := filepath.Join(dir, "made")
	given := filepath.Join(dir, "given")
	if err := os.WriteFile(given, []byte(knownSecret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		environment  []string
		flags        []string
		secret, file string
		path         string
	}{
		"the secret of the environment":       {[]string{"DJANGO_PROBE_SECRET=" + knownSecret}, nil, knownSecret, "", dir},
		"a line break after the secret":       {[]string{"DJANGO_PROBE_SECRET=" + knownSecret + "\n"}, nil, knownSecret + "\n", "", dir},
		"the file of the environment":         {[]string{"DJANGO_PROBE_SECRET_FILE=" + given}, nil, "", given, dir},
		"a file that is there":                {nil, []string{"--secret-file", given}, "", given, dir},
		"a file that is made":                 {nil, []string{"--secret-file", made}, "", made, dir},
		"the environment goes before a flag":  {[]string{"DJANGO_PROBE_SECRET=" + knownSecret}, []string{"--secret-file", filepath.Join(dir, "x")}, knownSecret, "", dir},
		"what is on the path stays behind it": {[]string{"DJANGO_PROBE_SECRET=" + knownSecret, "PYTHONPATH=/a:/b"}, nil, knownSecret, "", dir + ":/a:/b"},
	} {
		t.Run(name, func(t *testing.T) {
			args := append(c.flags, "--probe-dir", dir, "--", "sh", "-c", printsEnvironment, "sh", "--workers", "4")
			out, problems, pid := become(t, c.environment, args...)
			if want := strings.Join([]string{strconv.Itoa(pid), c.path, c.secret, c.file, "--workers 4", ""}, "\n"); out != want || problems != "" {
				t.Errorf("got %q and %q, want %q", out, problems, want)
			}
			if text, _ := os.ReadFile(filepath.Join(dir, probe.FileName)); !probe.IsFile(text) {
				t.Error("there is no probe")
			}
		})
	}
	if secret, err := probe.ReadSecret(made); err != nil || len(secret) != 64 {
		t.Errorf("%d characters were made, error %v", len(secret), err)
	}
	if _, err := os.Stat(filepath.Join(dir, "x")); err == nil {
		t.Error("a secret was made that nobody has asked for")
	}
}

func TestTheProbeIsInTheDataDirectoryByItself(t *testing.T) {
	data := t.TempDir()
	out, problems, _ := become(t, []string{"DJANGO_PROBE_SECRET=" + knownSecret, "XDG_DATA_HOME=" + data}, "sh", "-c", printsEnvironment)
	if dir := filepath.Join(data, "caddy", "django", "probe"); !strings.Contains(out, "\n"+dir+"\n") || problems != "" {
		t.Errorf("got %q and %q, want %s", out, problems, dir)
	}
}

func TestWhatCannotRunIsALine(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string, mode os.FileMode) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	short, plain := write("short", "hunter2", 0o600), write("plain", "", 0o600)
	orphan := write("orphan", "#!/none/python\n", 0o700)
	foreign := filepath.Dir(write("sitecustomize.py", "print()", 0o600))
	secret := "DJANGO_PROBE_SECRET=" + knownSecret
	for name, c := range map[string]struct{ variable, args, want string }{
		"nothing":                     {secret, "", "there is no command to run: write caddy django run -- gunicorn shop.wsgi"},
		"no such command":             {secret, "-- no-gunicorn shop.wsgi", "no-gunicorn is not in PATH: write where it is, such as /srv/shop/venv/bin/no-gunicorn"},
		"no such file":                {secret, "-- /none/gunicorn shop.wsgi", "/none/gunicorn is not there: write where it is"},
		"no program":                  {secret, "-- " + plain, plain + " is no program that this user may run"},
		"an interpreter that is gone": {secret, "--probe-dir " + dir + "/probe -- " + orphan, orphan + " does not start: its first line names an interpreter that is not there"},
		"no secret":                   {"X=", "-- true", "the probe has no secret: set DJANGO_PROBE_SECRET to that of the gateway, or add --secret-file"},
		"a short secret":              {"DJANGO_PROBE_SECRET=hunter2", "-- true", "DJANGO_PROBE_SECRET has 7 characters, not 16 to 256"},
		"a file that is not there":    {"DJANGO_PROBE_SECRET_FILE=/none", "-- true", "DJANGO_PROBE_SECRET_FILE: open /none: no such file"},
		"a file with a short secret":  {"X=", "--secret-file " + short + " -- true", "the secret in " + short + " has 7 characters"},
		"a file nowhere":              {"X=", "--secret-file /none/secret -- true", "choose a file in a directory that is there"},
		"a probe of another":          {secret, "--probe-dir " + foreign + " -- true", foreign + "/sitecustomize.py is not the probe's"},
		"no such flag":                {secret, "--secret x -- true", "unknown flag: --secret"},
	} {
		t.Run(name, func(t *testing.T) {
			out, problems, _ := become(t, []string{c.variable}, strings.Fields(c.args)...)
			if !strings.Contains(problems, c.want) || strings.Count(problems, "\n") != 1 || strings.Contains(problems, "hunter2") || out != "" {
				t.Errorf("got %q and %q, want %q", out, problems, c.want)
			}
		})
	}
}

func TestAPythonThatIgnoresTheProbeIsNamed(t *testing.T) {
	python := filepath.Join(t.TempDir(), "python3")
	if err := os.WriteFile(python, []byte("#!/bin/sh\necho runs\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	out, problems, _ := become(t, []string{"DJANGO_PROBE_SECRET=" + knownSecret}, "--", python, "-I", "x.py")
	if want := "caddy django run: " + python + " -I does not import the probe, and the gateway goes without it: leave -I out\n"; out != "runs\n" || problems != want {
		t.Errorf("got %q and %q", out, problems)
	}
}

func TestInstallingSaysWhatToSet(t *testing.T) {
	dir := t.TempDir()
	text, err := run(t, probeCommand(), "install", dir)
	for _, want := range []string{dir + "/sitecustomize.py is the probe", "\n  PYTHONPATH=" + dir + "\n", "\n  DJANGO_PROBE_SECRET=<", "\n  probe {env.DJANGO_PROBE_SECRET}\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("it lacks %q: %s, error %v", want, text, err)
		}
	}
	if _, err := run(t, probeCommand(), "uninstall", dir); err == nil {
		t.Error("a verb that there is not is none of an error")
	}
}
