package caddymodule

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// runRoutes runs the command on a project whose Python is a shell script.
func runRoutes(t *testing.T, python string, args ...string) error {
	t.Helper()
	t.Setenv("DJANGO_SETTINGS_MODULE", "")
	project := t.TempDir()
	bin := filepath.Join(project, ".venv", "bin")
	if err := os.MkdirAll(bin, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(bin, "python"), []byte("#!/bin/sh\n"+python+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := routesCommand()
	cmd.SetArgs(append([]string{"--project", project, "--settings", "shop.settings"}, args...))
	cmd.SilenceUsage = true
	return cmd.Execute()
}

func TestRoutesReplacesItsOutputOnlyIfAllWentWell(t *testing.T) {
	output := filepath.Join(t.TempDir(), "routes.json")
	check := func(want string) {
		t.Helper()
		got, err := os.ReadFile(output)
		if err != nil || string(got) != want {
			t.Errorf("the output is %q (%v), want %q", got, err, want)
		}
		if all, _ := os.ReadDir(filepath.Dir(output)); len(all) != 1 {
			t.Errorf("beside it there is %v", all)
		}
	}
	const writes = `echo "{\"settings\": \"$DJANGO_SETTINGS_MODULE\"}" >"$2"`
	if err := runRoutes(t, writes, "--output", output); err != nil {
		t.Fatal(err)
	}
	const written = `{"settings": "shop.settings"}` + "\n"
	check(written)
	if info, err := os.Stat(output); err != nil || info.Mode().Perm() != 0o644 {
		t.Errorf("the gateway may not read it: %v (%v)", info.Mode(), err)
	}

	err := runRoutes(t, `echo 'KeyError: DATABASE_URL' >"$2"; exit 1`, "--output", output)
	if err == nil || !strings.Contains(err.Error(), "exporting the routes: the project does not load: KeyError: DATABASE_URL") {
		t.Errorf("got %v, want what Python said", err)
	}
	check(written)

	err = runRoutes(t, writes, "--output", filepath.Join(filepath.Dir(output), "missing", "routes.json"))
	if err == nil || !strings.Contains(err.Error(), "writing the routes: ") {
		t.Errorf("got %v, want that it cannot be written", err)
	}
	check(written)
}

func TestRoutesHandsTheVariablesOfAFileToTheProject(t *testing.T) {
	t.Setenv("GATEWAY_TEST_SHOP", "") // put back after the test
	os.Unsetenv("GATEWAY_TEST_SHOP")
	env, output := filepath.Join(t.TempDir(), "shop.env"), filepath.Join(t.TempDir(), "routes.json")
	if err := os.WriteFile(env, []byte("GATEWAY_TEST_SHOP='a b'\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := runRoutes(t, `echo "\"$GATEWAY_TEST_SHOP\"" >"$2"`, "--envfile", env, "--output", output); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(output); err != nil || string(got) != "\"a b\"\n" {
		t.Errorf("the project has %q (%v)", got, err)
	}
	for _, timeout := range []string{"0", "-1s"} {
		err := runRoutes(t, "exit 1", "--timeout", timeout)
		if err == nil || !strings.Contains(err.Error(), ": use a duration above 0, such as 5m") {
			t.Errorf("--timeout %s: %v", timeout, err)
		}
	}
}

func TestRoutesNeedsAProject(t *testing.T) {
	cmd := routesCommand()
	cmd.SetArgs(nil)
	cmd.SilenceUsage, cmd.SilenceErrors = true, true
	if err := cmd.Execute(); err == nil || !strings.Contains(err.Error(), `"project" not set`) {
		t.Errorf("got %v, want a complaint about --project", err)
	}
}
