package roundtrip

import (
	"bytes"
	"net/http"
	"strings"
)

// reusable reports whether a connection may carry another request once the body of resp is read to its end, and nothing
// waits behind that. The server has to have said where the end is: after HEAD, 204 and 304 it has not, and some servers
// send the body all the same, later, as the response to whoever comes next.
func (c *conn) reusable(req *http.Request, resp *http.Response) bool {
	if resp.Close || req.Close || req.Method == http.MethodHead || c.head.both() || c.transport.idle.suspect(c.host) {
		return false
	}
	switch {
	case resp.StatusCode == http.StatusNoContent || resp.StatusCode == http.StatusNotModified:
		return false
	case len(resp.TransferEncoding) > 0:
		return true // its last chunk says so
	default:
		return resp.ContentLength >= 0 && holdsToLength(resp.Header)
	}
}

// holdsToLength reports whether a server ends a body where its Content-Length does. Daphne sends whatever a view yields.
func holdsToLength(h http.Header) bool {
	server := h["Server"]
	return len(server) == 0 || !strings.HasPrefix(strings.ToLower(server[0]), "daphne")
}

// head watches the head of a response go by, for what net/http makes disappear: Content-Length beside
// Transfer-Encoding, of which two readers may believe either (RFC 9112 6.3).
type head struct {
	line             [len("transfer-encoding:")]byte // the beginning of the current line
	n                int                             // length of the current line so far
	begun            bool                            // the status line is over
	informational    bool
	length, encoding bool
	done             bool
}

func (h *head) both() bool { return h.length && h.encoding }

func (h *head) scan(p []byte) {
	for !h.done && len(p) > 0 {
		part, rest, ended := bytes.Cut(p, []byte{'\n'})
		if h.n < len(h.line) {
			copy(h.line[h.n:], part)
		}
		h.n += len(part)
		if !ended {
			return
		}
		h.endLine()
		h.n, p = 0, rest
	}
}

func (h *head) endLine() {
	line := bytes.TrimSuffix(h.line[:min(h.n, len(h.line))], []byte{'\r'})
	switch {
	case !h.begun:
		h.begun = true
		h.informational = len(line) > len("HTTP/1.1 ") && line[len("HTTP/1.1 ")] == '1'
	case len(line) == 0 && h.informational:
		*h = head{}
	case len(line) == 0:
		h.done = true
	case bytes.EqualFold(line, []byte("transfer-encoding:")):
		h.encoding = true
	case len(line) >= len("content-length:") && bytes.EqualFold(line[:len("content-length:")], []byte("content-length:")):
		h.length = true
	}
}
