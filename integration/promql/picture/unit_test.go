package main

import "testing"

func TestText(t *testing.T) {
	for _, c := range []struct {
		name  string
		value float64
		unit  string
		want  string
	}{
		{"a short time is in milliseconds", 0.0234, "s", "23 ms"},
		{"a long one in seconds", 1.26, "s", "1.3 s"},
		{"almost a second is a second", 0.9999, "s", "1 s"},
		{"no time needs no prefix", 0, "s", "0 s"},
		{"a share is in percent", 0.0123, "percentunit", "1.2%"},
		{"a rate has no digits that mean nothing", 23.456, "reqps", "23 req/s"},
		{"whole numbers stay whole", 4, "short", "4"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := text(c.value, c.unit); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}
