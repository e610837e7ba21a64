package route

import (
	"compress/gzip"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var record = flag.Bool("record", false, "ask every Django again, and record its answers")

// otherDjangos are all that are supported but the one that the shop runs on.
var otherDjangos = []string{"3.2", "4.0", "4.1", "4.2", "5.0", "5.1", "6.0", "6.1"}

const shopDjango = "5.2"

// recordedSites are those whose answers are recorded.
var recordedSites = []site{demoShop, nastySites[0], nastySites[1], nastySites[2]}

// recorded is what Django has said.
type recorded struct {
	URLConf *URLConf `json:"urlconf"`
	Paths   []string `json:"paths"`
	Answers []answer `json:"answers"`
}

// TestResolveAgreesWithRecordedDjangos takes no Python. To record again, after
// integration/setup has made an environment for every Django:
//
//	go test ./route -run Recorded -record
func TestResolveAgreesWithRecordedDjangos(t *testing.T) {
	for _, version := range append(slices.Clone(otherDjangos), shopDjango) {
		for _, s := range recordedSites {
			t.Run(version+" on "+s.name, func(t *testing.T) {
				name, _, _ := strings.Cut(s.settings, ".")
				file := filepath.Join("testdata/recorded", "django-"+version+"-"+name+".json.gz")
				if *record {
					s.record(t, version, file)
				}
				r := readRecorded(t, file)
				agree(t, r.URLConf, r.Paths, r.Answers)
			})
		}
	}
}

func (s site) record(t *testing.T, version, file string) {
	t.Helper()
	environment := "django-" + version
	if version == shopDjango {
		environment = "venv"
	}
	python := interpreter(t, environment, environment)
	conf := s.export(t, python)
	if !strings.HasPrefix(conf.Django, version+".") {
		t.Fatalf("Django is %s", conf.Django)
	}
	paths := generatePaths(conf, 1_500)
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, _ := gzip.NewWriterLevel(f, gzip.BestCompression)
	if err := json.NewEncoder(z).Encode(recorded{conf, paths, s.ask(t, python, paths)}); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
}

func readRecorded(t *testing.T, file string) recorded {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var r recorded
	if err := json.NewDecoder(z).Decode(&r); err != nil {
		t.Fatal(err)
	}
	return r
}
