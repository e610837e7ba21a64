package evidence

import "strings"

func readText(s string, cut bool) *Evidence {
	if e := readDebugText(s, cut); e != nil {
		return e
	}
	if strings.Contains(s, tracebackHeader) {
		if chain := readTraceback(s); len(chain) > 0 {
			return &Evidence{Source: Traceback, Exceptions: chain, Cut: chain[len(chain)-1].Type == ""}
		}
	}
	e := &Evidence{Source: Text}
	if s == "Internal Server Error" { // uvicorn/protocols/http/h11_impl.py, send_500_response
		e.Source = Uvicorn
	}
	line, _, _ := strings.Cut(s, "\n")
	e.Message = clip(strings.TrimSpace(line), maxText)
	return e
}
