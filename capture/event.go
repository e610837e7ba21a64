package capture

import (
	"time"

	"github.com/getsentry/sentry-go"
)

// MaxBody bounds how much of a body an event holds, in bytes: Sentry and
// Bugsink refuse events of more than 1 MiB, and JSON may need two bytes for one.
const MaxBody = 384 << 10

// SDKName is what receivers see as the maker of an event.
const SDKName = "caddy-django.gateway"

// maxEvent is in bytes of JSON.
const maxEvent = 900 << 10

// Bounds of what else a client or a bug can make long, in bytes.
const (
	maxText  = 4 << 10
	maxStack = 32 << 10
	maxTag   = 200 // Sentry's own (relay-event-schema, protocol/tags.rs)
)

// event is one error event in Sentry's schema (event.schema.json in
// getsentry/sentry-data-schemas). It is stored, shown and delivered in this
// form. sentry-go's own Event does not serve: it has no transaction_info for
// errors and lists exceptions in a form that the schema does not know.
type event struct {
	EventID         string            `json:"event_id"`
	Timestamp       time.Time         `json:"timestamp"`
	Platform        string            `json:"platform"`
	Level           sentry.Level      `json:"level"`
	Logger          string            `json:"logger"`
	ServerName      string            `json:"server_name,omitempty"`
	Release         string            `json:"release,omitempty"`
	Environment     string            `json:"environment,omitempty"`
	Transaction     string            `json:"transaction"`
	TransactionInfo map[string]string `json:"transaction_info"`
	Fingerprint     []string          `json:"fingerprint"`
	LogEntry        *logEntry         `json:"logentry,omitempty"`
	Exception       exceptions        `json:"exception,omitzero"`
	Request         sentry.Request    `json:"request"`
	User            sentry.User       `json:"user,omitzero"`
	Tags            map[string]string `json:"tags"`
	Modules         map[string]string `json:"modules,omitempty"`
	Breadcrumbs     *breadcrumbs      `json:"breadcrumbs,omitempty"`
	Contexts        contexts          `json:"contexts"`
	Sdk             sentry.SdkInfo    `json:"sdk"`
}

type exceptions struct {
	Values []sentry.Exception `json:"values"`
}

// logEntry is what was logged, with an exception or without.
type logEntry struct {
	Message   string `json:"message,omitempty"` // before its arguments
	Formatted string `json:"formatted"`
}

type contexts struct {
	Response *responseContext `json:"response,omitempty"`
	Gateway  gatewayContext   `json:"gateway"`
	Outage   *outageContext   `json:"outage,omitempty"`
	Trace    *traceContext    `json:"trace,omitempty"`
	Runtime  *runtimeContext  `json:"runtime,omitempty"`
	Django   *djangoContext   `json:"django,omitempty"`
	SDKEvent *sdkEventContext `json:"sdk_event,omitempty"`
}

// responseContext is Sentry's own context for a failed response.
type responseContext struct {
	Type       string            `json:"type"`
	StatusCode int               `json:"status_code"`
	BodySize   int64             `json:"body_size"`
	Headers    map[string]string `json:"headers,omitempty"`
	Data       string            `json:"data,omitempty"`
	DataCut    bool              `json:"data_cut,omitempty"`
}

// gatewayContext is what only the gateway knows.
type gatewayContext struct {
	Type                string  `json:"type"`
	Outcome             string  `json:"outcome"`
	Cause               string  `json:"cause,omitempty"`
	Error               string  `json:"error,omitempty"`
	Site                string  `json:"site"`
	Upstream            string  `json:"upstream,omitempty"`
	Retries             int     `json:"retries"`
	DurationMs          float64 `json:"duration_ms"`
	TimeToHeadersMs     float64 `json:"time_to_headers_ms,omitempty"`
	RequestID           string  `json:"request_id,omitempty"`
	ErrorID             string  `json:"error_id,omitempty"`
	RequestBody         string  `json:"request_body,omitempty"`
	SuppressedSinceLast int64   `json:"suppressed_since_last"`
	Stack               string  `json:"stack,omitempty"`
}

// runtimeContext is the Python that runs Django, if the page or the probe tells.
type runtimeContext struct {
	Type    string `json:"type"`
	Name    string `json:"name"`
	Version string `json:"version"`
	Build   string `json:"build,omitempty"`
}

// outageContext is how long Django has been unreachable.
type outageContext struct {
	Type           string    `json:"type"`
	Since          time.Time `json:"since"`
	RequestsFailed int64     `json:"requests_failed"`
}

type traceContext struct {
	TraceID string `json:"trace_id"`
	SpanID  string `json:"span_id"`
}
