package route

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// languages tells the language in which Django looks up a path
// (middleware/locale.py, utils/translation/trans_real.py). Where the path does
// not say, Django asks a cookie and a header: then it is taken to be the
// project's own language.
type languages struct {
	active  []string          // all that there are
	fromURL map[string]string // what a path may begin with, folded; nil if it has no say
	generic map[string]string // the first language that is a variant of the key
	unsaid  string            // the language of the other paths
	exact   bool              // Django before 4.1: a code is in the case of the settings, and has one hyphen at most
}

func newLanguages(conf *URLConf) *languages {
	l := &languages{unsaid: conf.LanguageCode, exact: olderThan(conf.Django, 4, 1)}
	if conf.UseI18N && conf.LocaleMiddleware {
		l.activate(conf)
	}
	l.active = append(l.active, l.unsaid)
	for _, language := range l.fromURL {
		if !slices.Contains(l.active, language) {
			l.active = append(l.active, language)
		}
	}
	slices.Sort(l.active[1:])
	return l
}

// activate does what LocaleMiddleware does before there is a request.
func (l *languages) activate(conf *URLConf) {
	l.fromURL = make(map[string]string)
	l.generic = make(map[string]string)
	for _, code := range conf.Languages {
		code = l.fold(code)
		language := strings.ToLower(code)
		l.fromURL[code] = language
		for i, c := range code {
			if _, known := l.generic[code[:i]]; c == '-' && !known {
				l.generic[code[:i]] = language
			}
		}
	}
	// Django: is_language_prefix_patterns_used, which looks at the top only.
	prefix := slices.IndexFunc(conf.Patterns, func(n *URLNode) bool { return n.Kind == kindLocalePrefix })
	if prefix < 0 || conf.Patterns[prefix].PrefixDefaultLanguage {
		if variant, ok := l.variant(conf.LanguageCode); ok {
			l.unsaid = variant
		}
	}
	if prefix < 0 {
		l.fromURL = nil // the path is not asked
	}
}

// olderThan reports whether a version of Django is known to be older.
func olderThan(version string, major, minor int) bool {
	var x, y int
	if n, _ := fmt.Sscanf(version, "%d.%d", &x, &y); n != 2 {
		return false
	}
	return x < major || x == major && y < minor
}

// fold returns code in the case in which it is looked up.
func (l *languages) fold(code string) string {
	if l.exact {
		return code
	}
	return strings.ToLower(code)
}

// of returns the language of path.
func (l *languages) of(path string) string {
	if l.fromURL == nil {
		return l.unsaid
	}
	subtags := 2
	if l.exact {
		subtags = 1
	}
	code, ok := languagePrefix(path, subtags)
	if !ok {
		return l.unsaid
	}
	if language, ok := l.variant(code); ok {
		return language
	}
	return l.unsaid
}

// maxLanguageCode is Django's LANGUAGE_CODE_MAX_LENGTH.
const maxLanguageCode = 500

// variant returns the language that serves for code
// (get_supported_language_variant).
func (l *languages) variant(code string) (string, bool) {
	if len(code) > maxLanguageCode {
		at := strings.LastIndexByte(code[:maxLanguageCode], '-')
		if at <= 0 {
			return "", false
		}
		code = code[:at]
	}
	if language, ok := l.fromURL[l.fold(code)]; ok {
		return language, true
	}
	if language, ok := l.fromURL[fallbacks[code]]; ok {
		return language, true
	}
	generic := code
	for at := strings.LastIndexByte(code, '-'); at >= 0; at = strings.LastIndexByte(generic, '-') {
		generic = generic[:at]
		if language, ok := l.fromURL[l.fold(generic)]; ok {
			return language, true
		}
	}
	language, ok := l.generic[generic]
	return language, ok
}

// fallbacks are those of Django's conf/locale/__init__.py.
var fallbacks = map[string]string{
	"zh-cn": "zh-hans", "zh-hk": "zh-hant", "zh-mo": "zh-hant",
	"zh-my": "zh-hans", "zh-sg": "zh-hans", "zh-tw": "zh-hant",
}

// languagePrefix returns what the path has where a language may be: a match of
// Django's ^/(\w+([@-]\w+){0,subtags})(/|$).
func languagePrefix(path string, subtags int) (code string, ok bool) {
	rest, ok := strings.CutPrefix(path, "/")
	if !ok {
		return "", false
	}
	at := wordLength(rest)
	if at == 0 {
		return "", false
	}
	for range subtags {
		if at == len(rest) || rest[at] != '-' && rest[at] != '@' {
			break
		}
		n := wordLength(rest[at+1:])
		if n == 0 {
			break
		}
		at += 1 + n
	}
	switch rest[at:] {
	case "", "\n":
		return rest[:at], true
	}
	return rest[:at], rest[at] == '/'
}

// wordLength is that of the \w+ at the start of s, in bytes.
func wordLength(s string) int {
	for i := 0; i < len(s); {
		c, n := utf8.DecodeRuneInString(s[i:])
		if c != '_' && !unicode.IsLetter(c) && !unicode.IsNumber(c) {
			return i
		}
		i += n
	}
	return len(s)
}
