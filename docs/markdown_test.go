package docs_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// page is one Markdown file, taken apart into what can be checked.
type page struct {
	path   string
	text   string
	blocks []block
	tables []table
}

// block is a fenced block. Its first word says what language it is in, the
// others how to check it.
type block struct {
	where string // file:line of its first line
	info  string
	text  string
}

type table struct {
	header []string
	rows   []row
}

type row struct {
	where string
	cells []string
}

// pages reads the reference, and what else shows configurations and commands.
func pages(t *testing.T) []page {
	t.Helper()
	paths, err := filepath.Glob("*.md")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no pages: %v", err)
	}
	for _, path := range []string{"../CONTRIBUTING.md", "../README.md"} {
		if _, err := os.Stat(path); err == nil {
			paths = append(paths, path)
		}
	}
	all := make([]page, len(paths))
	for i, path := range paths {
		all[i] = readPage(t, path)
	}
	return all
}

func readPage(t *testing.T, path string) page {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	p := page{path: path, text: string(text)}
	var open *block
	inTable := false
	for i, line := range strings.Split(p.text, "\n") {
		where := fmt.Sprintf("%s:%d", path, i+1)
		switch {
		case open != nil && strings.HasPrefix(line, "```"):
			p.blocks = append(p.blocks, *open)
			open = nil
		case open != nil:
			open.text += line + "\n"
		case strings.HasPrefix(line, "```"):
			open = &block{where: where, info: strings.TrimPrefix(line, "```")}
		case !strings.HasPrefix(line, "| "):
			inTable = inTable && strings.HasPrefix(line, "|-")
		case !inTable:
			p.tables = append(p.tables, table{header: cells(line)})
			inTable = true
		case !strings.HasPrefix(line, "| -"):
			last := &p.tables[len(p.tables)-1]
			last.rows = append(last.rows, row{where, cells(line)})
		}
	}
	if open != nil {
		t.Fatalf("%s: the block is not closed", open.where)
	}
	return p
}

func cells(line string) []string {
	all := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
	for i := range all {
		all[i] = strings.TrimSpace(all[i])
	}
	return all
}

// code returns what stands in backquotes.
func code(text string) []string {
	var quoted []string
	for i, part := range strings.Split(text, "`") {
		if i%2 == 1 {
			quoted = append(quoted, part)
		}
	}
	return quoted
}

// column returns the code in one column of all tables of a page whose first
// header is first, by the row it stands in.
func (p page) column(first string) map[string]row {
	found := make(map[string]row)
	for _, t := range p.tables {
		if t.header[0] != first {
			continue
		}
		for _, r := range t.rows {
			for _, name := range code(r.cells[0]) {
				found[name] = r
			}
		}
	}
	return found
}
