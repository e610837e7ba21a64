package caddymodule

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
	"go.uber.org/zap/buffer"
	"go.uber.org/zap/zapcore"
)

// IssueLine is a log encoder for people. It writes each entry of the log
// `django.errors` as a line of its time, kind, method and route, status, title
// and event id:
//
//	15:04:05  app_error  GET /orders/<int:pk>/  500  the payment provider is unavailable  event 3f2a…
//
// Of other entries it writes the time, the level and the message.
type IssueLine struct{ zapcore.Encoder }

// CaddyModule returns the Caddy module information.
func (IssueLine) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{
		ID:  "caddy.logging.encoders.django",
		New: func() caddy.Module { return new(IssueLine) },
	}
}

// Provision sets up l.
func (l *IssueLine) Provision(caddy.Context) error {
	// It collects the fields that a logger has been given beforehand.
	l.Encoder = zapcore.NewJSONEncoder(zapcore.EncoderConfig{})
	return nil
}

// UnmarshalCaddyfile reads what it has to say, which is nothing. Syntax:
//
//	format django
func (l *IssueLine) UnmarshalCaddyfile(d *caddyfile.Dispenser) error {
	d.Next() // the name
	if d.NextArg() || d.NextBlock(0) {
		return d.Errf("format django has no options, but %q follows", d.Val())
	}
	return nil
}

// Clone implements zapcore.Encoder.
func (l IssueLine) Clone() zapcore.Encoder { return IssueLine{l.Encoder.Clone()} }

var lines = buffer.NewPool()

// EncodeEntry implements zapcore.Encoder.
func (l IssueLine) EncodeEntry(entry zapcore.Entry, fields []zapcore.Field) (*buffer.Buffer, error) {
	said := zapcore.NewMapObjectEncoder()
	for _, f := range fields {
		f.AddTo(said)
	}
	text := func(name string) string { return printable(fmt.Sprint(said.Fields[name])) }
	line := lines.Get()
	line.AppendString(entry.Time.Format("15:04:05"))
	if said.Fields["event_id"] == nil {
		fmt.Fprintf(line, "  %s  %s\n", entry.Level, printable(entry.Message))
		return line, nil
	}
	fmt.Fprintf(line, "  %s  %s %s  %s  %s  event %s\n",
		text("kind"), text("method"), text("route"), text("status"), printable(entry.Message), text("event_id"))
	return line, nil
}

// printable is for a terminal, which obeys what it is told: titles are made of what
// clients have sent.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, text)
}

// Interface guards
var (
	_ caddy.Provisioner     = (*IssueLine)(nil)
	_ caddyfile.Unmarshaler = (*IssueLine)(nil)
	_ zapcore.Encoder       = (*IssueLine)(nil)
)
