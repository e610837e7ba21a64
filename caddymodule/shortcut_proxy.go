package caddymodule

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig"
	"github.com/caddyserver/caddy/v2/caddyconfig/httpcaddyfile"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp/reverseproxy"

	_ "github.com/caddy-django/gateway/caddymodule/transport" // which defaultTransport names
)

// Defaults of the proxy, where the user sets no others.
const (
	// A restart of gunicorn takes a second or two.
	tryDuration = caddy.Duration(5 * time.Second)
	tryInterval = caddy.Duration(100 * time.Millisecond)
	// Less than what gunicorn (2 s) and uvicorn (5 s) keep an idle connection: a
	// request on one that they close just then fails.
	idleTimeout = caddy.Duration(time.Second)
	// Of a connection's two buffers, in bytes. A sync worker closes each connection, and
	// the 4 KiB of net/http for either were a quarter of what a request allocates. A head
	// fits, and a body that does not goes past them.
	transportBuffer = 2 << 10
	// A WebSocket is not cut by a reload of the configuration.
	streamCloseDelay = caddy.Duration(5 * time.Minute)
)

// parseProxy reads the options of reverse_proxy and adds what Django needs.
func (s *shortcut) parseProxy(h httpcaddyfile.Helper) error {
	s.proxy = new(reverseproxy.Handler)
	if err := s.proxy.UnmarshalCaddyfile(h.Dispenser); err != nil {
		return s.unknownOption(h.Dispenser, err)
	}
	if err := s.proxy.FinalizeUnmarshalCaddyfile(h); err != nil {
		return err
	}
	if len(s.proxy.Upstreams) == 0 && s.proxy.DynamicUpstreamsRaw == nil {
		return h.Err("django has no upstream: write the address gunicorn listens on, such as django unix//run/shop/gunicorn.sock")
	}
	if err := s.defaultTransport(); err != nil {
		return h.WrapErr(err)
	}
	s.defaultRetries()
	if s.proxy.StreamCloseDelay == 0 {
		s.proxy.StreamCloseDelay = streamCloseDelay
	}
	s.proxy.HandleResponse = append(s.proxy.HandleResponse, s.sendfile("X-Accel-Redirect"), s.sendfile("X-Sendfile"))
	return nil
}

// defaultTransport sets time limits where the user's transport has none, and bridges
// the moment in which a server closes its socket.
func (s *shortcut) defaultTransport() error {
	transport := map[string]any{"protocol": "http"}
	if s.proxy.TransportRaw != nil {
		if err := json.Unmarshal(s.proxy.TransportRaw, &transport); err != nil {
			return fmt.Errorf("the transport: %w", err)
		}
	}
	if transport["protocol"] != "http" {
		return nil
	}
	if _, ok := transport["response_header_timeout"]; !ok && s.timeout > 0 {
		transport["response_header_timeout"] = s.timeout
	}
	// Django would compress for the gateway's sake, and its ETag be that of something else.
	if _, ok := transport["compression"]; !ok {
		transport["compression"] = false
	}
	if _, ok := transport["keep_alive"]; !ok {
		transport["keep_alive"] = reverseproxy.KeepAlive{IdleConnTimeout: idleTimeout}
	}
	for _, name := range []string{"read_buffer_size", "write_buffer_size"} {
		if _, ok := transport[name]; !ok {
			transport[name] = transportBuffer
		}
	}
	transport["protocol"] = "django"
	s.proxy.TransportRaw = caddyconfig.JSON(transport, nil)
	return nil
}

// defaultRetries bridges a restart of gunicorn. What a worker has seen is not
// repeated, not even a GET: it may be what kills workers.
func (s *shortcut) defaultRetries() {
	if s.proxy.LoadBalancing == nil {
		s.proxy.LoadBalancing = new(reverseproxy.LoadBalancing)
	}
	lb := s.proxy.LoadBalancing
	if lb.TryDuration == 0 && lb.Retries == 0 {
		lb.TryDuration, lb.TryInterval = tryDuration, tryInterval
	}
	if lb.RetryMatchRaw == nil {
		lb.RetryMatchRaw = caddyhttp.RawMatcherSets{{"not": jsonOf([]struct{}{{}})}} // nothing
	}
}
