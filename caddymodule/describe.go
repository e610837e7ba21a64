package caddymodule

import (
	"context"
	"errors"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"

	"github.com/caddy-django/gateway/exchange"
)

// end tells the recorder what became of the handlers behind it.
func end(r *http.Request, err error, panicked any) exchange.End {
	end := exchange.End{
		Err:        err,
		Panic:      panicked,
		ClientGone: errors.Is(r.Context().Err(), context.Canceled),
	}
	if panicked != nil && panicked != http.ErrAbortHandler {
		end.Stack = debug.Stack()
	}
	if err != nil {
		end.Status = http.StatusInternalServerError // as Caddy answers an error of no other kind
		if handlerErr, ok := errors.AsType[caddyhttp.HandlerError](err); ok {
			if handlerErr.StatusCode != 0 {
				end.Status = handlerErr.StatusCode
			}
			if handlerErr.Err != nil {
				end.Err = handlerErr.Err
			}
		}
	}
	return end
}

// proxied is what the last reverse_proxy on a request's way has left behind. It
// may have been one in front of the monitor, such as forward_auth; only what has
// changed when the handlers behind have returned is Django's.
type proxied struct {
	duration time.Duration // of the handler
	latency  time.Duration // until the response headers of its last attempt; 0 if there were none
}

func lastProxied(repl *caddy.Replacer) proxied {
	return proxied{
		duration: durationOf(repl, "http.reverse_proxy.duration"),
		latency:  durationOf(repl, "http.reverse_proxy.upstream.latency"),
	}
}

func durationOf(repl *caddy.Replacer, name string) time.Duration {
	value, _ := repl.Get(name)
	d, _ := value.(time.Duration)
	return d
}

// describeUpstream adds where the request went.
func describeUpstream(f *exchange.Failure, repl *caddy.Replacer) {
	if f.Cause == exchange.CauseNoUpstream {
		return // none was chosen
	}
	f.Upstream, _ = repl.GetString("http.reverse_proxy.upstream.hostport")
	retries, _ := repl.Get("http.reverse_proxy.retries")
	f.Retries, _ = retries.(int)
}

// describe adds what only Caddy knows of an exchange.
func (m *Monitor) describe(x *exchange.Exchange, r *http.Request, err error, repl *caddy.Replacer) {
	f := &x.Failure
	f.URL = r.URL.RequestURI()
	if original, ok := r.Context().Value(caddyhttp.OriginalRequestCtxKey).(http.Request); ok {
		f.URL = original.URL.RequestURI()
	}
	f.Scheme = "http"
	if r.TLS != nil {
		f.Scheme = "https"
	}
	f.ClientIP, _ = caddyhttp.GetVar(r.Context(), caddyhttp.ClientIPVarKey).(string)
	f.RequestID = requestID(x, r, repl)
	if handlerErr, ok := errors.AsType[caddyhttp.HandlerError](err); ok {
		f.ErrorID = handlerErr.ID
	}
	if len(m.placeholders) > 0 {
		f.Placeholders = make(map[string]string, len(m.placeholders))
		for _, name := range m.placeholders {
			f.Placeholders[name], _ = repl.GetString(name)
		}
	}
	if len(m.Tags) > 0 {
		f.Tags = make(map[string]string, len(m.Tags))
		for name, value := range m.Tags {
			f.Tags[name] = repl.ReplaceKnown(value, "")
		}
	}
}

// requestID is the id under which Django or a proxy in front knows the request,
// else the one that Caddy's logs can show as {http.request.uuid}.
func requestID(x *exchange.Exchange, r *http.Request, repl *caddy.Replacer) string {
	const name = "X-Request-Id"
	if id := x.Failure.ResponseHeader.Get(name); id != "" {
		return id
	}
	if id := r.Header.Get(name); id != "" {
		return id
	}
	id, _ := repl.GetString("http.request.uuid")
	return id
}
