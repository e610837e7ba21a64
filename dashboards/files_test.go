package dashboards

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

func TestTheGeneratedFilesAreCurrent(t *testing.T) {
	files, err := Files()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		got, err := os.ReadFile(name)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what the definitions say (%v): run make dashboards", name, err)
		}
	}
	kept, err := filepath.Glob("grafana/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range kept {
		if files[name] == nil {
			t.Errorf("%s is not generated from anything: remove it", name)
		}
	}
}
