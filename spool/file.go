package spool

import "os"

// unlinkedFile opens a file and takes its name away.
func unlinkedFile(dir string) (*os.File, error) {
	f, err := os.CreateTemp(dir, "django-spool-")
	if err != nil {
		return nil, err
	}
	if err := os.Remove(f.Name()); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}
