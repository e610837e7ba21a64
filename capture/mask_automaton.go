package capture

import "unicode/utf8"

// automaton finds many texts in one walk, whatever they have in common (Aho and
// Corasick, 1975). Letters of ASCII count alike in both cases: hexadecimal digits
// and the escapes of URLs come in either.
type automaton struct {
	next  map[uint32]int32 // by node and byte
	nodes []automatonNode
}

type automatonNode struct {
	fail  int32 // the longest other text that ends here and may go on
	depth int32 // bytes of the text up to here
	ends  bool  // one of the texts ends here
	also  int32 // the next shorter one that ends here, too; 0: none
}

// Bounds of what is looked for, in bytes. A client may send more cookies than any
// site sets; what does not fit is hidden in the headers all the same.
const (
	maxPattern  = 256       // of one text: a longer one is looked for in pieces
	maxPatterns = 128 << 10 // of all
)

// minInside is in bytes: a text as long is hidden wherever it appears, a shorter one
// only as a word of its own.
const minInside = 16

// minBegun is in bytes of a text whose end is missing, because what it stands in
// was cut.
const minBegun = 8

// newAutomaton returns nil if there is nothing to look for.
func newAutomaton(texts []string) *automaton {
	if len(texts) == 0 {
		return nil
	}
	a := &automaton{next: make(map[uint32]int32), nodes: make([]automatonNode, 1)}
	size := 0
	for _, text := range texts {
		for rest := text; len(rest) > 0; {
			piece := rest[:min(len(rest), maxPattern)]
			rest = rest[len(piece):]
			if len(text) > maxPattern && len(piece) < minInside {
				piece = text[len(text)-minInside:] // the end alone would be found anywhere
			}
			if size += len(piece); size > maxPatterns {
				break
			}
			a.add(piece)
		}
	}
	a.link()
	return a
}

func edge(node int32, c byte) uint32 { return uint32(node)<<8 | uint32(c) }

func lower(c byte) byte {
	if isUpper(c) {
		c += 'a' - 'A'
	}
	return c
}

func (a *automaton) add(text string) {
	var node int32
	for i := range len(text) {
		e := edge(node, lower(text[i]))
		next, ok := a.next[e]
		if !ok {
			next = int32(len(a.nodes))
			a.next[e] = next
			a.nodes = append(a.nodes, automatonNode{depth: a.nodes[node].depth + 1})
		}
		node = next
	}
	a.nodes[node].ends = true
}

// link finds for each node where to go on when no text goes on from it.
func (a *automaton) link() {
	type step struct {
		from, to int32
		c        byte
	}
	byDepth := make([][]step, maxPattern+1)
	for e, to := range a.next {
		depth := a.nodes[to].depth
		byDepth[depth] = append(byDepth[depth], step{int32(e >> 8), to, byte(e)})
	}
	for _, steps := range byDepth {
		for _, s := range steps {
			if s.from == 0 {
				continue // its fail is the root
			}
			fail := a.step(a.nodes[s.from].fail, s.c)
			a.nodes[s.to].fail = fail
			a.nodes[s.to].also = a.nodes[fail].also
			if a.nodes[fail].ends {
				a.nodes[s.to].also = fail
			}
		}
	}
}

// step returns the node after c.
func (a *automaton) step(node int32, c byte) int32 {
	for {
		if next, ok := a.next[edge(node, c)]; ok {
			return next
		}
		if node == 0 {
			return 0
		}
		node = a.nodes[node].fail
	}
}

// find calls add with each place of one of the texts in s.
func (a *automaton) find(s string, add func(from, to int)) {
	var node int32
	for at := range len(s) {
		if node != 0 && cutAt(s[at:]) {
			a.begun(s, at, node, add)
		}
		node = a.step(node, lower(s[at]))
		if node != 0 {
			a.ended(s, at+1, node, add)
		}
	}
	if node != 0 {
		a.begun(s, len(s), node, add)
	}
}

// ended adds the longest text that ends at to. Of the short ones, which must be
// words, there are as many as they can have lengths.
func (a *automaton) ended(s string, to int, node int32, add func(from, to int)) {
	for n := node; n != 0; n = a.nodes[n].also {
		if !a.nodes[n].ends {
			continue
		}
		from := to - int(a.nodes[n].depth)
		if to-from >= minInside || wordBegins(s, from) && wordEnds(s, to) {
			add(from, to)
			return
		}
	}
}

// begun adds the text that is cut at to.
func (a *automaton) begun(s string, to int, node int32, add func(from, to int)) {
	from := to - int(a.nodes[node].depth)
	if to-from >= minInside || to-from >= minBegun && wordBegins(s, from) {
		add(from, to)
	}
}

// cutAt reports whether s begins with what stands for the rest of a text.
func cutAt(s string) bool {
	return s[0] == '.' && len(s) >= 3 && s[:3] == "..." || s[0] == 0xe2 && len(s) >= 3 && s[:3] == "…"
}

func wordBegins(s string, at int) bool { return at == 0 || !alphanumeric(s[at-1]) }
func wordEnds(s string, at int) bool   { return at == len(s) || !alphanumeric(s[at]) }

func alphanumeric(c byte) bool { return isLetter(c) || isDigit(c) || c >= utf8.RuneSelf }
