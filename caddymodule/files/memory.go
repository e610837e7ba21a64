package files

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

const (
	maxSmall   = 64 << 10 // bytes of a file that is kept
	maxMemory  = 16 << 20 // bytes of all that are kept of a directory
	overhead   = 512      // bytes that a file takes besides its content
	memoryTime = time.Second
	lookTime   = time.Millisecond
)

// memory is a directory of which small files are kept for a second: to open one without
// following a link that leads out takes more system calls than to send it.
//
// A look at the disk, once a millisecond, tells of a file that was replaced or removed:
// not each time, as file_server opens a file twice for each request. It does not tell of
// a link that has come into the way of a file and leads out of the directory: hence the second.
type memory struct {
	dir rooted

	mu    sync.RWMutex
	small map[string]*small // by name
	size  int64             // of small, in bytes
	swept time.Time
}

// small is a file that is kept.
type small struct {
	info    fs.FileInfo
	content []byte
	read    time.Time
	seen    atomic.Int64 // on disk, the same as here; as time.Duration since read
}

func newMemory(root string) *memory {
	return &memory{dir: rooted(root), small: make(map[string]*small)}
}

// Open implements fs.FS.
func (m *memory) Open(name string) (fs.File, error) {
	now := time.Now()
	s := m.kept(name, now)
	if s != nil && now.Sub(s.read)-time.Duration(s.seen.Load()) < lookTime {
		return s.open(), nil
	}
	// It may follow a link that leads out, of which nothing is told.
	info, err := os.Stat(string(m.dir) + "/" + name)
	switch {
	case errors.Is(err, fs.ErrNotExist): // as most variants of a file
		return nil, err
	case err != nil || !info.Mode().IsRegular() || info.Size() > maxSmall:
		return m.dir.Open(name)
	case s != nil && same(s.info, info):
		s.seen.Store(int64(now.Sub(s.read)))
		return s.open(), nil
	}
	return m.read(name, now)
}

// read opens a file, and keeps it unless it is being written.
func (m *memory) read(name string, now time.Time) (fs.File, error) {
	s := &small{read: now}
	f, err := m.dir.Open(name)
	if err != nil {
		return nil, err
	}
	if !s.fill(f) {
		f.Close()
		return m.dir.Open(name)
	}
	f.Close()
	m.keep(name, s)
	return s.open(), nil
}

func (s *small) fill(f fs.File) bool {
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() || info.Size() > maxSmall {
		return false
	}
	s.info, s.content = info, make([]byte, info.Size())
	if _, err := io.ReadFull(f, s.content); err != nil {
		return false
	}
	after, err := f.Stat()
	return err == nil && same(info, after)
}

// same reports whether a and b are of one file that was not written in between.
func same(a, b fs.FileInfo) bool {
	return os.SameFile(a, b) && a.Size() == b.Size() && a.ModTime().Equal(b.ModTime())
}

func (m *memory) kept(name string, now time.Time) *small {
	m.mu.RLock()
	s := m.small[name]
	m.mu.RUnlock()
	if s == nil || now.Sub(s.read) > memoryTime {
		return nil
	}
	return s
}

func (m *memory) keep(name string, s *small) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if time.Since(m.swept) > memoryTime {
		m.sweep()
	}
	m.remove(name)
	if m.size+s.size() <= maxMemory {
		m.small[name] = s
		m.size += s.size()
	}
}

// sweep removes what does not count any more. It needs the lock.
func (m *memory) sweep() {
	m.swept = time.Now()
	for name, s := range m.small {
		if m.swept.Sub(s.read) > memoryTime {
			m.remove(name)
		}
	}
}

// remove needs the lock.
func (m *memory) remove(name string) {
	if s, ok := m.small[name]; ok {
		m.size -= s.size()
		delete(m.small, name)
	}
}

func (s *small) size() int64 { return int64(len(s.content)) + overhead }

func (s *small) open() *opened { return &opened{bytes.NewReader(s.content), s} }

// opened is a small file that is being read.
type opened struct {
	*bytes.Reader
	small *small
}

// Stat implements fs.File.
func (o *opened) Stat() (fs.FileInfo, error) { return o.small.info, nil }

// Close implements fs.File.
func (o *opened) Close() error { return nil }

// take reads at most n bytes, which must not be changed.
func (o *opened) take(n int64) []byte {
	from := o.Size() - int64(o.Len())
	to := min(from+n, o.Size())
	o.Seek(to, io.SeekStart)
	return o.small.content[from:to]
}
