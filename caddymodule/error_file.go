package caddymodule

import (
	"io"
	"log/slog"
	"os"
	"sync"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/logging"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// errorFile keeps the lines of django.errors, whatever the configuration makes of
// Caddy's log. It is written and rotated as Caddy's own log files are. The file is
// made with its first line.
type errorFile struct {
	writer logging.FileWriter
	logger *slog.Logger

	mu      sync.Mutex
	file    io.WriteCloser // nil: not open
	failing bool
	closed  bool
}

func newErrorFile(path string, logger *slog.Logger) *errorFile {
	return &errorFile{writer: logging.FileWriter{Filename: path}, logger: logger}
}

// Write appends a line. What fails is logged once, until it works again.
func (f *errorFile) Write(line []byte) (n int, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n, err = f.write(line)
	switch {
	case err != nil && !f.failing:
		f.logger.Error("error log cannot be written", "file", f.writer.Filename, "error", err)
	case err == nil && f.failing:
		f.logger.Info("error log can be written again", "file", f.writer.Filename)
	}
	f.failing = err != nil
	return n, err
}

func (f *errorFile) write(line []byte) (n int, err error) {
	if f.closed {
		return 0, os.ErrClosed
	}
	if f.file == nil {
		if f.file, err = f.writer.OpenWriter(); err != nil {
			return 0, err
		}
	}
	return f.file.Write(line)
}

// Close closes the file for good.
func (f *errorFile) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed = true
	if f.file == nil {
		return nil
	}
	return f.file.Close()
}

// core writes lines as Caddy writes JSON, or with the names of the Elastic Common
// Schema for what Caddy adds to a line.
func (f *errorFile) core(ecs bool) (zapcore.Core, error) {
	var encoder logging.JSONEncoder
	if ecs {
		names := [...]string{"@timestamp", "log.level", "message", "log.logger"}
		encoder.TimeKey, encoder.LevelKey, encoder.MessageKey, encoder.NameKey = &names[0], &names[1], &names[2], &names[3]
		encoder.TimeFormat = "rfc3339_nano"
	}
	if err := encoder.Provision(caddy.Context{}); err != nil {
		return nil, err
	}
	core := zapcore.NewCore(encoder, zapcore.AddSync(f), zapcore.InfoLevel)
	if ecs {
		core = core.With([]zapcore.Field{zap.String("ecs.version", ecsVersion)})
	}
	return core, nil
}

// ecsVersion is that of the schema whose names are used.
const ecsVersion = "9.0.0"
