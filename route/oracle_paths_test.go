package route

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"
)

// generatePaths makes paths that match, paths that almost do, and junk.
func generatePaths(conf *URLConf, n int) []string {
	g := &generator{
		Rand:      rand.New(rand.NewPCG(5, 6)),
		languages: append(conf.Languages, conf.LanguageCode),
		parsed:    make(map[string]*expr),
		classes:   make(map[*expr]*regexp.Regexp),
	}
	routes := leaves(conf.Patterns, nil)
	paths := make([]string, n)
	for i := range paths {
		g.language = g.pick(g.languages...)
		text := g.path(routes[g.IntN(len(routes))])
		for range max(0, g.IntN(4)-1) {
			text = g.mutate(text)
		}
		if g.IntN(50) == 0 {
			text = "/" + g.junk() + "/" + g.junk()
		}
		paths[i] = g.encode(text)
	}
	return paths
}

type generator struct {
	*rand.Rand
	languages []string
	language  string // of the path that is being made

	parsed  map[string]*expr
	classes map[*expr]*regexp.Regexp
}

func (g *generator) path(route []*URLNode) string {
	var path strings.Builder
	path.WriteByte('/')
	for _, node := range route {
		g.node(&path, node)
	}
	return path.String()
}

func (g *generator) node(to *strings.Builder, n *URLNode) {
	text := n.Regex
	if n.Kind == kindLocalePrefix {
		if g.IntN(8) > 0 && (n.PrefixDefaultLanguage || g.IntN(2) == 0) {
			to.WriteString(g.language + "/")
		}
		return
	}
	if translation, ok := n.Translations[g.language]; ok && g.IntN(8) > 0 {
		text = translation.Regex
	}
	e, ok := g.parsed[n.Flags+"/"+text]
	if !ok {
		e, _ = parsePython(text, n.Flags)
		g.parsed[n.Flags+"/"+text] = e
	}
	if e != nil {
		g.expr(to, e)
	}
}

// expr writes text that e matches, as far as that is easy to say.
func (g *generator) expr(to *strings.Builder, e *expr) {
	switch e.op {
	case opLiteral:
		to.WriteRune(e.char)
	case opAny:
		to.WriteString(g.pick("a", "7", "/", "é", "-", "x/y", "\n"))
	case opClass:
		to.WriteString(g.member(e))
	case opAlternate:
		g.expr(to, e.subs[g.IntN(len(e.subs))])
	case opRepeat:
		g.repeat(to, e)
	case opLook:
	default:
		for _, sub := range e.subs {
			g.expr(to, sub)
		}
	}
}

func (g *generator) repeat(to *strings.Builder, e *expr) {
	high := e.max
	if high < 0 {
		high = e.min + 3
	}
	if e.max < 0 {
		switch n := g.IntN(500); {
		case n == 0:
			var one strings.Builder
			g.expr(&one, e.subs[0])
			to.WriteString(strings.Repeat(one.String(), g.aboutTooLong()))
			return
		case n < 25:
			to.WriteString(g.prefix())
			return
		}
	}
	for range e.min + g.IntN(high-e.min+1) {
		g.expr(to, e.subs[0])
	}
}

// member is a character of the class e or, now and then, one that is none.
func (g *generator) member(e *expr) string {
	class, ok := g.classes[e]
	if !ok {
		class = regexp.MustCompile(`\A` + e.class.text(e.flags) + `\z`)
		g.classes[e] = class
	}
	var char string
	for range 5 {
		char = g.pick("a", "7", "-", "f", "_", " ", "é", "٣", "\u2003", "K", "ı", ".")
		if n := len(e.class.ranges) / 2; n > 0 && g.IntN(3) > 0 {
			i := g.IntN(n)
			low, high := e.class.ranges[2*i], e.class.ranges[2*i+1]
			char = string(low + g.Int32N(high-low+1))
		}
		if class.MatchString(char) {
			break
		}
	}
	return char
}

func (g *generator) pick(from ...string) string { return from[g.IntN(len(from))] }

func (g *generator) mutate(s string) string {
	at := g.IntN(len(s) + 1)
	for at < len(s) && !utf8.RuneStart(s[at]) {
		at++
	}
	switch g.IntN(6) {
	case 0:
		return s + g.junk()
	case 1:
		return strings.TrimSuffix(s, "/")
	case 2:
		return s[:at] + g.junk() + s[at:]
	case 3:
		return s[:at] + s[min(at+1, len(s)):]
	case 4:
		return strings.Replace(s, g.pick("/", "a", "7", "-"), g.junk(), 1)
	default:
		return g.pick(strings.ToUpper(s), s, "/"+g.prefix()+s)
	}
}

// prefix is a language, as Django may understand one.
func (g *generator) prefix() string {
	return g.pick(g.language, strings.ToUpper(g.language), g.language+"-x", g.language+"-x-y",
		"fr", "FR", "fr-ca-x", "en-gb", "EN-gb", "pt", "pt-PT", "zh-cn", "zh-hant-hk", "de@x", "xx", "fr\n")
}

// aboutTooLong is a number of digits that int() takes, or just not.
func (g *generator) aboutTooLong() int { return maxIntDigits - 1 + g.IntN(4) }

func (g *generator) junk() string {
	if g.IntN(40) == 0 {
		return strings.Repeat(g.pick("7", "0", "a"), g.aboutTooLong())
	}
	return g.pick("/", "//", "\n", "7", "12", "٣", "é", "x", "\xff", "\xe2\x82", "\xed\xa0\x80", "%", "%zz", "%2", " ", ".", "$", "-", "_",
		"2024", someUUID, strings.ToUpper(someUUID), "anywhere", "a/b/", "tail/", "ı", "\u212a", "\x00", "\x1c", "😀", "{}", "<", "+", "")
}

// encode is s as a client may send it.
func (g *generator) encode(s string) string {
	s = strings.NewReplacer("%25zz", "%zz").Replace((&url.URL{Path: s}).EscapedPath())
	if g.IntN(10) == 0 {
		s = strings.ReplaceAll(s, "/", g.pick("/", "%2F", "%2f"))
		s = strings.ReplaceAll(s, "a", fmt.Sprintf("%%%02X", 'a'))
	}
	return strings.ReplaceAll(s, "?", "%3F")
}
