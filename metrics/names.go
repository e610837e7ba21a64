package metrics

// Names of the instruments, for whoever asks Prometheus about them. Those of
// histograms are followed by _bucket, _sum and _count there.
const (
	RequestDuration  = "http_server_request_duration_seconds"
	TimeToHeaders    = "django_time_to_headers_seconds"
	ActiveRequests   = "http_server_active_requests"
	RequestBodySize  = "http_server_request_body_size_bytes"
	ResponseBodySize = "http_server_response_body_size_bytes"
	Exchanges        = "django_exchanges_total"
	RouteInfo        = "django_route_info"
)

// Names of the labels. The first four are OpenTelemetry's attributes.
const (
	LabelSite    = "server_address"
	LabelRoute   = "http_route"
	LabelMethod  = "http_request_method"
	LabelStatus  = "http_response_status_code"
	LabelOutcome = "outcome"

	LabelView      = "view"
	LabelName      = "name"
	LabelNamespace = "namespace"
	LabelApp       = "app"
)
