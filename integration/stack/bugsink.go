package stack

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	_ "modernc.org/sqlite" // of Bugsink's database
)

// Bugsink is a real receiver of error events: https://www.bugsink.com.
type Bugsink struct {
	Dir  string // of its databases, events, configuration and log
	Addr string // host:port to serve on
}

// BugsinkProject is where events go and how to read them back.
type BugsinkProject struct {
	ID    string // as the API has it
	DSN   string
	Token string // of the API, as a bearer
}

// Every event must be valid by Sentry's schema, and none may fall to a quota.
const bugsinkConf = `
from bugsink.settings.default import *

SECRET_KEY = "a-receiver-on-loopback-needs-no-better-key-than-this-one"
SNAPPEA = {"TASK_ALWAYS_EAGER": True}
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
ALLOWED_HOSTS = ["*"]
BUGSINK = {
    "BASE_URL": "http://%s",
    "SINGLE_USER": True,
    "SINGLE_TEAM": True,
    "USER_REGISTRATION": "CB_NOBODY",
    "PHONEHOME": False,
    "INGEST_STORE_BASE_DIR": "%s",
    "VALIDATE_ON_DIGEST": "strict",
    "MAX_EVENTS_PER_PROJECT_PER_5_MINUTES": 1_000_000,
    "MAX_EVENTS_PER_PROJECT_PER_HOUR": 1_000_000,
    "MAX_EVENTS_PER_5_MINUTES": 1_000_000,
    "MAX_EVENTS_PER_HOUR": 1_000_000,
}
`

const bugsinkProject = `
from bsmain.models import AuthToken
from projects.models import Project
from teams.models import Team

team, _ = Team.objects.get_or_create(name="Team")
project = Project.objects.create(name="%[1]s", slug="%[1]s", team=team, retention_max_event_count=1_000_000)
print(project.id, project.dsn, AuthToken.create_full_access().token)
`

// Prepare makes the databases and a project in them, which is number 1.
func (b Bugsink) Prepare(ctx context.Context) (BugsinkProject, error) {
	if err := os.MkdirAll(b.Dir, 0o755); err != nil {
		return BugsinkProject{}, err
	}
	conf := fmt.Sprintf(bugsinkConf, b.Addr, filepath.Join(b.Dir, "ingestion"))
	if err := os.WriteFile(filepath.Join(b.Dir, "bugsink_conf.py"), []byte(conf), 0o600); err != nil {
		return BugsinkProject{}, err
	}
	for _, args := range [][]string{{"migrate", "snappea", "--database=snappea", "-v0"}, {"migrate", "-v0"}} {
		if _, err := b.manage(ctx, args...); err != nil {
			return BugsinkProject{}, err
		}
	}
	return b.Project(ctx, "shop")
}

// Project makes a further project in what Prepare has made.
func (b Bugsink) Project(ctx context.Context, slug string) (BugsinkProject, error) {
	out, err := b.manage(ctx, "shell", "-v0", "-c", fmt.Sprintf(bugsinkProject, slug))
	if err != nil {
		return BugsinkProject{}, err
	}
	said := strings.Fields(out)
	if len(said) != 3 {
		return BugsinkProject{}, fmt.Errorf("bugsink-manage shell said %q, no number, DSN and token", out)
	}
	return BugsinkProject{said[0], said[1], said[2]}, nil
}

// Start serves what Prepare has made. It ends soon although clients keep their
// connections open.
func (b Bugsink) Start(ctx context.Context) (*Process, error) {
	return Start(ctx, Spec{
		Name: "bugsink",
		Args: []string{bugsinkBin("python"), "-m", "gunicorn", "bugsink.wsgi",
			"--bind", b.Addr, "--workers", "1", "--threads", "4", "--graceful-timeout", "2", "--no-control-socket"},
		Env:   b.environment(),
		Dir:   b.Dir,
		Addr:  b.Addr,
		Ready: Answers("http://" + b.Addr + "/health/ready"),
	})
}

func (b Bugsink) manage(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, bugsinkBin("bugsink-manage"), args...)
	cmd.Env = append(os.Environ(), b.environment()...)
	cmd.Dir = b.Dir
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("bugsink-manage %s: %w\n%s", args[0], err, stderr.String())
	}
	return string(out), nil
}

func (b Bugsink) environment() []string {
	return []string{
		"PYTHONPATH=" + b.Dir,
		"DJANGO_SETTINGS_MODULE=bugsink_conf",
		"DATABASE_PATH=" + filepath.Join(b.Dir, "db.sqlite3"),
		"SNAPPEA_DATABASE_PATH=" + filepath.Join(b.Dir, "snappea.sqlite3"),
	}
}

func bugsinkBin(name string) string { return Root(".build", "bugsink", "bin", name) }

// BugsinkEvent is an event as Bugsink has it.
type BugsinkEvent struct {
	ID      string // 32 hex digits
	Project int
	Value   string // of its exception
}

// Events are all that Bugsink has, whatever the issue. Its API lists them issue by
// issue, which takes long.
func (b Bugsink) Events(ctx context.Context) ([]BugsinkEvent, error) {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(b.Dir, "db.sqlite3")+"?mode=ro&_busy_timeout=5000")
	if err != nil {
		return nil, err
	}
	defer db.Close()
	rows, err := db.QueryContext(ctx, "SELECT event_id, project_id, calculated_value FROM events_event")
	if err != nil {
		return nil, fmt.Errorf("reading Bugsink's events: %w", err)
	}
	defer rows.Close()
	var all []BugsinkEvent
	for rows.Next() {
		var e BugsinkEvent
		if err := rows.Scan(&e.ID, &e.Project, &e.Value); err != nil {
			return nil, fmt.Errorf("reading Bugsink's events: %w", err)
		}
		all = append(all, e)
	}
	return all, rows.Err()
}
