package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

const fixStatic = "run manage.py collectstatic, and do so with every release"

// checkStaticRoot finds static files that are not collected, or that have changed since.
func checkStaticRoot(ctx context.Context, s *Setup) Check {
	if s.Project == nil {
		return skipped(needsProject)
	}
	root := s.Project.StaticRoot
	switch {
	case strings.Contains(s.Project.StaticURL, "//"):
		return ok("static files are elsewhere: " + s.Project.StaticURL)
	case root == "":
		return warn("STATIC_ROOT is not set: collectstatic has nowhere to go", "set it, such as to /srv/shop/static, "+fixStatic)
	}
	entries, err := os.ReadDir(root)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fail(root+" is not there", fixStatic)
	case err != nil:
		return fail(err.Error(), "let Caddy's user read it")
	case len(entries) == 0:
		return fail(root+" is empty", fixStatic)
	}
	for _, dir := range s.Project.StaticDirs {
		if name := stale(ctx, dir, root); name != "" {
			return warn(fmt.Sprintf("%s is older than in %s, or missing: static files are stale", filepath.Join(root, name), dir), fixStatic)
		}
	}
	return ok(root + " is there")
}

// maxFiles is how many sources of static files are looked at.
const maxFiles = 20_000

// stale returns a file of dir that is missing in root, or older there.
func stale(ctx context.Context, dir, root string) (found string) {
	seen := 0
	_ = filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if seen++; seen > maxFiles || ctx.Err() != nil {
			return fs.SkipAll
		}
		if err != nil {
			return nil // not ours to read
		}
		// collectstatic ignores these, too.
		if name := entry.Name(); path != dir && (strings.HasPrefix(name, ".") || strings.HasSuffix(name, "~") || name == "CVS") {
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if !entry.Type().IsRegular() {
			return nil
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return nil
		}
		source, err := entry.Info()
		if err != nil {
			return nil
		}
		copied, err := os.Stat(filepath.Join(root, name))
		if errors.Is(err, fs.ErrNotExist) || err == nil && copied.ModTime().Before(source.ModTime()) {
			found = name
			return fs.SkipAll
		}
		return nil
	})
	return found
}

var reference = regexp.MustCompile(`(?i)\b(?:href|src)=["']?([^"'\s>]+)`)

// maxReferences is how many files of a page are asked for.
const maxReferences = 10

// checkStaticNames asks for the static files that the home page refers to: names with
// the hash of another release are not there.
func checkStaticNames(ctx context.Context, s *Setup) Check {
	if s.URL == nil {
		return skipped(needsURL)
	}
	prefix := "/static/"
	if s.Project != nil && strings.HasPrefix(s.Project.StaticURL, "/") {
		prefix = s.Project.StaticURL
	}
	a, why := s.django(ctx)
	if why != "" {
		return skipped(why)
	}
	asked := make(map[string]bool)
	for _, match := range reference.FindAllStringSubmatch(a.body, -1) {
		to, err := url.Parse(match[1])
		if err != nil {
			continue
		}
		to = s.URL.ResolveReference(to)
		if to.Host != s.URL.Host || !strings.HasPrefix(to.Path, prefix) || asked[to.Path] || len(asked) == maxReferences {
			continue
		}
		asked[to.Path] = true
		file, err := s.ask(ctx, http.MethodGet, to, nil)
		switch {
		case err != nil:
			return fail(fmt.Sprintf("%s refers to %s, which does not come: %v", s.URL, to.Path, err), "see what serves it: static in the Caddyfile, or Django")
		case file.status == http.StatusForbidden:
			return fail(fmt.Sprintf("%s refers to %s, which is refused with 403", s.URL, to.Path), "let Caddy's user read it, and enter the directories above")
		case file.status >= http.StatusInternalServerError:
			return fail(fmt.Sprintf("%s refers to %s, which answers %d", s.URL, to.Path, file.status), "caddy django issues says why")
		case file.status >= http.StatusBadRequest:
			return fail(fmt.Sprintf("%s refers to %s, which is not there", s.URL, to.Path), fixStatic+"; static in the Caddyfile names STATIC_ROOT; start Django again, for it to read staticfiles.json")
		}
	}
	if len(asked) == 0 {
		return skipped("the home page refers to no file below " + prefix)
	}
	return ok(fmt.Sprintf("%d files that the home page refers to are there", len(asked)))
}
