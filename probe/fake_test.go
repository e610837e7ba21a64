package probe

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"fmt"
	"testing"
)

// packed returns a report as the probe sends it, in lines of at most n bytes of base64.
func packed(tb testing.TB, text string, n int) []string {
	tb.Helper()
	var b bytes.Buffer
	zw := zlib.NewWriter(&b)
	if _, err := zw.Write([]byte(text)); err != nil {
		tb.Fatal(err)
	}
	if err := zw.Close(); err != nil {
		tb.Fatal(err)
	}
	return split(base64.StdEncoding.EncodeToString(b.Bytes()), n)
}

func split(text string, n int) (lines []string) {
	total := (len(text) + n - 1) / n
	for i := range total {
		lines = append(lines, fmt.Sprintf("%d/%d %s", i+1, total, text[i*n:min((i+1)*n, len(text))]))
	}
	return lines
}
