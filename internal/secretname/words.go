package secretname

import (
	_ "embed"
	"fmt"
	"strings"
)

//go:embed words.txt
var text string

// Section is one list of words.txt, in its order.
type Section struct {
	Name  string // such as "word", or "before key"
	Words []string
}

// parse reads the sections of words.txt.
func parse(text string) (all []Section, err error) {
	for number, line := range strings.Split(text, "\n") {
		switch {
		case line == "" || line[0] == '#':
		case line[0] == '[':
			all = append(all, Section{Name: strings.Trim(line, "[]")})
		case len(all) == 0:
			return nil, fmt.Errorf("line %d is in no section", number+1)
		default:
			last := &all[len(all)-1]
			last.Words = append(last.Words, strings.Fields(line)...)
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
		words := make(set, len(s.Words))
		for _, word := range s.Words {
			words[word] = true
		}
		place, term, _ := strings.Cut(s.Name, " ")
		switch {
		case place == "before" && term != "":
			before[term] = words
		case place == "behind" && term != "":
			behind[term] = words
		case lists[s.Name] != nil:
			*lists[s.Name] = s.Words
		default:
			*sets[s.Name] = words
		}
		switch s.Name {
		case "inside", "suffix", "compound", "word":
			for _, word := range s.Words {
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

// Sections returns all lists of words.txt.
func Sections() []Section {
	all, _ := parse(text)
	return all
}

// Terms returns the terms of one kind: "inside", "suffix", "word" or "compound".
func Terms(kind string) []string {
	for _, s := range Sections() {
		if s.Name == kind {
			return s.Words
		}
	}
	return nil
}

// IsTerm reports whether a folded text is one of the terms.
func IsTerm(term string) bool { return terms[term] }
