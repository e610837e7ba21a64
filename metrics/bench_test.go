package metrics

import "testing"

func BenchmarkObserve(b *testing.B) {
	site := New().Site("a")
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		x := answered()
		for pb.Next() {
			site.Observe(x)
		}
	})
}

func BenchmarkObserveSerial(b *testing.B) {
	site := New().Site("a")
	x := answered()
	b.ReportAllocs()
	for b.Loop() {
		active := site.Begin(x.Method)
		site.Observe(x)
		active.Dec()
	}
}
