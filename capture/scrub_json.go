package capture

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// json hides values by their key, at any depth. A document that was cut, or
// that is none, is treated as text.
func (s *Scrubber) json(body []byte) string {
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	var document any
	if dec.Decode(&document) != nil || dec.More() {
		return s.text(string(body))
	}
	clean, err := encodeJSON(s.value(document))
	if err != nil {
		return s.text(string(body))
	}
	return string(clean)
}

func (s *Scrubber) value(v any) any {
	switch v := v.(type) {
	case map[string]any:
		return s.object(v)
	case []any:
		s.arguments(v)
		if name, value, ok := namedPair(v); ok && s.denies(name) {
			return []any{name, s.hideNamed(name, value)}
		}
		for i, inner := range v {
			v[i] = s.value(inner)
		}
	case string:
		return s.text(v)
	}
	return v
}

// object hides secrets in the keys as well: {"jane@example.com": ["is taken"]}.
// Keys that are the same then are numbered. An audit does not know of them: its
// marks would change their order.
func (s *Scrubber) object(all map[string]any) map[string]any {
	keys := *s
	keys.audit = nil
	field, isField, oauth := s.pairedValue(all), false, false
	for key := range all {
		isField = isField || isFieldValue(key)
		oauth = oauth || key == "state" || key == "grant_type" || key == "redirect_uri" || key == "code_verifier"
	}
	clean := make(map[string]any, len(all))
	for _, key := range slices.Sorted(maps.Keys(all)) {
		inner := all[key]
		switch isKey := isField && strings.EqualFold(key, "key"); {
		case !isKey && (s.denies(key) || oauth && key == "code"):
			inner = s.hideNamed(key, s.shown(inner))
		case field != "" && isFieldValue(key) && isPlain(inner):
			inner = s.hideNamed(field, s.shown(inner))
		default:
			inner = s.value(inner)
		}
		key = keys.hideShapes(key)
		if _, taken := clean[key]; taken {
			key = fmt.Sprintf("%s %d", key, len(clean)+1)
		}
		clean[key] = inner
	}
	return clean
}

// arguments hides the arguments of a command line in a list: ["--token", "x"].
func (s *Scrubber) arguments(list []any) {
	for i := 0; i+1 < len(list); i++ {
		flag, isText := list[i].(string)
		argument, isArgument := list[i+1].(string)
		name, isFlag := strings.CutPrefix(flag, "-")
		if isText && isArgument && isFlag && s.denies(name) && !strings.HasPrefix(argument, "-") && !strings.Contains(flag, "=") {
			list[i+1] = s.hideNamed(flag, argument)
			i++
		}
	}
}

// namedPair returns the two texts of a list such as ["token", "…"].
func namedPair(list []any) (name, value string, ok bool) {
	if len(list) != 2 {
		return "", "", false
	}
	name, isName := list[0].(string)
	value, isText := list[1].(string)
	return name, value, isName && isText && len(name) <= maxCellName && !strings.Contains(name, filteredStart)
}

// encodeJSON leaves <, > and & as they are: six bytes for each would make a page
// half as long again.
func encodeJSON(v any) ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}
