package capture

import (
	"bytes"
	"encoding/json"
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
		for key, inner := range v {
			if s.denies(key) {
				v[key] = s.hideNamed(key, s.shown(inner))
			} else {
				v[key] = s.value(inner)
			}
		}
	case []any:
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

// namedPair returns the two texts of a list such as ["token", "…"].
func namedPair(list []any) (name, value string, ok bool) {
	if len(list) != 2 {
		return "", "", false
	}
	name, isName := list[0].(string)
	value, isText := list[1].(string)
	return name, value, isName && isText && len(name) <= maxCellName
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
