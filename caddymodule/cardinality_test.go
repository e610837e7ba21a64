package caddymodule

import (
	"fmt"
	"net/http"
	"os"
	"runtime"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
)

// Whoever asks for ever new paths cannot make the gateway grow.
func TestDistinctPathsMakeNoNewSeries(t *testing.T) {
	paths, memory := 200_000, int64(10<<20) // bytes: 50 for each path
	if os.Getenv("GATEWAY_TEST_LONG") != "" {
		paths, memory = 10_000_000, 50<<20
	}
	m := provisionedMonitor(t)
	for _, status := range []int{http.StatusOK, http.StatusNotFound} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			next := answering(status)
			w, r := handlerCase{path: "/"}.exchange()
			ask := func(from, to int) {
				for i := from; i < to; i++ {
					if i%2 == 0 {
						r.URL.Path = fmt.Sprintf("/%s/%d/%s", word(i), i, word(i*7919))
					} else {
						r.URL.Path = fmt.Sprintf("/app%d/%d/", i%2000, i)
					}
					if err := m.ServeHTTP(w, r, next); err != nil {
						t.Fatal(err)
					}
				}
			}
			ask(0, paths/100) // more than the cap
			series, heap := countSeries(t, m), heapInUse()
			ask(paths/100, paths)
			// Learned labels change hands, and the series of those that have lost theirs are removed.
			const changing = 20
			if now := countSeries(t, m); now > series+changing {
				t.Errorf("%d series after %d paths, %d after %d", now, paths, series, paths/100)
			}
			if grown := heapInUse() - heap; grown > memory {
				t.Errorf("the heap grew by %d MiB", grown>>20)
			}
		})
	}
}

// word spells i in letters: a name that no classifier takes for a number.
func word(i int) string {
	const vowels, consonants = "aeiou", "bdfgklmnprst"
	var s []byte
	for range 3 {
		s = append(s, consonants[i%len(consonants)], vowels[i/len(consonants)%len(vowels)])
		i /= 7
	}
	return string(s)
}

func countSeries(t *testing.T, m *Monitor) int {
	t.Helper()
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(m.app.collectors()...)
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, family := range families {
		n += len(family.GetMetric())
	}
	return n
}

func heapInUse() int64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}
