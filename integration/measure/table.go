package measure

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Table is rows of cells, the first of them the header.
type Table [][]string

// Print writes the table in Markdown that is aligned in plain text as well:
// the first column to the left, all others to the right.
func (t Table) Print(w io.Writer) {
	widths := make([]int, len(t[0]))
	for _, row := range t {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for n, row := range t {
		for i, cell := range row {
			if i == 0 {
				fmt.Fprintf(w, "| %-*s |", widths[i], cell)
			} else {
				fmt.Fprintf(w, " %*s |", widths[i], cell)
			}
		}
		fmt.Fprintln(w)
		if n == 0 {
			rule(w, widths)
		}
	}
}

// rule separates the header.
func rule(w io.Writer, widths []int) {
	for i, width := range widths {
		if i == 0 {
			fmt.Fprintf(w, "|%s|", strings.Repeat("-", width+2))
		} else {
			fmt.Fprintf(w, "%s:|", strings.Repeat("-", width+1))
		}
	}
	fmt.Fprintln(w)
}
