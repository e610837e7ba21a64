package store

import (
	"log/slog"
	"time"
)

// Config says where the database is and how much it may keep. The zero value of every field but Path is right for
// production.
type Config struct {
	// Path is the database file. Its directory is made when it is missing; a new file can be read by its owner alone.
	Path string

	// MaxAge is how long events are kept, and groups after they were last seen. Default: 30 days.
	MaxAge time.Duration

	// MaxSize bounds the database and its write-ahead log together, in bytes; the oldest events go first, delivered or
	// not. A quarter of it, at most 32 MiB, is headroom for the log. Events waiting in memory take up to a sixteenth of
	// it, at most 8 MiB. Default: 512 MiB.
	MaxSize int64

	// MaxEventsPerGroup is how many sample events a group keeps; the newest stay. It is enforced once a minute, and not
	// on events in the outbox. Default: 20.
	MaxEventsPerGroup int

	// CommitInterval is how long a failure waits in memory at most, so that many share one transaction. Default: 50 ms.
	CommitInterval time.Duration

	// Removed is told how many events a limit has removed, or has not let in, that were to be delivered to a destination. It
	// must not block. Default: nobody is told.
	Removed func(destination string, events int64)

	// Logger receives one line for each change of state. Default: nothing is logged.
	Logger *slog.Logger
}

const (
	maxBatchBytes  = 8 << 20
	maxBatchGroups = 100_000
	maxHeadroom    = 32 << 20
	pageSize       = 4096 // bytes; SQLite's default, set explicitly because limits are computed from it

	// housekeepingInterval is how often the numbers behind the metrics are refreshed, trimInterval how often the limits
	// are enforced when the size does not demand it earlier.
	housekeepingInterval = time.Second
	trimInterval         = time.Minute

	minBackoff = 100 * time.Millisecond
	maxBackoff = 30 * time.Second
)

func (c Config) withDefaults() Config {
	if c.MaxAge <= 0 {
		c.MaxAge = 30 * 24 * time.Hour
	}
	if c.MaxSize <= 0 {
		c.MaxSize = 512 << 20
	}
	if c.MaxEventsPerGroup <= 0 {
		c.MaxEventsPerGroup = 20
	}
	if c.CommitInterval <= 0 {
		c.CommitInterval = 50 * time.Millisecond
	}
	if c.Removed == nil {
		c.Removed = func(string, int64) {}
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}

// batchBytes is how many bytes of events may wait in memory.
func (c Config) batchBytes() int { return int(min(maxBatchBytes, c.MaxSize/16)) }

// pageBudget is how many pages the database file itself may have, leaving the headroom of MaxSize to the log.
func (c Config) pageBudget() int64 {
	return (c.MaxSize - min(maxHeadroom, c.MaxSize/4)) / pageSize
}

// checkpointPages is the length of the write-ahead log at which it is carried over into the database.
func (c Config) checkpointPages() int64 { return max(1, min(1000, c.MaxSize/64/pageSize)) }
