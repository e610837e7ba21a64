package docs_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ (.+)$`)
	dropped = regexp.MustCompile("[^a-z0-9_ -]")
)

func TestLinksLeadSomewhere(t *testing.T) {
	for _, p := range pages(t) {
		for _, m := range link.FindAllStringSubmatch(p.text, -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			file, anchor, _ := strings.Cut(m[1], "#")
			target := p.path
			if file != "" {
				target = filepath.Join(filepath.Dir(p.path), file)
			}
			text, err := os.ReadFile(target)
			switch {
			case err != nil && filepath.Ext(target) != "":
				t.Errorf("%s: %v", p.path, err)
			case anchor != "" && !hasAnchor(string(text), anchor):
				t.Errorf("%s: %s has no heading #%s", p.path, target, anchor)
			}
		}
	}
}

var (
	adminURL  = regexp.MustCompile(`(?:localhost|127\.0\.0\.1):2019/`)
	adminCurl = regexp.MustCompile(`curl [^|;]*$`)
)

// Caddy's admin API refuses browsers, so a page must not give its URLs to open.
func TestURLsOfTheAdminAPIAreGivenToCurl(t *testing.T) {
	found := 0
	for _, p := range pages(t) {
		for line := range strings.Lines(p.text) {
			for _, at := range adminURL.FindAllStringIndex(line, -1) {
				found++
				if !adminCurl.MatchString(line[:at[0]]) {
					t.Errorf("%s: it is not for curl: %s", p.path, line)
				}
			}
		}
	}
	if found < 10 {
		t.Errorf("there are %d URLs", found)
	}
}

func TestTheIndexListsEveryPage(t *testing.T) {
	index := readPage(t, "README.md").text
	files, err := filepath.Glob("*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if file != "README.md" && !strings.Contains(index, "]("+file+")") {
			t.Errorf("README.md does not list %s", file)
		}
	}
}

// hasAnchor knows the anchors that GitHub makes of headings.
func hasAnchor(text, anchor string) bool {
	for _, m := range heading.FindAllStringSubmatch(text, -1) {
		if strings.ReplaceAll(dropped.ReplaceAllString(strings.ToLower(m[1]), ""), " ", "-") == anchor {
			return true
		}
	}
	return false
}
