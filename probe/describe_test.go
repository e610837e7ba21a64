package probe_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// described runs a program of testdata that describes things, and reads what it prints.
func described(t *testing.T, dir, missing, program string, to any) {
	t.Helper()
	p := process{python: interpreter(t, dir, missing), env: []string{"DJANGO_PROBE_SECRET=" + secret}, args: []string{"-W", "ignore", "testdata/" + program}}
	out, stderr := p.run(t)
	if err := json.Unmarshal([]byte(out), to); err != nil {
		t.Fatalf("%v\n%s\n%s", err, out, stderr)
	}
}

func TestDescribingRunsNoCodeOfTheProject(t *testing.T) {
	for _, e := range environments {
		t.Run(e.dir, func(t *testing.T) {
			t.Parallel()
			var got struct {
				Cases           int
				Sprung, Failed  []string
				SelfTest, Works int
			}
			described(t, e.dir, e.missing, "traps.py", &got)
			if got.Cases < 3000 {
				t.Errorf("there are %d cases", got.Cases)
			}
			if len(got.Sprung)+len(got.Failed) > 0 {
				t.Errorf("of %d cases %d ran code of the project, and %d failed:\n%s", got.Cases, len(got.Sprung), len(got.Failed), strings.Join(head(slices.Concat(got.Sprung, got.Failed)), "\n"))
			}
			if got.SelfTest != got.Works {
				t.Errorf("of %d traps %d work", got.SelfTest, got.Works)
			}
		})
	}
}

func TestMessagesReadAsPythonPrintsThem(t *testing.T) {
	withDRF := environments[0]
	withDRF.dir, withDRF.missing = "thirdparty", "thirdparty"
	for _, e := range append(slices.Clone(environments), withDRF) {
		t.Run(e.dir, func(t *testing.T) {
			t.Parallel()
			var got struct {
				Same      int
				Different []struct{ What, Got, Want string }
			}
			described(t, e.dir, e.missing, "texts.py", &got)
			if got.Same < 250 {
				t.Errorf("%d are the same", got.Same)
			}
			for _, d := range got.Different {
				t.Errorf("%s: got %q, want %q", d.What, d.Got, d.Want)
			}
		})
	}
}

// bounded is what there is of an error in a report.
type bounded struct {
	Chain, Frames, Size, Sources, Lines, Values, Omitted, Leaks, Members int
	Value                                                                string
	Cut                                                                  []string
}

func TestAReportIsBoundedInTimeAndSize(t *testing.T) {
	var got struct {
		InTime   bounded `json:"in time"`
		Late     bounded `json:"late"`
		TooLate  bounded `json:"too late"`
		Chained  bounded `json:"chained"`
		Grouped  bounded `json:"grouped"`
		Wide     bounded `json:"wide"`
		Handled  []bounded
		SlowDisk bounded `json:"slow disk"`
		Packed   struct {
			Compressed, Largest, Bytes int
			Cut                        string
		}
		Listed struct {
			Counts []int
			Found  map[string]string
			Cut    []string
		}
	}
	described(t, "venv", "django", "bounds.py", &got)
	for name, b := range map[string]bounded{"in time": got.InTime, "late": got.Late, "too late": got.TooLate} {
		if b.Leaks != 0 || b.Frames != 52 || b.Lines != 52 || b.Values == 0 {
			t.Errorf("%s: %+v", name, b)
		}
	}
	if b := got.InTime; b.Omitted != 0 || len(b.Cut) != 0 || b.Sources != 52 {
		t.Errorf("what there is time for is cut: %+v", b)
	}
	if b := got.Late; b.Omitted == 0 || b.Omitted >= b.Values || !slices.Equal(b.Cut, []string{"time"}) || b.Value != "the password=[Filtered]" {
		t.Errorf("what there is time for at first is not told alone: %+v", b)
	}
	if b := got.TooLate; b.Value != "<omitted>" || b.Omitted < b.Values/2 || !slices.Equal(b.Cut, []string{"time"}) {
		t.Errorf("what there is no time for is told: %+v", b)
	}
	if h := got.Handled; h[0].Value == "<omitted>" || h[1].Value != "<omitted>" || h[2].Value != h[0].Value || h[2].Omitted == h[2].Values {
		t.Errorf("errors that were logged leave no time for one that nobody catches: %+v", h)
	}
	if got.Chained.Chain != 30 || got.Grouped.Chain != 30 || got.Grouped.Members != 29 {
		t.Errorf("a long chain, and a large group: %+v, %+v", got.Chained, got.Grouped)
	}
	if b := got.Wide; b.Chain != 30 || b.Frames > 700 || b.Size > 1<<20 || !slices.Contains(b.Cut, "vars") {
		t.Errorf("a long chain of many frames: %+v", b)
	}
	if b := got.SlowDisk; b.Frames != 2 || b.Sources != 1 || !slices.Equal(b.Cut, []string{"source"}) {
		t.Errorf("source lines on a slow disk: %+v", b)
	}
	if p := got.Packed; p.Compressed > 3 || p.Largest > 512<<10 || p.Bytes > 48<<10 || p.Cut != " cut=1" {
		t.Errorf("a report that hardly compresses: %+v", p)
	}
	if l := got.Listed; l.Counts[0] == 0 || l.Counts[0] == 10 || l.Counts[4] != 10 || l.Found["p7"] != "1.7" || !slices.Equal(l.Cut, []string{"packages"}) {
		t.Errorf("packages on a slow disk: %+v", l)
	}
}

func head(lines []string) []string { return lines[:min(len(lines), 20)] }
