package caddymodule

import (
	"testing"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

func TestAFailureIsALineThatATerminalDoesNotObey(t *testing.T) {
	at := time.Date(2026, 1, 2, 15, 4, 5, 0, time.UTC)
	failure := []zapcore.Field{
		zap.String("event_id", "3f2a"), zap.String("kind", "app_error"), zap.String("method", "GET"),
		zap.String("route", "/orders/<int:pk>/"), zap.Int64("status", 500), zap.String("site", "shop"),
	}
	for name, c := range map[string]struct {
		message string
		fields  []zapcore.Field
		want    string
	}{
		"a failure":           {"KeyError: 'x'", failure, "15:04:05  app_error  GET /orders/<int:pk>/  500  KeyError: 'x'  event 3f2a\n"},
		"what clients say":    {"no \x1b]0;owned\a such\nthing é", failure, "15:04:05  app_error  GET /orders/<int:pk>/  500  no \ufffd]0;owned\ufffd such\ufffdthing é  event 3f2a\n"},
		"something else":      {"the store is full", nil, "15:04:05  error  the store is full\n"},
		"something\nelse yet": {"two\nlines", []zapcore.Field{zap.String("kind", "x")}, "15:04:05  error  two\ufffdlines\n"},
	} {
		t.Run(name, func(t *testing.T) {
			l := new(IssueLine)
			if err := l.Provision(caddy.Context{}); err != nil {
				t.Fatal(err)
			}
			line, err := l.Clone().EncodeEntry(zapcore.Entry{Time: at, Level: zap.ErrorLevel, Message: c.message}, c.fields)
			if err != nil || line.String() != c.want {
				t.Errorf("got %q (%v), want %q", line, err, c.want)
			}
		})
	}
	if err := new(IssueLine).UnmarshalCaddyfile(caddyfile.NewTestDispenser("django color")); err == nil {
		t.Error("an option is taken that there is not")
	}
}
