package route

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"unicode/utf8"
)

const (
	// URLConfVersion is the version of the format that this package reads.
	URLConfVersion = 1
	// MaxURLConfBytes is the size of the largest file that is read.
	MaxURLConfBytes = 64 << 20
)

// URLConf is a project's whole URLconf, as Django has built it: a tree, and the
// settings that decide how a path is looked up in it.
type URLConf struct {
	Version          int        `json:"version"`
	Hash             string     `json:"hash"`
	Django           string     `json:"django"`
	Python           string     `json:"python"`
	Settings         string     `json:"settings"`
	RootURLConf      string     `json:"root_urlconf"`
	AppendSlash      bool       `json:"append_slash"`
	ScriptName       string     `json:"script_name"`
	StaticURL        string     `json:"static_url"`
	MediaURL         string     `json:"media_url"`
	UseI18N          bool       `json:"use_i18n"`
	LanguageCode     string     `json:"language_code"`
	Languages        []string   `json:"languages"`
	LocaleMiddleware bool       `json:"locale_middleware"`
	Patterns         []*URLNode `json:"patterns"`
}

// Kinds of a URLNode.
const (
	kindPath         = "path"
	kindRegex        = "re_path"
	kindLocalePrefix = "locale_prefix"
	kindOpaque       = "opaque" // only Python can tell what it matches
)

// URLNode is a pattern with the view it leads to, or with the patterns that it
// includes.
type URLNode struct {
	Kind                  string                  `json:"kind"`
	Route                 string                  `json:"route"`
	Regex                 string                  `json:"regex"` // Python's
	Flags                 string                  `json:"flags"` // of the regex: letters as in (?ims)
	Endpoint              bool                    `json:"endpoint"`
	Converters            map[string]URLConverter `json:"converters"`
	Translations          map[string]Translation  `json:"translations"` // by language
	PrefixDefaultLanguage bool                    `json:"prefix_default_language"`

	View string `json:"view"` // dotted path; empty for an include
	Name string `json:"name"`

	Namespace string     `json:"namespace"`
	AppName   string     `json:"app_name"`
	Languages []string   `json:"languages"` // in which it is there; nil for all
	Children  []*URLNode `json:"children"`
}

// URLConverter is what a parameter of a path() is matched with.
type URLConverter struct {
	Class  string `json:"class"`
	Regex  string `json:"regex"`
	Opaque bool   `json:"opaque"` // its to_python may refuse what the regex takes
}

// Translation is a pattern in one language.
type Translation struct {
	Route string `json:"route"`
	Regex string `json:"regex"`
}

// LoadURLConf reads a file, of at most MaxURLConfBytes. An error names the file
// and the position in it.
func LoadURLConf(name string) (*URLConf, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("opening the routes: %w", err)
	}
	defer file.Close()
	conf, err := ReadURLConf(file)
	if err != nil {
		return nil, fmt.Errorf("reading the routes in %s: %w", name, err)
	}
	return conf, nil
}

// ReadURLConf reads what LoadURLConf does, from r.
func ReadURLConf(r io.Reader) (*URLConf, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxURLConfBytes+1))
	if err != nil {
		return nil, err
	}
	if len(data) > MaxURLConfBytes {
		return nil, fmt.Errorf("it is larger than %d MB: is it the output of caddy django routes?", MaxURLConfBytes>>20)
	}
	if !utf8.Valid(data) {
		return nil, fmt.Errorf("%s: not UTF-8", position(data, firstInvalid(data)))
	}
	// The version comes first: another one may have other fields.
	var head struct {
		Version int `json:"version"`
	}
	if err := decode(data, &head); err != nil {
		return nil, err
	}
	if head.Version != URLConfVersion {
		return nil, fmt.Errorf("it has version %d, want %d: export it again with caddy django routes", head.Version, URLConfVersion)
	}
	conf := new(URLConf)
	if err := decode(data, conf); err != nil {
		return nil, err
	}
	if conf.Patterns == nil {
		return nil, errors.New("it has no patterns")
	}
	if err := checkNodes("patterns", conf.Patterns); err != nil {
		return nil, err
	}
	return conf, nil
}

func decode(data []byte, to any) error {
	err := json.Unmarshal(data, to)
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("%s: %w", position(data, int(syntax.Offset)), err)
	case errors.As(err, &kind):
		return fmt.Errorf("%s: %s is of the wrong kind: %s", position(data, int(kind.Offset)), kind.Field, kind.Value)
	}
	return err
}

// checkNodes refuses what no exporter writes.
func checkNodes(where string, nodes []*URLNode) error {
	for i, n := range nodes {
		at := fmt.Sprintf("%s[%d]", where, i)
		switch {
		case n == nil:
			return fmt.Errorf("%s: null is no pattern", at)
		case n.View != "" && n.Children != nil:
			return fmt.Errorf("%s: it has both a view and children", at)
		case n.View == "" && n.Endpoint:
			return fmt.Errorf("%s: an endpoint has no view", at)
		}
		switch n.Kind {
		case kindPath, kindRegex, kindLocalePrefix, kindOpaque:
		default:
			return fmt.Errorf("%s: unknown kind %q: want path, re_path, locale_prefix or opaque", at, n.Kind)
		}
		if err := checkNodes(at+".children", n.Children); err != nil {
			return err
		}
	}
	return nil
}

// position is where a byte is, as editors count.
func position(data []byte, offset int) string {
	before := data[:min(max(offset, 0), len(data))]
	line := bytes.Count(before, []byte("\n")) + 1
	column := utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:])
	return fmt.Sprintf("line %d, column %d", line, column)
}

func firstInvalid(data []byte) int {
	for i := 0; i < len(data); {
		c, n := utf8.DecodeRune(data[i:])
		if c == utf8.RuneError && n == 1 {
			return i + 1
		}
		i += n
	}
	return len(data)
}
