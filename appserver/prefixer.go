package appserver

import (
	"bytes"
	"io"
)

// prefixer writes whole lines, each with who says so.
type prefixer struct {
	to     io.Writer
	prefix string
	begun  []byte // a line that has no end yet
}

// maxLine is where a line is broken, in bytes.
const maxLine = 16 << 10

func (p *prefixer) Write(text []byte) (int, error) {
	p.begun = append(p.begun, text...)
	for {
		i := bytes.IndexByte(p.begun, '\n')
		switch {
		case i >= 0:
			p.line(p.begun[:i])
			p.begun = p.begun[i+1:]
		case len(p.begun) > maxLine:
			p.line(p.begun)
			p.begun = nil
		default:
			return len(text), nil
		}
	}
}

// line goes out in one Write, so that it stays whole beside what others say.
func (p *prefixer) line(text []byte) {
	line := make([]byte, 0, len(p.prefix)+len(text)+1)
	line = append(append(append(line, p.prefix...), text...), '\n')
	_, _ = p.to.Write(line) // whoever does not listen must not end the server
}

func (p *prefixer) flush() {
	if len(p.begun) > 0 {
		p.line(p.begun)
		p.begun = nil
	}
}
