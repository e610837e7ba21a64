package integration

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// writtenForms are the ways in which a secret may be written inside a larger text.
func writtenForms(secret string) map[string]string {
	digits := hex.EncodeToString([]byte(secret))
	var percent strings.Builder
	for i := range len(secret) {
		fmt.Fprintf(&percent, "%%%02X", secret[i])
	}
	forms := map[string]string{
		"raw":                        secret,
		"hex":                        digits,
		"hex in capitals":            strings.ToUpper(digits),
		"percent-encoded":            url.QueryEscape(secret),
		"percent-encoded path":       url.PathEscape(secret),
		"percent-encoded throughout": percent.String(),
	}
	// How the bytes of a secret fall into base64's groups of three depends on the bytes before them.
	for before := range 3 {
		text := append(make([]byte, before), secret...)
		first, end := (8*before+5)/6, 8*len(text)/6
		forms[fmt.Sprintf("base64 after %d bytes", before)] = base64.RawStdEncoding.EncodeToString(text)[first:end]
		forms[fmt.Sprintf("base64 for URLs after %d bytes", before)] = base64.RawURLEncoding.EncodeToString(text)[first:end]
	}
	return forms
}

// keeps fails if a text holds one of the secrets in any of its written forms.
func keeps(t *testing.T, where, text string, secrets ...string) {
	t.Helper()
	for _, secret := range secrets {
		forms := writtenForms(secret)
		for _, form := range append([]string{"raw"}, slices.Sorted(maps.Keys(forms))...) {
			if at := strings.Index(text, forms[form]); at >= 0 {
				t.Errorf("%s has %s (%s): …%.300q", where, secret, form, text[max(0, at-150):])
				break
			}
		}
	}
}

func TestASecretIsFoundInEveryWrittenForm(t *testing.T) {
	const secret = "s3cr3t/with?signs&more"
	forms := writtenForms(secret)
	for name, text := range map[string]string{
		"raw":                           "a=" + secret + ";",
		"hex":                           hex.EncodeToString([]byte("0" + secret + "1")),
		"percent-encoded":               "q=" + url.QueryEscape("x "+secret+" y"),
		"base64 after 0 bytes":          base64.StdEncoding.EncodeToString([]byte("jan" + secret + "!")),
		"base64 after 1 bytes":          base64.StdEncoding.EncodeToString([]byte("j" + secret)),
		"base64 after 2 bytes":          base64.StdEncoding.EncodeToString([]byte("user:" + secret)),
		"percent-encoded path":          "/" + url.PathEscape(secret) + "/",
		"base64 for URLs after 0 bytes": base64.URLEncoding.EncodeToString([]byte(secret + "!")),
	} {
		if !strings.Contains(text, forms[name]) {
			t.Errorf("%s: %q is not in %q", name, forms[name], text)
		}
	}
}
