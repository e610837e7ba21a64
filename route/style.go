package route

import (
	"fmt"
	"regexp"
	"strings"
)

// Style is a way to write a route as a label.
type Style int

const (
	StyleDjango  Style = iota // as the URLconf has it: /users/<int:pk>/
	StyleOpenAPI              // as a schema has it: /users/{pk}/
	StyleView                 // the dotted path of the view: shop.views.user
)

// Naming is how routes become labels.
type Naming struct {
	Style Style
	// SplitLanguages gives a route of i18n_patterns, or one that is translated, a label in each language.
	SplitLanguages bool
}

// styles are the names of the styles.
var styles = [...]string{"django", "openapi", "view"}

// ParseStyle reads the name of a style.
func ParseStyle(name string) (Style, error) {
	for style, known := range styles {
		if name == known {
			return Style(style), nil
		}
	}
	return 0, fmt.Errorf("label style %q is unknown: use %s", name, strings.Join(styles[:], ", "))
}

// String returns the name of the style.
func (s Style) String() string { return styles[s] }

// parameter is a converter, or what stands for a group of a regular expression.
var parameter = regexp.MustCompile(`<(?:[^<>:]*:)?([^<>:]+)>`)

// openAPI writes a label with its parameters in braces.
func openAPI(label string) string { return parameter.ReplaceAllString(label, "{$1}") }
