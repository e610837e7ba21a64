package spool

import (
	"io"
	"sync"
)

// pipe passes on what is written to it, on a goroutine of its own, so that the
// writer need not wait for whoever reads.
type pipe struct {
	to   io.Writer
	done chan struct{} // closed when nothing will be written to to any more

	mu      sync.Mutex
	changed sync.Cond
	buffer  *buffer
	read    int64 // of the buffer
	ended   bool  // no more will come
	err     error // of to
}

func newPipe(to io.Writer, b *buffer) *pipe {
	p := &pipe{to: to, buffer: b, done: make(chan struct{})}
	p.changed.L = &p.mu
	go p.drain()
	return p
}

// Write takes b, and waits only if the buffer is full. An error is that of the
// reader, who wants no more.
func (p *pipe) Write(b []byte) (written int, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.err == nil {
		n, full := p.buffer.Write(b)
		written += n
		p.changed.Broadcast()
		if b = b[n:]; full == nil {
			return written, nil
		}
		// The disk may be full just as well: what is there goes out first.
		for p.err == nil && p.buffer.size > 0 {
			p.changed.Wait()
		}
	}
	return written, p.err
}

// drain passes on what is in the buffer until there will be no more of it.
func (p *pipe) drain() {
	defer close(p.done)
	out := chunks.Get().(*chunk)
	defer chunks.Put(out)
	for {
		n, err := p.next(out[:])
		if err == nil {
			_, err = p.to.Write(out[:n])
		}
		if err != nil {
			p.fail(err)
			return
		}
	}
}

// next waits for what comes next, and returns io.EOF when all is through.
func (p *pipe) next(out []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.read == p.buffer.size {
		p.buffer.reset()
		p.read = 0
		p.changed.Broadcast()
	}
	for p.buffer.size == 0 {
		if p.ended {
			return 0, io.EOF
		}
		p.changed.Wait()
	}
	n, err := p.buffer.ReadAt(out, p.read, p.buffer.size)
	p.read += int64(n)
	return n, err
}

func (p *pipe) fail(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.err = err
	p.changed.Broadcast()
}

// close waits until the reader has all of it, or has gone.
func (p *pipe) close() {
	p.mu.Lock()
	p.ended = true
	p.changed.Broadcast()
	p.mu.Unlock()
	<-p.done
	p.buffer.close()
}
