package nginx

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"
)

// Answer is a response, or why there is none.
type Answer struct {
	Status  string // such as "200", or in words that there is none
	Interim string // statuses from 100 to 199 before it
	Header  http.Header
	Body    []byte
	Cut     bool // the body is not whole
}

// Outcome is what came of a case.
type Outcome struct {
	Answers []Answer
	After   string // what the connection is good for then
}

// patience is for a busy machine. A server that says nothing for as long says
// nothing at all.
const patience = 15 * time.Second

// Ask sends a case to the server on addr, a host:port.
func Ask(ctx context.Context, addr string, c Case) (Outcome, error) {
	parts := c.Parts
	if c.Validators != "" {
		known, err := validators(ctx, addr, c.Validators)
		if err != nil {
			return Outcome{}, fmt.Errorf("asking for %s: %w", c.Validators, err)
		}
		parts = make([]string, len(c.Parts))
		for i := range c.Parts {
			parts[i] = known.Replace(c.Parts[i])
		}
	}
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", addr)
	if err != nil {
		return Outcome{}, err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return Outcome{}, err
	}
	d := &dialogue{conn: conn, in: bufio.NewReader(conn), parts: parts}
	d.send()
	var o Outcome
	open := true
	for _, method := range c.methods() {
		var a Answer
		a, open = d.answer(method)
		o.Answers = append(o.Answers, a)
		if !open {
			break
		}
		d.send()
	}
	o.After = d.after(open)
	return o, nil
}

// validators returns what stands for the ETag and the date of a path.
func validators(ctx context.Context, addr, path string) (*strings.Replacer, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addr+path, nil)
	if err != nil {
		return nil, err
	}
	req.Host = Host
	req.Header.Set("Accept-Encoding", "identity") // what is compressed has another ETag
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	return strings.NewReplacer("{etag}", cmp.Or(resp.Header.Get("Etag"), `"none"`), "{modified}", resp.Header.Get("Last-Modified")), nil
}

// dialogue is what is said over one connection.
type dialogue struct {
	conn  net.Conn
	in    *bufio.Reader
	parts []string // not sent yet
}

// send sends the next part. A server may answer, and hang up, before it has
// read all of it.
func (d *dialogue) send() {
	if len(d.parts) > 0 {
		go io.WriteString(d.conn, d.parts[0])
		d.parts = d.parts[1:]
	}
}

// answer reads the response to a request of this method, and reports whether
// another may follow.
func (d *dialogue) answer(method string) (a Answer, open bool) {
	for {
		resp, err := http.ReadResponse(d.in, &http.Request{Method: method})
		if err != nil {
			a.Status = silence(err)
			return a, false
		}
		if resp.StatusCode < 200 && resp.StatusCode != http.StatusSwitchingProtocols {
			a.Interim = strings.TrimSpace(a.Interim + " " + resp.Status[:3])
			d.send()
			continue
		}
		a.Status, a.Header = resp.Status[:3], resp.Header
		a.Body, err = io.ReadAll(resp.Body)
		a.Cut = err != nil
		return a, err == nil && !resp.Close
	}
}

func silence(err error) string {
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return "nothing"
	case strings.Contains(err.Error(), "malformed"):
		return "no status line"
	}
	return "hangs up"
}

// after tells what the connection is good for. A server that took the end of one
// request for the beginning of another would answer that first.
func (d *dialogue) after(open bool) string {
	if !open {
		return "closed"
	}
	go io.WriteString(d.conn, request(http.MethodGet, "/health/", "Connection: close"))
	switch a, _ := d.answer(http.MethodGet); {
	case a.Status == "200" && string(a.Body) == "ok":
		return "open"
	case a.Status == "hangs up":
		return "closed"
	default:
		return "out of step: " + a.Status
	}
}
