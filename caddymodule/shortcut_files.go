package caddymodule

import (
	"strings"

	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"

	"github.com/caddy-django/gateway/caddymodule/files"
)

func (s *shortcut) parseFiles(d *caddyfile.Dispenser) error {
	name := d.Val()
	url, root, err := place(d)
	if err != nil {
		return err
	}
	for _, other := range s.files {
		if err := overlap(d, url, other.URL); err != nil {
			return err
		}
	}
	s.files = append(s.files, files.Files{Root: root, URL: url, Uploaded: name == "media"})
	return nil
}

func (s *shortcut) parseProtected(d *caddyfile.Dispenser) error {
	url, root, err := place(d)
	if err != nil {
		return err
	}
	for _, other := range s.protected {
		if err := overlap(d, url, other.URL); err != nil {
			return err
		}
	}
	s.protected = append(s.protected, files.Directory{URL: url, Root: root})
	return nil
}

// place reads the path of a URL and the directory it stands for.
func place(d *caddyfile.Dispenser) (url, root string, err error) {
	name := d.Val()
	args := d.RemainingArgs()
	if len(args) != 2 {
		return "", "", d.Errf("%s has the path of a URL and a directory: write %s /%s/ /srv/shop/%s", name, name, name, name)
	}
	url, err = files.URLPrefix(args[0])
	return url, args[1], wrap(d, err)
}

// overlap refuses what only one of two directories could serve.
func overlap(d *caddyfile.Dispenser, url, other string) error {
	if url == other {
		return d.Errf("%s is given twice: keep one of them", url)
	}
	if strings.HasPrefix(url, other) || strings.HasPrefix(other, url) {
		return d.Errf("%s and %s overlap: a path would be in both; move one of them elsewhere", other, url)
	}
	return nil
}
