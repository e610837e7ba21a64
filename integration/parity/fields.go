package parity

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
)

// named matches fields whose names are data.
var named = regexp.MustCompile(`^(_meta|modules|extra|request\.headers|request\.data|contexts\.response\.headers|breadcrumbs\.values\[\]\.data|.*\.vars)\..*`)

// fields are the paths of what an event holds, such as request.url.
func fields(raw json.RawMessage) []string {
	var event any
	if json.Unmarshal(raw, &event) != nil {
		return nil
	}
	found := make(map[string]bool)
	var walk func(path string, value any)
	walk = func(path string, value any) {
		switch value := value.(type) {
		case map[string]any:
			for name, member := range value {
				if path != "" {
					name = path + "." + name
				}
				walk(name, member)
			}
		case []any:
			for _, element := range value {
				walk(path+"[]", element)
			}
		case nil:
		default:
			if value != "" {
				found[named.ReplaceAllString(path, "$1")] = true
			}
		}
	}
	walk("", event)
	return slices.Sorted(maps.Keys(found))
}

// count is in how many kinds a source sent a field.
func (e Events) count() map[string]int {
	counts := make(map[string]int)
	for _, kind := range Kinds {
		all := make(map[string]bool)
		for _, raw := range e[kind.Name] {
			for _, field := range fields(raw) {
				all[field] = true
			}
		}
		for field := range all {
			counts[field]++
		}
	}
	return counts
}
