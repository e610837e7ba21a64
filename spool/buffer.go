package spool

import (
	"errors"
	"os"
	"sync"
)

// Limits bound one body, in bytes.
type Limits struct {
	Memory int64 // kept in memory
	Disk   int64 // kept in a temporary file beyond that
}

// ErrFull says that a buffer holds all that its limits allow.
var ErrFull = errors.New("the buffer is full")

// buffer holds what was written to it, in memory first and then in a file. One
// goroutine may write while another reads what it knows to have been written.
type buffer struct {
	limits Limits
	dir    string

	memory []*chunk // as many as the limit allows, nil until they are needed
	file   *os.File // nil until it is needed
	size   int64
}

func newBuffer(dir string, limits Limits) *buffer {
	return &buffer{limits: limits, dir: dir, memory: make([]*chunk, (limits.Memory+chunkSize-1)/chunkSize)}
}

// Write appends p. It writes less, and returns why, if the limits are reached
// or the disk does not take it.
func (b *buffer) Write(p []byte) (written int, err error) {
	for len(p) > 0 && err == nil {
		var n int
		if b.size < b.limits.Memory {
			n = copy(b.room(), p)
		} else {
			n, err = b.spill(p)
		}
		b.size += int64(n)
		written += n
		p = p[n:]
	}
	return written, err
}

// room returns memory to write to, at least a byte of it.
func (b *buffer) room() []byte {
	i, at := b.size/chunkSize, b.size%chunkSize
	if b.memory[i] == nil {
		b.memory[i] = chunks.Get().(*chunk)
	}
	return b.memory[i][at:min(chunkSize, at+b.limits.Memory-b.size)]
}

// spill appends p to the file.
func (b *buffer) spill(p []byte) (int, error) {
	at := b.size - b.limits.Memory
	room := b.limits.Disk - at
	if room <= 0 {
		return 0, ErrFull
	}
	if b.file == nil {
		f, err := tempFile(b.dir)
		if err != nil {
			return 0, err
		}
		b.file = f
	}
	return b.file.WriteAt(p[:min(room, int64(len(p)))], at)
}

// ReadAt reads from off, which is below size, at least a byte and as many as are
// at hand in one place.
func (b *buffer) ReadAt(p []byte, off, size int64) (int, error) {
	if off < b.limits.Memory {
		i, at := off/chunkSize, off%chunkSize
		return copy(p, b.memory[i][at:min(chunkSize, at+min(size, b.limits.Memory)-off)]), nil
	}
	return b.file.ReadAt(p[:min(int64(len(p)), size-off)], off-b.limits.Memory)
}

// reset empties the buffer and keeps its memory and its file.
func (b *buffer) reset() { b.size = 0 }

// close gives memory and disk back. Nobody may read or write any more.
func (b *buffer) close() error {
	for i, c := range b.memory {
		if c != nil {
			chunks.Put(c)
			b.memory[i] = nil
		}
	}
	b.size = 0
	if b.file == nil {
		return nil
	}
	err := b.file.Close()
	b.file = nil
	return err
}

// chunkSize is in bytes: of the memory that bodies share, and of what is read and
// written at a time.
const chunkSize = 32 << 10

type chunk [chunkSize]byte

var chunks = sync.Pool{New: func() any { return new(chunk) }}
