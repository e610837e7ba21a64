package promql

import (
	"fmt"
	"os"
	"regexp"
	"testing"

	"github.com/caddy-django/gateway/integration/stack"
)

var promqlBlock = regexp.MustCompile("(?s)```promql\n(.*?)```")

// What the documentation asks must have an answer as well, or what its
// conditions compare.
func TestEveryDocumentedQueryHasAnAnswer(t *testing.T) {
	h := lived(t)
	for _, name := range []string{"metrics.md", "probe.md"} {
		page, err := os.ReadFile(stack.Root("docs", name))
		if err != nil {
			t.Fatal(err)
		}
		blocks := promqlBlock.FindAllStringSubmatch(string(page), -1)
		if len(blocks) == 0 {
			t.Fatalf("%s has no query", name)
		}
		for i, block := range blocks {
			t.Run(fmt.Sprint(name, "/", i+1), func(t *testing.T) {
				expr, err := parse(block[1])
				if err != nil {
					t.Fatal(err)
				}
				for _, value := range compared(expr) {
					if err := h.check(t.Context(), value, h.mixed); err != nil {
						t.Errorf("%s: %v", value, err)
					}
				}
			})
		}
	}
}
