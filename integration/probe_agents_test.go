package integration

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/caddy-django/gateway/integration/stack"
)

// An agent instruments Django, and tries to deliver what it gathers to a port where nothing listens.
type agent struct {
	name, distribution string
	runs               []string // the command that it puts before the server's; none: the project starts it
	setUp              string   // what the project runs before django.setup
	env                []string
}

const nowhereToDeliver = "http://127.0.0.1:9"

func agents() []agent {
	return []agent{
		{name: "Datadog", distribution: "ddtrace", runs: []string{"ddtrace-run"},
			env: []string{"DD_TRACE_AGENT_URL=" + nowhereToDeliver, "DD_INSTRUMENTATION_TELEMETRY_ENABLED=false", "DD_REMOTE_CONFIGURATION_ENABLED=false"}},
		{name: "New Relic", distribution: "newrelic", runs: []string{"newrelic-admin", "run-program"},
			env: []string{"NEW_RELIC_DEVELOPER_MODE=true", "NEW_RELIC_LICENSE_KEY=" + strings.Repeat("0", 40)}},
		{name: "OpenTelemetry", distribution: "opentelemetry-distro", runs: []string{"opentelemetry-instrument", "--traces_exporter", "otlp", "--metrics_exporter=none"},
			env: []string{"OTEL_EXPORTER_OTLP_ENDPOINT=" + nowhereToDeliver, "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf", "DJANGO_SETTINGS_MODULE=agent_settings"}},
		{name: "Elastic APM", distribution: "elastic-apm", runs: []string{"elasticapm-run", "--config", "server_url=" + nowhereToDeliver}},
		{name: "Scout APM", distribution: "scout_apm", setUp: "settings.INSTALLED_APPS.insert(0, 'scout_apm.django')",
			env: []string{"SCOUT_MONITOR=true", "SCOUT_KEY=none", "SCOUT_CORE_AGENT_DOWNLOAD=false"}},
		{name: "Sentry's SDK", distribution: "sentry-sdk",
			setUp: "import sentry_sdk; sentry_sdk.init(dsn='http://key@127.0.0.1:9/1', traces_sample_rate=1.0, attach_stacktrace=True)"},
	}
}

// orders are the ways to start a server with the probe and an agent, as the documentation has them.
var orders = []struct {
	name    string
	command func(t *testing.T, a agent, server []string) (command, env []string)
}{
	{"`caddy django run -- AGENT SERVER`", func(t *testing.T, a agent, server []string) (command, env []string) {
		return slices.Concat(runsProbe(t), a.command(), server), nil
	}},
	{"`AGENT caddy django run -- SERVER`", func(t *testing.T, a agent, server []string) (command, env []string) {
		return slices.Concat(a.command(), runsProbe(t), server), nil
	}},
	{"`AGENT SERVER`, the probe in `PYTHONPATH`", func(t *testing.T, a agent, server []string) (command, env []string) {
		return slices.Concat(a.command(), server), []string{"PYTHONPATH=" + installedProbe(t)}
	}},
}

func runsProbe(t *testing.T) []string {
	return []string{stack.Caddy(), "django", "run", "--probe-dir", t.TempDir(), "--"}
}

func (a agent) command() []string {
	if len(a.runs) == 0 {
		return nil
	}
	return append([]string{inAgents(a.runs[0])}, a.runs[1:]...)
}

func inAgents(program string) string { return stack.Root(".build", "agents", "bin", program) }

const byHand = 2 // the last of the orders

// shadowing are the agents whose sitecustomize.py neither runs the next one nor lets it come first.
var shadowing = []string{"OpenTelemetry", "Elastic APM"}

// agentSettings are those of the project, for an agent that needs a module of them.
const agentSettings = `import os
ALLOWED_HOSTS = ["*"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.path.join(os.environ["PROJECT_DATA"], "project.sqlite3")}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes"]
MIDDLEWARE = ["project.signed_in"]
ROOT_URLCONF = "project"
SECRET_KEY = "not-for-production"
USE_TZ = True
`

func TestTheProbeAnswersBesideEveryAgent(t *testing.T) {
	needs(t, "agents")
	answers := map[string][]string{}
	for _, a := range agents() {
		for i, order := range orders {
			if i > 0 && len(a.runs) == 0 {
				break // it has no command to come before or behind
			}
			silent := i == byHand && slices.Contains(shadowing, a.name)
			answers[a.name] = append(answers[a.name], map[bool]string{true: "no", false: "yes"}[silent])
			t.Run(a.name+", "+strings.ReplaceAll(order.name, "`", ""), func(t *testing.T) {
				addr, dir := freeAddr(t), t.TempDir()
				writeFile(t, filepath.Join(dir, "project.py"), besideAgent(t, a))
				writeFile(t, filepath.Join(dir, "agent_settings.py"), agentSettings)
				args, env := order.command(t, a, []string{inAgents("gunicorn"), "--bind", addr, "--no-control-socket", "project:wsgi"})
				p, err := stack.Start(t.Context(), stack.Spec{
					Name: "django", Args: args, Dir: dir, Addr: addr, Ready: stack.Answers("http://" + addr + "/"),
					Env: slices.Concat([]string{"DJANGO_PROBE_SECRET=" + probeSecret, "PROJECT_DATA=" + dir}, a.env, env),
				})
				started(t, p, err)
				got := askProbe(t, addr, "/fail/8/")
				if got.status != 500 || silent != (got.line == nil) || silent != (got.report == nil) {
					t.Fatalf("%d, and the probe reports %v, %+v", got.status, got.line, got.report)
				}
				if !silent && (got.line["q"] != "1" || got.line["route"] != "fail/<int:number>/" || got.report.Errors[0].Chain[0].Value != "number 8 failed") {
					t.Errorf("%v, %+v", got.line, got.report)
				}
				if strings.Contains(readFile(t, p.Log), "django probe:") {
					t.Error("the probe warns")
				}
			})
		}
	}
	for name, all := range answers {
		for len(all) < len(orders) {
			all = append(all, "-")
		}
		answers[name] = all
	}
	checkSection(t, stack.Root("docs", "probe.md"), "<!-- written by go test ./integration -run ProbeAnswersBeside -record -->\n", agentsSection(t, answers))
}

// besideAgent is the project of integration/probe with what an agent needs in it.
func besideAgent(t *testing.T, a agent) string {
	t.Helper()
	text := readFile(t, stack.Root("integration", "probe", "project.py"))
	before, after, found := strings.Cut(text, "    django.setup()\n")
	if !found {
		t.Fatal("the project is set up somewhere else")
	}
	before = strings.Replace(before, "if not settings.configured:\n", "if not os.environ.get('DJANGO_SETTINGS_MODULE'):\n", 1)
	after = strings.Replace(after, "\nfrom asgiref", "django.setup()\nfrom asgiref", 1)
	return before + "    " + cmp.Or(a.setUp, "pass") + "\n    django.setup()\n" + after
}

// agentsSection is what the documentation says of the agents.
func agentsSection(t *testing.T, answers map[string][]string) string {
	t.Helper()
	pinned := pins(t, "requirements-agents.txt")
	var b strings.Builder
	b.WriteString("\n| agent |")
	for _, order := range orders {
		fmt.Fprintf(&b, " %s |", order.name)
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(orders)) + "\n")
	for _, a := range agents() {
		fmt.Fprintf(&b, "| %s, %s %s | %s |\n", a.name, a.distribution, pinned[strings.ToLower(a.distribution)], strings.Join(answers[a.name], " | "))
	}
	return b.String() + "\n"
}

// pins are the versions of a list of requirements by the names of their packages.
func pins(t *testing.T, file string) map[string]string {
	t.Helper()
	pinned := map[string]string{}
	for line := range strings.Lines(readFile(t, stack.Root("integration", file))) {
		name, version, _ := strings.Cut(strings.TrimSpace(line), "==")
		pinned[strings.ToLower(name)] = version
	}
	return pinned
}
