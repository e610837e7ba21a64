package parity

import (
	"net/http"
	"net/url"
)

// Kind is a crash of the shop, by its name in integration/shop/crashes/kinds.py.
type Kind struct {
	Name string
	What string // as the table has it
	// Form and JSON are what it is posted; a kind without is got.
	Form url.Values
	JSON string
	// Harmless is whether it is answered below 500: no failure to the gateway.
	Harmless bool
	// Logged is whether it is caught, or never raised, and logged as an error, which
	// the probe reports.
	Logged bool
	// Noise is whether the gateway takes it for a warning, which clients cause.
	Noise bool
	// Unseen is why an exception that the SDK sees leaves no traceback in the
	// response, nor could it.
	Unseen string
	// Refused is why the receiver does not take the SDK's event.
	Refused string
	// Race is whether the SDK may be killed before it has sent its event.
	Race bool
}

// Down is the request for which nobody listens.
const Down = "down"

// Hang is the kind that ends with the patience of gunicorn.
const Hang = "hang"

// Kinds are the crashes that are compared, in the order of the table.
var Kinds = []Kind{
	{Name: "value-error", What: "exception, three calls deep"},
	{Name: "key-error", What: "KeyError"},
	{Name: "no-message", What: "exception without a message"},
	{Name: "markup", What: "message with quotes and HTML"},
	{Name: "unicode", What: "message that is not ASCII"},
	{Name: "lines", What: "message of several lines"},
	{Name: "notes", What: "exception with notes"},
	{Name: "chained", What: "`raise … from …`"},
	{Name: "suppressed", What: "`raise … from None`"},
	{Name: "context", What: "exception while another is handled"},
	{Name: "deep", What: "chain of three"},
	{Name: "group", What: "exception group"},
	{Name: "wrapped-refusal", What: "PermissionDenied wrapped in a RuntimeError"},
	{Name: "template", What: "exception in a template filter"},
	{Name: "template-syntax", What: "error in a template's syntax"},
	{Name: "template-include", What: "included template is missing"},
	{Name: "database", What: "query on a table that is not there"},
	{Name: "integrity", What: "row that breaks a constraint"},
	{Name: "does-not-exist", What: "query without a result"},
	{Name: "recursion", What: "recursion without end"},
	{Name: "huge-locals", What: "local variables of megabytes", Refused: "it is larger than the 1 MiB that Sentry takes"},
	{Name: "asynchronous", What: "async view"},
	{Name: "missing-module", What: "failed import"},
	{Name: "middleware", What: "exception in a middleware"},
	{Name: "form", What: "exception on a form that was posted", Form: url.Values{"quantity": {"a dozen"}, "password": {"open-sesame-of-jane"}}},
	{Name: "document", What: "exception on JSON that was posted", JSON: `{"quantity": 12, "password": "open-sesame-of-jane"}`},
	{Name: "streaming", What: "exception in the middle of a stream", Unseen: "the response has begun"},
	{Name: "logged", What: "exception that was logged and answered with 500", Unseen: "the response is the view's own", Logged: true},
	{Name: "json", What: "500 as JSON, without an exception"},
	{Name: "html", What: "500 as a page, without an exception"},
	{Name: "plain", What: "503, without an exception"},
	{Name: "short", What: "body shorter than its Content-Length"},
	{Name: "exit-midway", What: "worker killed in the middle of a response"},
	{Name: "kill", What: "worker killed before it answers (SIGKILL)"},
	{Name: Hang, What: "worker exceeds gunicorn's timeout", Unseen: "the response is gunicorn's", Race: true},
	{Name: Down, What: "gunicorn does not run"},
	{Name: "suspicious", What: "SuspiciousOperation: 400", Harmless: true, Logged: true, Noise: true},
	{Name: "message", What: "error that was logged without an exception", Harmless: true, Logged: true},
	{Name: "permission", What: "PermissionDenied: 403", Harmless: true},
	{Name: "not-found", What: "Http404", Harmless: true},
	{Name: "wrapped-not-found", What: "Http404 while an exception is handled", Harmless: true},
}

// Method is the method to ask for it with.
func (k Kind) Method() string {
	if k.Form != nil || k.JSON != "" {
		return http.MethodPost
	}
	return http.MethodGet
}

// Told is how many kinds the gateway hears of from the probe or sees fail.
func Told() int {
	n := Failures()
	for _, kind := range Kinds {
		if kind.Logged && kind.Harmless {
			n++
		}
	}
	return n
}

// Failures is how many kinds are failures to the gateway.
func Failures() int {
	n := 0
	for _, kind := range Kinds {
		if !kind.Harmless {
			n++
		}
	}
	return n
}
