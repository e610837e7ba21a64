package upstream

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"go.uber.org/goleak"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func address(t *testing.T, text string) caddy.NetworkAddress {
	t.Helper()
	a, err := caddy.ParseNetworkAddress(text)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestItSaysWhenNobodyListensAndWhenSomebodyDoes(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "gunicorn.sock")
	core, logs := observer.New(zap.InfoLevel)
	done := make(chan struct{})
	go func() {
		await(t.Context(), zap.New(core), address(t, "unix/"+socket))
		close(done)
	}()
	for end := time.Now().Add(time.Minute); logs.Len() == 0; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it says nothing")
		}
	}
	if entry := logs.All()[0]; entry.Level != zap.WarnLevel || !strings.Contains(entry.Message, "nobody listens") || !strings.Contains(entry.ContextMap()["error"].(string), socket) {
		t.Errorf("%v", entry)
	}
	select {
	case <-done:
		t.Fatal("it does not wait")
	case <-time.After(20 * time.Millisecond):
	}
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	select {
	case <-done:
	case <-time.After(time.Minute):
		t.Fatal("it does not see who listens")
	}
	if logs.Len() != 2 || logs.All()[1].Message != "somebody listens where Django should be" {
		t.Errorf("%v", logs.All())
	}
}

func TestItDoesNotWaitLongerThanTheConfiguration(t *testing.T) {
	core, logs := observer.New(zap.InfoLevel)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		await(ctx, zap.New(core), address(t, "unix/"+filepath.Join(t.TempDir(), "none.sock")))
		close(done)
	}()
	for end := time.Now().Add(time.Minute); logs.Len() == 0 && time.Now().Before(end); time.Sleep(time.Millisecond) {
	}
	cancel()
	select {
	case <-done:
	case <-time.After(time.Minute):
		t.Fatal("it looks on")
	}
}

func TestItIsSilentWhereSomebodyListens(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	core, logs := observer.New(zap.InfoLevel)
	await(t.Context(), zap.New(core), address(t, listener.Addr().String()))
	if logs.Len() != 0 {
		t.Errorf("%v", logs.All())
	}
}

func TestItEndsWithTheConfiguration(t *testing.T) {
	ctx, cancel := caddy.NewContext(caddy.Context{Context: context.Background()})
	u := &Upstream{Addresses: []string{"unix/" + filepath.Join(t.TempDir(), "none.sock"), "{env.NONE}:80"}}
	if err := u.Provision(ctx); err != nil {
		t.Fatal(err)
	}
	cancel() // goleak sees what is left
	if err := (&Upstream{Addresses: []string{"127.0.0.1:port"}}).Provision(ctx); err == nil {
		t.Error("what is no address is accepted")
	}
}

func TestDjangoIsToldWhenARequestReachedItsQueue(t *testing.T) {
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("X-Request-Start", "t=1")
	before := time.Now().UnixMilli()
	err := new(Upstream).ServeHTTP(nil, r, caddyhttp.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) error {
		values := r.Header.Values("X-Request-Start")
		text, ok := strings.CutPrefix(values[0], "t=")
		ms, err := strconv.ParseInt(text, 10, 64)
		if len(values) != 1 || !ok || err != nil || ms < before || ms > time.Now().UnixMilli() {
			t.Errorf("%q, want the time since %d", values, before)
		}
		return nil
	}))
	if err != nil {
		t.Fatal(err)
	}
}
