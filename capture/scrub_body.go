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
		return s.text(withoutDump(string(body)))
	}
}

// dumps begin the parts of Django's plain debug page that list the request and
// the settings (views/templates/technical_500.txt).
var dumps = []string{"\nRequest information:\n", "\nSettings:\nUsing settings module "}

func withoutDump(plain string) string {
	for _, dump := range dumps {
		if before, _, found := strings.Cut(plain, dump); found {
			plain = before + "\n" + filtered + "\n"
		}
	}
	return plain
}
