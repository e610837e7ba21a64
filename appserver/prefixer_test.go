package appserver

import (
	"bytes"
	"strings"
	"testing"
)

func TestLinesStayWhole(t *testing.T) {
	var out bytes.Buffer
	p := &prefixer{to: &out, prefix: "gunicorn | "}
	for _, text := range []string{"one\ntw", "o\n", "\n", "three", strings.Repeat("x", maxLine), "end"} {
		if n, err := p.Write([]byte(text)); n != len(text) || err != nil {
			t.Fatalf("%d, %v", n, err)
		}
	}
	p.flush()
	p.flush()
	want := "gunicorn | one\ngunicorn | two\ngunicorn | \ngunicorn | three" + strings.Repeat("x", maxLine) + "\ngunicorn | end\n"
	if out.String() != want {
		t.Errorf("got %q", out.String())
	}
}
