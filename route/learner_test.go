package route

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"
	"unsafe"
)

func TestLearnedLabels(t *testing.T) {
	for _, c := range []struct{ name, path, want string }{
		{"the root", "/", "/"},
		{"words stay", "/shop/basket/", "/shop/basket/"},
		{"a number", "/orders/4711/", "/orders/<var>/"},
		{"a UUID", "/orders/" + someUUID + "/", "/orders/<var>/"},
		{"a digest", "/static/9fceb02d0ae598e9.css", "/static/<var>"},
		{"a * in the path", "/orders/a*b/", "/orders/<var>/"},
		{"a * as the second character", "/a*/b*c/", "/<var>/<var>/"},
		{"letters that are no ASCII", "/größe/", "/<var>/"},
		{"bytes that are no UTF-8", "/orders/\xff\xfe/", "/orders/<var>/"},
		{"a byte that is no UTF-8 as the second character", "/a\xff/", "/<var>/"},
		{"many segments", strings.Repeat("/12", 20), strings.Repeat("/<var>", 9)},
		{"nothing", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := newLearner(t, 10).find(c.path, success).Label; got != c.want {
				t.Errorf("label(%q) = %q, want %q", c.path, got, c.want)
			}
		})
	}
}

func TestTheBeginningOfALongPathIsItsLabel(t *testing.T) {
	l := newLearner(t, 10)
	long := strings.Repeat("/€", maxPathBytes)
	label := l.find(long, success).Label
	if len(label) > 10*maxPathBytes || !utf8.ValidString(label) {
		t.Errorf("label %q", label)
	}
	if other := l.find(long+"/else", success).Label; other != label {
		t.Errorf("label %q, want %q", other, label)
	}
	for i := range l.cache {
		if r := l.cache[i].Load(); r != nil && len(r.path) > maxPathBytes {
			t.Errorf("%d bytes of a path are remembered", len(r.path))
		}
	}
}

func TestTheCapHoldsUnderConcurrency(t *testing.T) {
	l := newLearner(t, 50)
	words := []string{"orders", "users", "basket", "checkout", "search", "about", "terms", "login", "logout", "profile"}
	var mu sync.Mutex
	labels := make(map[string]bool)
	var wg sync.WaitGroup
	for g := range uint64(8) {
		wg.Go(func() {
			random := rand.New(rand.NewPCG(g, 1))
			for range 5_000 {
				path := "/" + words[random.IntN(10)] + "/" + words[random.IntN(10)] + "/" + words[random.IntN(10)] + "/"
				label := l.find(path, lesson(random.IntN(2))).Label
				if label != path && label != Other && label != Unmatched {
					t.Errorf("label(%q) = %q", path, label)
				}
				mu.Lock()
				labels[label] = true
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	delete(labels, Other)
	delete(labels, Unmatched)
	if len(labels) != 50 || len(l.names) != 50 {
		t.Errorf("%d labels were given and %d are known, want 50", len(labels), len(l.names))
	}
}

func TestARememberedLabelAllocatesNothing(t *testing.T) {
	table := NewTable(nil, nil, newLearner(t, 10), Naming{})
	table.Label("/orders/4711/", Answer{Status: 200})
	if n := testing.AllocsPerRun(1000, func() { table.Label("/orders/4711/", Answer{Status: 200}) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestARememberedPathIsACopy(t *testing.T) {
	l := newLearner(t, 10)
	path := "/orders/4711/?and a megabyte of other things"[:13]
	l.find(path, success)
	for i := range l.cache {
		if r := l.cache[i].Load(); r != nil && unsafe.StringData(r.path) == unsafe.StringData(path) {
			t.Error("the memory of the request is held")
		}
	}
}

func TestTheLastLabelIsGivenOnce(t *testing.T) {
	l := newLearner(t, 1)
	for range 20 {
		clear(l.names)
		l.full.Store(false)
		var done sync.WaitGroup
		l.mu.Lock() // so that all of them look at once whether there is room
		for _, shape := range []string{"/a/", "/b/", "/c/", "/d/"} {
			done.Go(func() { l.admit(shape, failure) })
		}
		time.Sleep(5 * time.Millisecond)
		l.mu.Unlock()
		done.Wait()
		if len(l.names) != 1 {
			t.Fatalf("%d labels, want 1", len(l.names))
		}
	}
}

func TestDistinctPathsCostBoundedMemory(t *testing.T) {
	paths := 1_000_000
	if testing.Short() {
		paths = 5_000
	}
	l := newLearner(t, DefaultMaxLearned)
	table := NewTable(nil, nil, l, Naming{})
	random := rand.New(rand.NewPCG(1, 2))
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	labels := make(map[string]bool)
	for range paths {
		path := fmt.Sprintf("/%x/%s/%d/", random.Uint64(), strings.Repeat(string(rune('a'+random.IntN(26))), random.IntN(300)), random.IntN(1e9))
		labels[table.Label(path, Answer{Status: 200})] = true
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if len(l.names) > DefaultMaxLearned || len(l.candidates) > candidatesPerLabel*DefaultMaxLearned {
		t.Errorf("%d labels and %d candidates", len(l.names), len(l.candidates))
	}
	for label := range labels {
		if strings.Contains(label, "*") || !utf8.ValidString(label) {
			t.Errorf("label %q", label)
		}
	}
	grown := int64(after.HeapAlloc) - int64(before.HeapAlloc)
	t.Logf("%d labels, %d KiB", len(labels), grown>>10)
	if grown > 16<<20 {
		t.Errorf("%d bytes are held", grown)
	}
	runtime.KeepAlive(table)
}

func BenchmarkLearner(b *testing.B) {
	table := NewTable(nil, nil, newLearner(b, DefaultMaxLearned), Naming{})
	b.Run("remembered", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			table.Label("/orders/4711/", Answer{Status: 200})
		}
	})
	b.Run("new", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			table.Label(fmt.Sprintf("/orders/%d/", i), Answer{Status: 200})
		}
	})
}

func TestWhoLeavesTeachesNothing(t *testing.T) {
	learner := newLearner(t, 2)
	table := NewTable(nil, nil, learner, Naming{})
	for _, path := range []string{"/made/up/", "/more/of/it/", "/and/more/"} {
		if got := table.Label(path, Answer{Status: 499}); got != Unmatched {
			t.Errorf("%s, which nobody waited for, is %s", path, got)
		}
	}
	if got := table.Label("/cart/", Answer{Status: 200}); got != "/cart/" {
		t.Errorf("/cart/ is %s", got)
	}
}

func TestALabelIsFitForATerminal(t *testing.T) {
	learner := newLearner(t, 10)
	if got := NewTable(nil, nil, learner, Naming{}).Label("/u\x1bc/list/", Answer{Status: 200}); got != "/<var>/list/" {
		t.Errorf("%q", got)
	}
}
