package capture

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// found returns the parts of s that an automaton of these texts finds.
func found(s string, texts ...string) (all []string) {
	newAutomaton(texts).find(s, func(from, to int) { all = append(all, s[from:to]) })
	return all
}

func TestWhatAnAutomatonFinds(t *testing.T) {
	end := strings.Repeat("0123456789abcdef", maxPattern/16) + "zyxwv" // its second piece has 5 bytes
	for _, c := range []struct {
		name, text string
		texts      []string
		want       string
	}{
		{"a short text as a word", "is k1m2n3.", []string{"k1m2n3"}, "k1m2n3"},
		{"no short text that a word begins with", "is k1m2n34", []string{"k1m2n3"}, ""},
		{"no short text that a word ends with", "is xk1m2n3", []string{"k1m2n3"}, ""},
		{"a long text in a word", "xk1m2n3k1m2n3k1m2y", []string{"k1m2n3k1m2n3k1m2"}, "k1m2n3k1m2n3k1m2"},
		{"a text inside the beginnings of two others", "a zz k1m2n3.", []string{"k1m2n3", "zz k1m2n3 qq", "a zz k1m2n3 rr"}, "k1m2n3"},
		{"no end of a long text alone", "zyxwv", []string{end}, ""},
	} {
		if got := strings.Join(found(c.text, c.texts...), "|"); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	if got := found("x"+end+".", end); len(got) < 2 || !strings.HasSuffix(got[len(got)-1], "zyxwv") {
		t.Errorf("of a long text it finds %q", got)
	}
}

func TestAnAutomatonIsBounded(t *testing.T) {
	var texts []string
	for i := range 2000 {
		texts = append(texts, strings.Repeat(string(rune('a'+i%26)), 1+i%7)+strings.Repeat("0123456789abcdef", 20)[i%16:])
	}
	if n := len(newAutomaton(texts).nodes); n > maxPatterns+1 {
		t.Errorf("it has %d nodes", n)
	}
	all := make([]string, 0, 4000)
	for i := range 4000 {
		all = append(all, base64.StdEncoding.EncodeToString([]byte(strings.Repeat(string(rune(0x100+i)), 40))))
	}
	if n := len(newAutomaton(all).nodes); n > maxPatterns+1 {
		t.Errorf("of texts with nothing in common it has %d nodes", n)
	}
}

func maskOf(t *testing.T, opts Options, change func(r *http.Request)) *mask {
	t.Helper()
	opts.Scrubber = newScrubber(t)
	x := failed("text/plain", "boom")
	change(x.Request)
	return newMask(New(Config{}).Site(opts).copy(x, 0))
}

func TestACredentialIsHiddenBehindThreeLayersOfEscapes(t *testing.T) {
	m := maskOf(t, Options{}, func(r *http.Request) { r.Header.Set("Authorization", "Bearer tok/93kd=x8") })
	spelled := "tok/93kd=x8"
	for range 3 {
		spelled = url.QueryEscape(spelled)
	}
	if got := m.text("no " + spelled + " here"); got != "no "+filtered+" here" {
		t.Error(got)
	}
}

func TestThePartsOfAJSONWebTokenAreHidden(t *testing.T) {
	const header, payload, signature = "eyJhbGciOiJIUzI1NiJ9", "eyJzdWIiOiI0NzExIn0", "Zk3x9Qm2v8Lw4p7T1sYb"
	m := maskOf(t, Options{}, func(r *http.Request) {
		r.Header.Set("Authorization", "Bearer "+header+"."+payload+"."+signature)
	})
	for _, part := range []string{payload, signature} {
		if got := m.text("cannot read " + part); strings.Contains(got, part) {
			t.Error(got)
		}
	}
}

func TestTheNameBesideAPasswordIsHiddenUnlessEventsMayNameUsers(t *testing.T) {
	basic := func(r *http.Request) {
		r.Header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte("ada.lovelace:hunter2&x")))
	}
	for _, named := range []bool{false, true} {
		got := maskOf(t, Options{SendDefaultPII: named}, basic).text("ada.lovelace sent hunter2&x")
		if strings.Contains(got, "hunter2") || strings.Contains(got, "lovelace") != named {
			t.Errorf("send_default_pii %v: %s", named, got)
		}
	}
}

func TestAProxyOfTheSiteIsNoVisitor(t *testing.T) {
	for address, hidden := range map[string]bool{"10.9.8.7:4711": false, "[fe80::1%eth0]:80": false, "127.0.0.1:80": false, "198.51.100.7:80": true} {
		m := maskOf(t, Options{}, func(r *http.Request) { r.RemoteAddr = address })
		host := hostOf(address)
		if got := m.text("refused by " + host); strings.Contains(got, host) == hidden {
			t.Errorf("%s: %s", address, got)
		}
	}
}

func TestAPasswordInsideAnObjectIsHidden(t *testing.T) {
	x := failed("text/plain", "boom")
	sendsBody(jsonType, `{"password": {"new": {"value": "s3cret-pass"}, "old": ["0ld-s3cret"]}, "note": "plain-n0te"}`)(x)
	m := newMask(New(Config{}).Site(Options{Scrubber: newScrubber(t)}).copy(x, 0))
	if got := m.text("s3cret-pass 0ld-s3cret plain-n0te"); got != filtered+" "+filtered+" plain-n0te" {
		t.Error(got)
	}
}
