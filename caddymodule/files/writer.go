package files

import (
	"io"
	"net/http"
)

// writer writes a file that is in memory as it is there, without a copy of it.
type writer struct{ http.ResponseWriter }

// ReadFrom implements io.ReaderFrom. What http.ServeContent sends of a file is an
// io.LimitedReader.
func (w writer) ReadFrom(src io.Reader) (int64, error) {
	part, ok := src.(*io.LimitedReader)
	if !ok {
		return io.Copy(w.ResponseWriter, src)
	}
	f, ok := part.R.(*opened)
	if !ok {
		return io.Copy(w.ResponseWriter, src)
	}
	n, err := w.Write(f.take(part.N))
	return int64(n), err
}

// Unwrap lets http.ResponseController reach the connection.
func (w writer) Unwrap() http.ResponseWriter { return w.ResponseWriter }
