package secretname

import (
	_ "embed"
	"fmt"
	"strings"
)

//go:embed words.txt
var text string

// section is one list of words.txt, in its order.
type section struct {
	name  string // such as "word", or "before key"
	words []string
}

// parse reads the sections of words.txt.
func parse(text string) (all []section, err error) {
	for number, line := range strings.Split(text, "\n") {
		switch {
		case line == "" || line[0] == '#':
		case line[0] == '[':
			all = append(all, section{name: strings.Trim(line, "[]")})
		case len(all) == 0:
			return nil, fmt.Errorf("line %d is in no section", number+1)
		default:
			last := &all[len(all)-1]
			last.words = append(last.words, strings.Fields(line)...)
		}
	}
	return all, nil
}

type set map[string]bool

// The lists of words.txt. words.txt says what they mean.
var (
	inside, suffixes, compounds        []string
	singles, keys, around, behindParts set
	other, after, states               set
	flags, quantities                  set

	before = make(map[string]set) // by the term
	behind = make(map[string]set) // by the term

	compoundsBy = make(map[string][][]string) // by their first word
	joined      = make(map[string]string)     // "cardnumber" -> "card_number"
	terms       = make(set)                   // all that can be taken away
)

func init() {
	all, err := parse(text)
	if err != nil {
		panic(err) // words.txt is part of the program
	}
	lists := map[string]*[]string{"inside": &inside, "suffix": &suffixes, "compound": &compounds}
	sets := map[string]*set{
		"word": &singles, "keys": &keys, "around": &around, "behind": &behindParts, "other": &other,
		"after": &after, "state": &states, "flag": &flags, "quantity": &quantities,
	}
	for _, s := range all {
		words := make(set, len(s.words))
		for _, word := range s.words {
			words[word] = true
		}
		place, term, _ := strings.Cut(s.name, " ")
		switch {
		case place == "before" && term != "":
			before[term] = words
		case place == "behind" && term != "":
			behind[term] = words
		case lists[s.name] != nil:
			*lists[s.name] = s.words
		default:
			*sets[s.name] = words
		}
		switch s.name {
		case "inside", "suffix", "compound", "word":
			for _, word := range s.words {
				terms[word] = true
			}
		}
	}
	for _, compound := range compounds {
		parts := strings.Split(compound, "_")
		compoundsBy[parts[0]] = append(compoundsBy[parts[0]], parts)
		joined[strings.Join(parts, "")] = compound
	}
}

// Terms returns the terms of one kind: "inside", "suffix", "word" or "compound".
func Terms(kind string) []string {
	all, _ := parse(text)
	for _, s := range all {
		if s.name == kind {
			return s.words
		}
	}
	return nil
}

// IsTerm reports whether a folded text is one of the terms.
func IsTerm(term string) bool { return terms[term] }
