package capture

import "strings"

// body returns the text of a body without secrets.
func (s *Scrubber) body(body []byte, f format) string {
	switch f {
	case formatJSON:
		return s.json(body)
	case formatForm:
		return s.query(string(body))
	case formatHTML:
		return s.html(body)
	default:
		return s.text(s.withoutDump(string(body)))
	}
}

// neverRead is why a part of Django's debug page is not kept.
const neverRead = "request and settings of Django's debug page"

// dumps begin the parts of Django's plain debug page that list the request and
// the settings (views/templates/technical_500.txt).
var dumps = []string{"\nRequest information:\n", "\nSettings:\nUsing settings module "}

func (s *Scrubber) withoutDump(plain string) string {
	for _, dump := range dumps {
		if before, rest, found := strings.Cut(plain, dump); found {
			plain = before + "\n" + s.hide(neverRead, rest) + "\n"
		}
	}
	return plain
}
