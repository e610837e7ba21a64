package route

import (
	"slices"
	"strings"
)

// index finds the patterns that a path may match by the text they begin with: a
// radix tree, so that what it costs depends on the path, and not on how many
// patterns there are.
type index struct {
	text   string // that leads here from above
	firsts string // of the text of each child
	below  []*index
	above  *index  // the nearest one with patterns of its own
	own    []int32 // the patterns that begin with just the text up to here, in order
}

// newIndex makes the index of patterns that begin with prefixes.
func newIndex(prefixes []string) *index {
	root := new(index)
	for i, prefix := range prefixes {
		at := root.make(prefix)
		at.own = append(at.own, int32(i))
	}
	root.link(nil)
	return root
}

// make returns the place of prefix, making it if need be.
func (x *index) make(prefix string) *index {
	if prefix == "" {
		return x
	}
	i := strings.IndexByte(x.firsts, prefix[0])
	if i < 0 {
		leaf := &index{text: prefix}
		x.firsts += prefix[:1]
		x.below = append(x.below, leaf)
		return leaf
	}
	child := x.below[i]
	n := 0
	for n < len(prefix) && n < len(child.text) && prefix[n] == child.text[n] {
		n++
	}
	if n < len(child.text) {
		x.below[i] = &index{text: child.text[:n], firsts: child.text[n : n+1], below: []*index{child}}
		child.text = child.text[n:]
	}
	return x.below[i].make(prefix[n:])
}

func (x *index) link(above *index) {
	x.above = above
	if len(x.own) > 0 {
		above = x
	}
	for _, child := range x.below {
		child.link(above)
	}
}

// deepest returns the place whose text is the longest that path begins with.
func (x *index) deepest(path string) *index {
	for path != "" {
		i := strings.IndexByte(x.firsts, path[0])
		if i < 0 {
			break
		}
		child := x.below[i]
		if !strings.HasPrefix(path, child.text) {
			break
		}
		x, path = child, path[len(child.text):]
	}
	return x
}

// next returns the first pattern after i that begins with the text up to x or a
// part of it, or -1.
func (x *index) next(i int32) int32 {
	first := int32(-1)
	for ; x != nil; x = x.above {
		at, _ := slices.BinarySearch(x.own, i+1)
		if at < len(x.own) && (first < 0 || x.own[at] < first) {
			first = x.own[at]
		}
	}
	return first
}
