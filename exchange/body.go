package exchange

import (
	"io"
	"sync/atomic"
)

// capture keeps the beginning of the body, up to the limit.
func (rec *Recorder) capture(p []byte) {
	body := &rec.x.Failure.Body
	if room := rec.captureLimit - len(*body); len(p) > room {
		p = p[:room]
		rec.x.Failure.BodyCut = true
	}
	*body = append(*body, p...)
}

// captureWriter makes the recorder the second leg of an io.TeeReader.
type captureWriter struct{ rec *Recorder }

func (c captureWriter) Write(p []byte) (int, error) {
	c.rec.capture(p)
	return len(p), nil
}

// countingBody counts the bytes of a request body whose length the client did
// not announce.
type countingBody struct {
	io.ReadCloser
	n atomic.Int64
}

func (b *countingBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.n.Add(int64(n))
	return n, err
}
