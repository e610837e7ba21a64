package caddymodule

import (
	"fmt"
	"log/slog"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
	"go.uber.org/zap/exp/zapslog"
	"go.uber.org/zap/zapcore"

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

// errorLog writes to the error file, and to the logs of the configuration that
// include django.errors.
func (m *Monitor) errorLog(ctx caddy.Context) (capture.ErrorLog, error) {
	if m.ErrorLog == errorLogOff {
		return capture.ErrorLog{}, nil
	}
	ecs := m.ErrorLog == errorLogECS
	file, err := m.app.pipeline.errors.core(ecs)
	if err != nil {
		return capture.ErrorLog{}, err
	}
	core := zapcore.NewTee(file, ctx.Logger(errorLogName{}).Core())
	handler := zapslog.NewHandler(core, zapslog.WithName(string(errorLogName{}.CaddyModule().ID)), zapslog.AddStacktraceAt(noStack))
	return capture.ErrorLog{Logger: slog.New(handler), ECS: ecs}, nil
}

// errorLogName is no module: Caddy takes the name of a logger from one.
type errorLogName struct{}

func (errorLogName) CaddyModule() caddy.ModuleInfo { return caddy.ModuleInfo{ID: "django.errors"} }
