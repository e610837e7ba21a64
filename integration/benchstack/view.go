package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"

	"github.com/caddy-django/gateway/integration/measure"
)

// view is what is asked for.
type view struct {
	name string
	path string
	file bool // a static file, which Django does not serve
}

const (
	trivial = iota
	query
	table
	document
	static
)

var views = []view{
	trivial:  {name: "trivial view", path: "/bench/trivial/"},
	query:    {name: "one query", path: "/bench/query/kettle/"},
	table:    {name: "template of 50 rows", path: "/bench/table/"},
	document: {name: "100 KB of JSON", path: "/bench/json/"},
	static:   {name: "static file", path: "/static/admin/css/base.css", file: true},
}

// served says whether a subject has the view.
func (v view) served(s subject) bool { return !v.file || s.files }

// question finds out what the answer is, of Django or of the file below staticRoot.
func (v view) question(ctx context.Context, django *http.Client, staticRoot string) (q measure.Question, err error) {
	q = measure.Question{Path: v.path, Status: http.StatusOK}
	if !v.file {
		q.Length, err = v.ask(ctx, django)
		return q, err
	}
	name, err := filepath.Rel("/static", v.path)
	if err != nil {
		return q, err
	}
	info, err := os.Stat(filepath.Join(staticRoot, name))
	if err != nil {
		return q, err
	}
	q.Length = int(info.Size())
	return q, nil
}

// ask returns the length of the answer in bytes.
func (v view) ask(ctx context.Context, django *http.Client) (int, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+measure.Host+v.path, nil)
	if err != nil {
		return 0, err
	}
	resp, err := django.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("%s is answered with %s", v.path, resp.Status)
	}
	n, err := io.Copy(io.Discard, resp.Body)
	return int(n), err
}
