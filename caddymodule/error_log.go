package caddymodule

import (
	"fmt"
	"log/slog"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
	"go.uber.org/zap/exp/zapslog"

	"github.com/caddy-django/gateway/capture"
)

// The values of error_log; the empty one is plain.
const (
	errorLogPlain = "plain"
	errorLogECS   = "ecs"
	errorLogOff   = "off"
)

func validateErrorLog(value string) error {
	switch value {
	case "", errorLogPlain, errorLogECS, errorLogOff:
		return nil
	}
	return fmt.Errorf("error_log %q is unknown: use plain, ecs or off", value)
}

func (m *Monitor) parseErrorLog(d *caddyfile.Dispenser) (err error) {
	if m.ErrorLog, err = oneArg(d, "plain, ecs or off"); err != nil {
		return err
	}
	return wrap(d, validateErrorLog(m.ErrorLog))
}

// errorLog writes to the logs of the configuration that include django.errors.
func (m *Monitor) errorLog(ctx caddy.Context) capture.ErrorLog {
	if m.ErrorLog == errorLogOff {
		return capture.ErrorLog{}
	}
	core := ctx.Logger(errorLogName{}).Core()
	handler := zapslog.NewHandler(core, zapslog.WithName(string(errorLogName{}.CaddyModule().ID)), zapslog.AddStacktraceAt(noStack))
	return capture.ErrorLog{Logger: slog.New(handler), ECS: m.ErrorLog == errorLogECS}
}

// errorLogName is no module: Caddy takes the name of a logger from one.
type errorLogName struct{}

func (errorLogName) CaddyModule() caddy.ModuleInfo { return caddy.ModuleInfo{ID: "django.errors"} }
