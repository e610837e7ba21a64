package capture

import (
	"encoding/base64"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/caddy-django/gateway/internal/testutil"
)

// worst are texts that would make a scrubber slow that looks at one part of them
// again and again.
var worst = []string{
	"://:", "://a:", "a@", "%40", "a%40", "@a.", "eyJ", "ewogaaaaaaaa", "-----BEGIN PRIVATE KEY", "Bearer ", "a=", "a:", "password=", "password: 'x' ",
	"password=a=", "'a': ", `\'`, `"`, "'", "'''", "{", "[", "(", "=>", "%3D", "a%3D", "%253D", "%25", " ", "\n", "a ", "a.", "a-", "-p ", "-p1 ", "(-p", "[-ua", "--token ",
	"--token 'a", "-u a:", "'-a','", "mysql -p ", "<a", "<password>", "<password>a", "<name>a</name>", "<value>a</value>", "<name>", "</", "&lt;password&gt;", "<password a",
	"&quot;", "Key (a)=(", "Key (", "Duplicate entry '", "ailing row contains (", "'a' for ", "'a' for key ", "/a", "/reset/", "/reset/a/", "/token/a1b2c3d4", "4111 ", "4111",
	"1.", "DE89", "DE89 ", "pbkdf2_", "pbkdf2:", "$2b$", "password ", "password 'a", "with password ", "api key ", "form-data; name=a\n", "form-data; name=password\r\n\r\n",
	`{"name":"password",`, `"value":"a",`, "value=", "name=", "name=password&", "value=a&", "[0]", "a[", "a]", `\u0061`, "data=", "é", "\u00a0", "| \n a", "(\"a\",\"b", "setattr(a",
	"<tr><td>token</td>", "<textarea name=token>", "<input name=a value=\"<input value='", "<!--", "<![CDATA[", "<script>", "&", ";", "a;b=",
}

// maxGrowth is how many times longer a text may take than a sixteenth of it: 16 times, with room
// for what else a machine does. What is quadratic takes 256 times as long.
const maxGrowth = 60

func TestScrubbingTakesTimeInProportionToTheText(t *testing.T) {
	if testing.Short() {
		t.SkipNow()
	}
	s := newScrubber(t)
	size := 16 << 10 // in bytes; the race detector makes it as slow as four times as much
	if os.Getenv("GATEWAY_TEST_LONG") != "" {
		size = 64 << 10
	}
	slowest, of := time.Duration(0), ""
	for name, run := range map[string]func(string){
		"text":     func(text string) { s.text(text) },
		"a page":   func(text string) { s.html([]byte(text)) },
		"JSON":     func(text string) { s.json([]byte(`{"a":` + quote(text) + `}`)) },
		"cut JSON": func(text string) { s.json([]byte(`{"a":"` + text)) },
		"a query":  func(text string) { s.query(text) },
		"a URL":    func(text string) { s.url(text) },
		"a header": func(text string) { s.headerValue("X-A", text) },
		"names":    func(text string) { s.denies(text) },
		"deep":     func(text string) { s.json([]byte(strings.Repeat("[", len(text)) + quote(text[:16]))) },
	} {
		for _, again := range worst {
			small := fastest(run, strings.Repeat(again, size/16/len(again)), 3)
			text := strings.Repeat(again, size/len(again))
			large := fastest(run, text, 1)
			if large > maxGrowth*small { // perhaps by chance
				large = fastest(run, text, 3)
			}
			if large > maxGrowth*small {
				t.Errorf("%s of %q takes %v for %d bytes and %v for a sixteenth", name, again, large, size, small)
			}
			if large > slowest {
				slowest, of = large, name+" of "+again
			}
		}
	}
	t.Logf("the slowest takes %v for %d bytes: %s", slowest, size, of)
}

// fastest is the time of the fastest of some rounds, and a millisecond at least: less says nothing.
func fastest(run func(string), text string, rounds int) time.Duration {
	best := time.Hour
	for range rounds {
		best = min(best, testutil.CPUTime(func() { run(text) }))
	}
	return max(best, time.Millisecond)
}

func TestWordsThatBeginLikeSecretsTakeTimeInProportionToTheText(t *testing.T) {
	if testing.Short() {
		t.SkipNow()
	}
	s := newScrubber(t)
	run := func(text string) { s.hideWords(text) }
	units := []string{"Maaaaaaaaaaaaaaaa-", "Maaaaaaaaaaaaaaaa.", "0123456789abcdef0123456789abcdef-", "123456:a-", "bot123456:-", "abc123-", "4111-", "DE89-"}
	for _, all := range credentialsBy {
		for _, c := range all {
			units = append(units, c.prefix, c.prefix+"-", c.prefix+"a-", c.prefix+c.also+"-")
		}
	}
	for _, again := range units {
		small := fastest(run, strings.Repeat(again, 4<<10/len(again)), 3)
		if large := fastest(run, strings.Repeat(again, 64<<10/len(again)), 3); large > maxGrowth*small {
			t.Errorf("%q takes %v for 64 KiB and %v for 4 KiB", again, large, small)
		}
	}
}

func TestALongSecretIsHiddenToItsEnd(t *testing.T) {
	s := newScrubber(t)
	for name, secret := range map[string]string{
		"a key":                      "sk-" + strings.Repeat("a1b2-", 1000),
		"basic authentication":       "Basic " + base64.StdEncoding.EncodeToString([]byte("ada:"+strings.Repeat("é", 1000))),
		"one at the limit of a look": "sk-" + strings.Repeat("a1", maxChecked/2),
	} {
		if got := s.hideWords("with " + secret + " it fails"); strings.Count(got, "a") > 3 || len(got) > 50 {
			t.Errorf("%s leaves %.80q", name, got)
		}
	}
}
