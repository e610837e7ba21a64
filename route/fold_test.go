package route

import "testing"

func TestABurstCountsAsMuchAsItsMinutesMay(t *testing.T) {
	for hits, want := range map[uint32]worth{30: 30, 60: 60, 5000: 120} {
		n := new(learned)
		n.hits.Store(hits)
		if n.fold(2, 1); n.worth != want {
			t.Errorf("%d requests in two minutes are worth %v, want %v", hits, n.worth, want)
		}
	}
}

func TestAShapeThatLosesItsLabelKeepsItsWorth(t *testing.T) {
	l := newLearners(t, 2, nil).Site("shop.example.com")
	find(l, "/a/", 7)
	n := l.names["/a/"]
	l.mu.Lock()
	defer l.mu.Unlock()
	if before := n.now(); before == 0 || l.evict(n) == nil || l.candidates["/a/"].worth != before {
		t.Errorf("it is worth %v, and was worth %v", l.candidates["/a/"], before)
	}
}
