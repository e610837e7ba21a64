package integration

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Whoever asks for many ranges of a file gets at most what the file has, and the
// headers of the parts.
func TestAFloodOfRangesIsNoMoreThanTheFile(t *testing.T) {
	needs(t, "django")
	const size, ranges, head = 5 << 20, 1000, 200
	shop := preparedShop(t)
	static := filepath.Join(shop.Dir, "static")
	if err := os.WriteFile(filepath.Join(static, "film.bin"), make([]byte, size), 0o644); err != nil {
		t.Fatal(err)
	}
	g := newFront(t, onGunicorn(t, shop), static)
	client := newClient(t)
	for _, c := range []struct {
		name string
		part func(i int) string
		most int64
	}{
		{"of single bytes", func(i int) string { return fmt.Sprintf("%d-%d", 2*i, 2*i) }, ranges * head},
		{"each the whole file", func(int) string { return "0-" }, size},
		{"that overlap", func(i int) string { return fmt.Sprintf("%d-", i) }, size},
		{"that touch", func(i int) string { return fmt.Sprintf("%d-%d", i*(size/ranges), (i+1)*(size/ranges)-1) }, size + ranges*head},
		{"from the end", func(i int) string { return fmt.Sprintf("-%d", size-i) }, size},
	} {
		t.Run(c.name, func(t *testing.T) {
			parts := make([]string, ranges)
			for i := range parts {
				parts[i] = c.part(i)
			}
			req, err := http.NewRequest("GET", g.site+"/static/film.bin", nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Range", "bytes="+strings.Join(parts, ","))
			resp, err := client.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			n, err := io.Copy(io.Discard, resp.Body)
			if err != nil || n > c.most {
				t.Errorf("%s: %d bytes, %v; the file has %d", resp.Status, n, err, size)
			}
		})
	}
	if grown := memory(t, g.Pid(), "VmHWM"); grown > 200<<20 {
		t.Errorf("they cost %d MiB of memory", grown>>20)
	}
}
