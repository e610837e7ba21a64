package dashboards

// Metrics of the rooms that export no names. A test compares them with what the
// rooms register.
const (
	errorsByDisposition = "django_errors_total"

	storeUp          = "django_store_up"
	storeCommits     = "django_store_commits_total"
	storeCommitTime  = "django_store_commit_duration_seconds"
	storePending     = "django_store_pending_events"
	storeDropped     = "django_store_dropped_events_total"
	storeUncounted   = "django_store_uncounted_failures_total"
	storeSize        = "django_store_size_bytes"
	storeGroups      = "django_store_groups"
	outboxPending    = "django_outbox_pending"
	outboxSetAside   = "django_outbox_set_aside"
	outboxRemoved    = "django_outbox_removed_events_total"
	deliveryUp       = "django_delivery_up"
	deliveryEvents   = "django_delivery_events_total"
	deliveryAttempts = "django_delivery_attempts_total"
	deliveryTime     = "django_delivery_request_duration_seconds"
	deliverySuccess  = "django_delivery_last_success_timestamp_seconds"

	routesLoaded = "django_routes_last_load_successful"
	routesSince  = "django_routes_last_load_success_timestamp_seconds"
	routesKnown  = "django_routes"
	routesGaveUp = "django_routes_gave_up_total"
)

// Metrics of Caddy and of the process.
const (
	upstreamsHealthy = "caddy_reverse_proxy_upstreams_healthy"
	processCPU       = "process_cpu_seconds_total"
	processMemory    = "process_resident_memory_bytes"
	processOpenFDs   = "process_open_fds"
	processMaxFDs    = "process_max_fds"
	goHeap           = "go_memstats_heap_inuse_bytes"
	goGoroutines     = "go_goroutines"
)
