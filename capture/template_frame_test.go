package capture

import (
	"slices"
	"testing"

	"github.com/getsentry/sentry-go"
)

func TestTheLineOfATemplateStandsWhereTheSDKPutsIt(t *testing.T) {
	const base = "django.template.base"
	line := sentry.Frame{Filename: "price.html"}
	for _, c := range []struct {
		name   string
		frames []sentry.Frame
		want   int
	}{
		{"above the filter that failed", []sentry.Frame{
			{Module: base, Function: "render"}, {Module: base, Function: "resolve"}, {Module: "tax", Function: "with_tax"}}, 1},
		{"below the innermost that renders", []sentry.Frame{
			{Module: base, Function: "render"}, {Module: base, Function: "render"}, {Module: base, Function: "resolve"}}, 2},
		{"below what parses", []sentry.Frame{
			{Module: base, Function: "parse"}, {Module: base, Function: "invalid_block_tag"}}, 1},
		{"not below a render of others", []sentry.Frame{
			{Module: base, Function: "render"}, {Module: "shop.pages", Function: "render"}}, 1},
		{"at the end without any", []sentry.Frame{{Module: "shop.pages", Function: "price"}}, 1},
		{"alone", nil, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := withTemplate(slices.Clone(c.frames), line)
			at := slices.IndexFunc(got, func(f sentry.Frame) bool { return f.Filename == line.Filename })
			if at != c.want || len(got) != len(c.frames)+1 {
				t.Errorf("it is frame %d of %d, not %d", at, len(got), c.want)
			}
		})
	}
}
