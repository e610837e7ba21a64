package capture

import (
	"bytes"
	"compress/gzip"
	"strings"
	"testing"

	"github.com/caddy-django/gateway/exchange"
)

const uploaded = "--b\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\ns3cr3t-1\r\n" +
	"--b\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"cat.png\"\r\nContent-Type: image/png\r\n\r\ns3cr3t-2\x00\xff\r\n--b--\r\n"

const (
	jsonType      = "application/json; charset=utf-8"
	formType      = "application/x-www-form-urlencoded"
	multipartType = "multipart/form-data; boundary=b"
)

func TestTheRequestsBody(t *testing.T) {
	for _, c := range []struct {
		name        string
		contentType string
		body        string
		cut         bool
		data, state string
	}{
		{"JSON", jsonType, `{"qty": 2, "password": "s3cr3t-1", "card": {"cvc": "s3cr3t-2"}}`, false,
			`{"card":{"cvc":"[Filtered]"},"password":"[Filtered]","qty":2}`, "whole"},
		{"JSON of another name", "application/vnd.api+json", `[1]`, false, `[1]`, "whole"},
		{"JSON that was cut", jsonType, `{"qty": 2, "note": "s3cr3t-1`, true, "", "cut"},
		{"JSON that was cut where it could end", jsonType, `[{"note": "s3cr3t-1"}]`, true, "", "cut"},
		{"JSON that is none", jsonType, `{"note": s3cr3t-1}`, false, "", "invalid"},
		{"two JSON documents", jsonType, `{"a":1}{"b":"s3cr3t-1"}`, false, "", "invalid"},
		{"a form", formType, "user=ada&password=s3cr3t-1&next=%2F", false, "user=ada&password=[Filtered]&next=%2F", "whole"},
		{"a form that was cut in a value", formType, "user=ada&note=s3cr3t-1", true, "user=ada", "cut"},
		{"a form that was cut in a name", formType, "user=ada&s3cr3t-1", true, "user=ada", "cut"},
		{"a form that was cut in its first field", formType, "note=s3cr3t-1", true, "", "cut"},
		{"a form that is no text", formType, "a=\xff", false, "", "invalid"},
		{"uploads", multipartType, uploaded, false,
			`[{"name":"title","size":8},{"name":"photo","filename":"cat.png","content_type":"image/png","size":10}]`, "whole"},
		{"uploads that were cut", multipartType, uploaded[:len(uploaded)-12], true, `[{"name":"title","size":8}]`, "cut"},
		{"uploads that do not end", multipartType, uploaded[:len(uploaded)-12], false, `[{"name":"title","size":8}]`, "invalid"},
		{"uploads that are none", multipartType, "s3cr3t-1", false, "", "invalid"},
		{"uploads without a boundary", "multipart/form-data", uploaded, false, "", "invalid"},
		{"a secret in the name of a file", multipartType, strings.Replace(uploaded, "cat", "token=s3cr3t-3", 1), false,
			`[{"name":"title","size":8},{"name":"photo","filename":"token=[Filtered]","content_type":"image/png","size":10}]`, "whole"},
		{"text", "text/plain", "s3cr3t-1", false, "", "other type"},
		{"an unknown type", "", "s3cr3t-1", false, "", "other type"},
		{"no body", formType, "", false, "", ""},
		{"a body that nobody has read", formType, "", true, "", "cut"},
	} {
		t.Run(c.name, func(t *testing.T) {
			payload, event := eventOf(t, requested(c.contentType, c.body, c.cut))
			if strings.Contains(string(payload), planted) {
				t.Errorf("a secret is in %s", payload)
			}
			data, _ := at(t, event, "request", "data").(string)
			state, _ := at(t, event, "contexts", "gateway", "request_body").(string)
			if data != c.data || state != c.state {
				t.Errorf("%s (%s), want %s (%s)", data, state, c.data, c.state)
			}
		})
	}
}

func requested(contentType, body string, cut bool) *exchange.Exchange {
	return with(asText("boom"), func(x *exchange.Exchange) {
		x.Request.Header.Set("Content-Type", contentType)
		x.Failure.RequestBody, x.Failure.RequestBodyCut = []byte(body), cut
	})
}

func TestACompressedRequest(t *testing.T) {
	var packed bytes.Buffer
	zw := gzip.NewWriter(&packed)
	zw.Write([]byte(`{"qty": 2}`))
	zw.Close()
	bomb := new(bytes.Buffer)
	zw = gzip.NewWriter(bomb)
	zw.Write([]byte(`{"note": "` + strings.Repeat("x", 10*MaxRequestBody) + `"}`))
	zw.Close()
	for _, c := range []struct{ name, coding, body, data, state string }{
		{"is unpacked", "gzip", packed.String(), `{"qty":2}`, "whole"},
		{"that unpacks to too much is cut", "gzip", bomb.String(), "", "cut"},
		{"in an unknown coding is not kept", "lzma", packed.String(), "", "invalid"},
		{"that is not what it says is not kept", "gzip", `{"qty": 2}`, "", "invalid"},
	} {
		t.Run(c.name, func(t *testing.T) {
			data, state := newScrubber(t).requestBody([]byte(c.body), false, jsonType, c.coding)
			if data != c.data || state != c.state {
				t.Errorf("%q (%s), want %q (%s)", data, state, c.data, c.state)
			}
		})
	}
}

// Wherever the limit falls, no part of a secret gets out.
func TestNoSecretOfACutRequestGetsOut(t *testing.T) {
	s := newScrubber(t)
	for contentType, body := range map[string]string{
		jsonType:      `{"user": "ada", "password": "s3cr3t-1", "n": [{"token": "s3cr3t-2"}]}`,
		formType:      "user=ada&password=s3cr3t-1&next=%2F%3Ftoken%3Ds3cr3t-2&x=1",
		multipartType: uploaded,
	} {
		for n := range len(body) {
			for _, cut := range []bool{true, false} {
				if data, _ := s.requestBody([]byte(body[:n]), cut, contentType, ""); strings.Contains(data, planted[:4]) {
					t.Errorf("%s after %d bytes: %s", contentType, n, data)
				}
			}
		}
	}
}

func TestManyPartsAreNotAllTold(t *testing.T) {
	body := strings.Repeat("--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n", 1000) + "--b--\r\n"
	data, _ := newScrubber(t).requestBody([]byte(body), false, multipartType, "")
	if parts := strings.Count(data, `"name"`); parts != maxParts {
		t.Errorf("%d parts", parts)
	}
}

func TestALargeRequestCostsItselfNotTheEvent(t *testing.T) {
	x := requested(formType, strings.Repeat("sid=1&", MaxRequestBody/6), false)
	x.Failure.Body = bytes.Repeat([]byte("\x01"), MaxBody)
	payload, event := eventOf(t, x)
	if len(payload) > maxEvent || at(t, event, "exception", "values", 0, "type") == nil {
		t.Errorf("%d bytes", len(payload))
	}
	if at(t, event, "request", "data") == nil || at(t, event, "contexts", "response", "data") != nil {
		t.Error("the page stays and the request goes")
	}
}

func TestTheBodyOfTheRequestOutlivesIt(t *testing.T) {
	r := newRecording()
	site := r.Site(Options{Scrubber: newScrubber(t)})
	x := requested(jsonType, `{"qty": 2}`, false)
	site.Observe(x)
	copy(x.Failure.RequestBody, `{"qty": 3}`) // its buffer is another request's now
	site.Observe(requested(jsonType, "", false))
	r.close(t)
	if payload := string(r.all[0].Event.Payload); !strings.Contains(payload, `{\"qty\":2}`) {
		t.Errorf("the event is %s", payload)
	}
	if payload := string(r.all[1].Event.Payload); strings.Contains(payload, "qty") || strings.Contains(payload, "request_body") {
		t.Errorf("the next event is %s", payload)
	}
	if sizeOf(requested(jsonType, strings.Repeat("x", 1000), false)) < 1000 {
		t.Error("a waiting request body is not accounted for")
	}
}
