package manifest

import (
	"errors"
	"fmt"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// entry is one string of the file. Its line counts from 1.
type entry struct {
	text string
	line int
}

// read takes the strings out of the file. Decoding alone would do, but it
// forgets the lines, and an error about a value must name its line; so decoding
// vouches for the TOML and the syntax tree gives the values.
func read(data []byte) (caddy entry, with []entry, err error) {
	var document map[string]any
	if err := toml.Unmarshal(data, &document); err != nil {
		return entry{}, nil, syntaxError(err)
	}

	var p unstable.Parser
	p.Reset(data)
	for p.NextExpression() {
		e := p.Expression()
		key, line := keyOf(&p, e)
		switch {
		case e.Kind != unstable.KeyValue:
			return entry{}, nil, lineError(line, `unknown table %q: the file has the keys "caddy" and "with" alone`, key)
		case key == "caddy":
			if e.Value().Kind != unstable.String {
				return entry{}, nil, lineError(line, `caddy is not a string: write caddy = "v2.11.9"`)
			}
			caddy = entry{string(e.Value().Data), line}
		case key == "with":
			if with, err = stringsOf(&p, e.Value(), line); err != nil {
				return entry{}, nil, err
			}
		default:
			return entry{}, nil, lineError(line, `unknown key %q: the file has the keys "caddy" and "with" alone`, key)
		}
	}
	return caddy, with, nil
}

func keyOf(p *unstable.Parser, e *unstable.Node) (key string, line int) {
	var parts []string
	for it := e.Key(); it.Next(); {
		parts = append(parts, string(it.Node().Data))
		line = p.Shape(it.Node().Raw).Start.Line
	}
	return strings.Join(parts, "."), line
}

func stringsOf(p *unstable.Parser, list *unstable.Node, line int) ([]entry, error) {
	const want = `write with = ["module@version", "module=./directory"]`
	if list.Kind != unstable.Array {
		return nil, lineError(line, "with is not a list: "+want)
	}
	var entries []entry
	for it := list.Children(); it.Next(); {
		n := it.Node()
		if n.Raw.Length > 0 { // a list in the list has no place of its own
			line = p.Shape(n.Raw).Start.Line
		}
		if n.Kind != unstable.String {
			return nil, lineError(line, "with holds something else than strings: "+want)
		}
		entries = append(entries, entry{string(n.Data), line})
	}
	return entries, nil
}

func syntaxError(err error) error {
	if syntax := (*toml.DecodeError)(nil); errors.As(err, &syntax) {
		line, _ := syntax.Position()
		return lineError(line, "%s", strings.TrimPrefix(syntax.Error(), "toml: "))
	}
	return fmt.Errorf("reading %s: %w", File, err)
}
