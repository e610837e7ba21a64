package delivery

import (
	"bytes"
	"compress/gzip"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/caddy-django/gateway/store"
)

func TestEnvelope(t *testing.T) {
	by := sdk{"caddy-django", "1.2.3"}
	sentAt := time.Date(2026, 11, 22, 18, 30, 0, 5e6, time.FixedZone("CET", 3600))

	t.Run("is what the protocol prescribes, byte for byte", func(t *testing.T) {
		var got bytes.Buffer
		d := store.Delivery{EventID: "0123456789abcdef0123456789abcdef", Payload: []byte(`{"message":"boom"}`)}
		if err := writeEnvelope(&got, eventItem(d), nil, by, sentAt); err != nil {
			t.Fatal(err)
		}
		want := `{"event_id":"0123456789abcdef0123456789abcdef","sent_at":"2026-11-22T17:30:00.005Z","sdk":{"name":"caddy-django","version":"1.2.3"}}
{"type":"event","content_type":"application/json","length":18}
{"message":"boom"}
`
		if got.String() != want {
			t.Errorf("got\n%s\nwant\n%s", got.String(), want)
		}
	})

	for _, tt := range []struct{ name, payload string }{
		{"an empty payload", ""},
		{"a payload of several lines", "{\n\"a\": 1\n}\n"},
		{"a payload beyond ASCII", `{"message":"naïve 日本"}`},
		{"a payload that looks like an envelope", "{}\n{\"type\":\"event\",\"length\":0}\n\n"},
		{"a large payload", strings.Repeat("x", 1<<20)},
	} {
		t.Run("brings "+tt.name+" unchanged", func(t *testing.T) {
			body, err := compressedEnvelope(item{kind: "event", eventID: "id", payload: []byte(tt.payload)}, nil, by, sentAt)
			if err != nil {
				t.Fatal(err)
			}
			zr, err := gzip.NewReader(body)
			if err != nil {
				t.Fatal(err)
			}
			raw, err := io.ReadAll(zr)
			if err != nil {
				t.Fatal(err)
			}
			e, err := readEnvelope(raw)
			if err != nil {
				t.Fatal(err)
			}
			if string(e.payload) != tt.payload {
				t.Errorf("payload changed: %d bytes became %d", len(tt.payload), len(e.payload))
			}
		})
	}
}
