package docs_test

import (
	"encoding/json"
	"maps"
	"os"
	"slices"
	"testing"
)

// The page names every field that the export of a project with everything has.
func TestTheRoutesFileHasTheDocumentedFields(t *testing.T) {
	text, err := os.ReadFile("../urlconf/testdata/library.json")
	if err != nil {
		t.Fatal(err)
	}
	var document map[string]any
	if err := json.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	fields := map[string]map[string]bool{}
	add := func(kind string, of map[string]any) {
		if fields[kind] == nil {
			fields[kind] = map[string]bool{}
		}
		for name := range of {
			fields[kind][name] = true
		}
	}
	var walk func(nodes any)
	walk = func(nodes any) {
		for _, n := range nodes.([]any) {
			node := n.(map[string]any)
			add("of a node", node)
			for kind, key := range map[string]string{"of a converter": "converters", "of a translation": "translations"} {
				values, _ := node[key].(map[string]any)
				for _, value := range values {
					add(kind, value.(map[string]any))
				}
			}
			if children, ok := node["children"]; ok {
				walk(children)
			}
		}
	}
	add("field", document)
	walk(document["patterns"])
	page := readPage(t, "routes.md")
	for kind, found := range fields {
		same(t, "routes.md, "+kind, names(page.column(kind)), slices.Sorted(maps.Keys(found)))
	}
}
