package caddymodule

import (
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	collectorpb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// collector receives spans over OTLP.
type collector struct {
	mu    sync.Mutex
	spans map[string]*tracepb.Span // by the id of their trace
}

// startCollector starts a collector, to which Caddy's tracing sends from then on.
func startCollector(t *testing.T) *collector {
	t.Helper()
	c := &collector{spans: make(map[string]*tracepb.Span)}
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Errorf("receiving spans: %v", err)
		}
		var batch collectorpb.ExportTraceServiceRequest
		if err := proto.Unmarshal(body, &batch); err != nil {
			t.Errorf("receiving spans: %v", err)
		}
		c.receive(&batch)
	}))
	t.Cleanup(server.Close)
	t.Setenv("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/protobuf")
	t.Setenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", server.URL+"/v1/traces")
	t.Setenv("OTEL_BSP_SCHEDULE_DELAY", "10") // ms
	return c
}

func (c *collector) receive(batch *collectorpb.ExportTraceServiceRequest) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, resource := range batch.ResourceSpans {
		for _, scope := range resource.ScopeSpans {
			for _, span := range scope.Spans {
				c.spans[hex.EncodeToString(span.TraceId)] = span
			}
		}
	}
}

// wait returns the span of a trace when it has come.
func (c *collector) wait(t *testing.T, traceID string) *tracepb.Span {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		c.mu.Lock()
		span := c.spans[traceID]
		c.mu.Unlock()
		if span != nil {
			return span
		}
	}
	t.Fatalf("no span of trace %s within 10 s", traceID)
	return nil
}

func routeOf(span *tracepb.Span) string {
	for _, a := range span.Attributes {
		if a.Key == "http.route" {
			return a.Value.GetStringValue()
		}
	}
	return ""
}
