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

	DatabaseDuration        = "django_database_duration_seconds"
	DatabaseQueries         = "django_database_queries"
	ViewDuration            = "django_view_duration_seconds"
	ProbeAnswers            = "django_probe_answers_total"
	ProbeRouteDisagreements = "django_probe_route_disagreements_total"
	Workers                 = "django_workers"
	WorkersBusy             = "django_workers_busy"
	WorkersMemory           = "django_workers_memory_bytes"
	WorkerMemoryMax         = "django_worker_memory_max_bytes"
	WorkerStarts            = "django_worker_starts_total"
	WorkerSeconds           = "django_worker_seconds_total"
)

// Names of the labels. The first four are OpenTelemetry's attributes.
const (
	LabelSite    = "server_address"
	LabelRoute   = "http_route"
	LabelMethod  = "http_request_method"
	LabelStatus  = "http_response_status_code"
	LabelOutcome = "outcome"
	LabelResult  = "result"

	LabelView      = "view"
	LabelName      = "name"
	LabelNamespace = "namespace"
	LabelApp       = "app"
)
