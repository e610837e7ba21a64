package probe

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
)

// chained is a report as the protocol has it.
func chained(tb testing.TB) string {
	tb.Helper()
	text, err := os.ReadFile("testdata/report.json")
	if err != nil {
		tb.Fatal(err)
	}
	return string(text)
}

func TestAReportIsReadWhateverItsLines(t *testing.T) {
	text := chained(t)
	for _, n := range []int{7, 1000, maxLine - 10} {
		r, err := ReadReport(packed(t, text, n))
		if err != nil {
			t.Fatalf("in lines of %d bytes: %v", n, err)
		}
		// What there is of it comes out as it went in.
		var want, got any
		again, _ := json.Marshal(r)
		json.Unmarshal([]byte(text), &want)
		json.Unmarshal(again, &got)
		if missing := missing("", want, got); missing != "" {
			t.Errorf("in lines of %d bytes: %s is lost", n, missing)
		}
	}
}

// missing names a value of want that is not in got.
func missing(path string, want, got any) string {
	switch want := want.(type) {
	case map[string]any:
		object, _ := got.(map[string]any)
		for key, value := range want {
			if lost := missing(path+"."+key, value, object[key]); lost != "" {
				return lost
			}
		}
	case []any:
		list, _ := got.([]any)
		for i, value := range want {
			if i >= len(list) {
				return path
			}
			if lost := missing(fmt.Sprintf("%s[%d]", path, i), value, list[i]); lost != "" {
				return lost
			}
		}
	default:
		if want != got {
			return path
		}
	}
	return ""
}

func TestAReportThatIsNoneIsRefused(t *testing.T) {
	one := func(text string) []string { return packed(t, text, maxLine-10) }
	const link = `{"type": "E", "value": "v"}`
	for _, c := range []struct {
		name  string
		lines []string
	}{
		{"no line", nil},
		{"a line without its place", []string{"eJw="}},
		{"lines in the wrong order", []string{"2/2 eJ", "1/2 w="}},
		{"a line is missing", []string{"1/2 eJw="}},
		{"a line twice", []string{"1/1 eJw=", "1/1 eJw="}},
		{"a line of more than there are", []string{strings.Replace(one(chained(t))[0], "1/1", "1/2", 1)}},
		{"a place in other words", []string{"01/1 eJw="}},
		{"a line that is too long", []string{"1/1 " + strings.Repeat("A", maxLine)}},
		{"more than a report may be", split(strings.Repeat("A", maxReport+4), 8000)},
		{"no base64", []string{"1/1 !!!!"}},
		{"not compressed", []string{"1/1 " + base64.StdEncoding.EncodeToString([]byte("{}"))}},
		{"compressed and cut", cutShort(t, one(chained(t)))},
		{"a bomb", one(`{}` + strings.Repeat(" ", maxInflated))},
		{"no JSON", one("errors")},
		{"another type of JSON", one(`{"errors": {"handled": 1}}`)},
		{"JSON that goes deep", one(`{"later": ` + strings.Repeat("[", maxDepth) + strings.Repeat("]", maxDepth) + `}`)},
		{"more values than there can be", one(`{"later": [` + strings.Repeat("0,", maxValues) + `0]}`)},
		{"an error without an exception", one(`{"errors": [{"handled": false, "message": "m"}]}`)},
		{"a log record without an exception and a message", one(`{"errors": [{"handled": true, "logger": "shop"}]}`)},
		{"a first exception that belongs to another", one(`{"errors": [{"chain": [{"parent": 0}]}]}`)},
		{"an exception that belongs to none", one(`{"errors": [{"chain": [` + link + `, ` + link + `]}]}`)},
		{"an exception that belongs to itself", one(`{"errors": [{"chain": [` + link + `, {"parent": 1}]}]}`)},
		{"an exception that belongs to one before the first", one(`{"errors": [{"chain": [` + link + `, {"parent": -1}]}]}`)},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := ReadReport(c.lines); !errors.Is(err, ErrInvalid) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestALogRecordNeedsNoException(t *testing.T) {
	r, err := ReadReport(packed(t, `{"errors": [{"handled": true, "logger": "shop", "level": "error", "message": "m 7", "format": "m %s", "chain": []}]}`, maxLine-10))
	if err != nil || len(r.Errors) != 1 || len(r.Errors[0].Chain) != 0 || r.Errors[0].Message != "m 7" {
		t.Errorf("%+v, %v", r, err)
	}
}

func cutShort(t *testing.T, lines []string) []string {
	_, text, _ := strings.Cut(lines[0], " ")
	return split(text[:len(text)/8*4], maxLine-10)
}

func TestWhatIsLongInAReportIsCut(t *testing.T) {
	frames := make([]string, 1000)
	for i := range frames {
		frames[i] = fmt.Sprintf(`{"line": %d}`, i-1)
	}
	e := `{"chain": [{"type": "E", "omitted": -3, "frames": [` + strings.Join(frames, ",") + `]}` + strings.Repeat(`,{"parent": 0}`, 100) + `]}`
	text := `{"errors": [` + e + strings.Repeat(`,{"chain": [{"type": "E"}]}`, 20) + `], "breadcrumbs": [{"message": "first"}` + strings.Repeat(`,{"message": "m"}`, 200) + `,{"message": "last"}]}`
	r, err := ReadReport(packed(t, text, 8000))
	if err != nil {
		t.Fatal(err)
	}
	first := r.Errors[0]
	if len(r.Errors) != maxErrors || len(first.Chain) != maxChain || len(r.Breadcrumbs) != maxBreadcrumbs || r.Breadcrumbs[maxBreadcrumbs-1].Message != "last" {
		t.Errorf("%d errors, %d exceptions, %d breadcrumbs", len(r.Errors), len(first.Chain), len(r.Breadcrumbs))
	}
	of := first.Chain[0]
	if len(of.Frames) != maxFrames || of.Omitted != 750 || of.Frames[0].Line != 0 || of.Frames[maxFrames-1].Line != 998 || of.Frames[maxFrames/2].Line != 874 {
		t.Errorf("%d frames, %d left out, the last is line %d", len(of.Frames), of.Omitted, of.Frames[maxFrames-1].Line)
	}
}

// The worst that passes the bounds takes little memory.
func TestAHostileReportTakesBoundedMemory(t *testing.T) {
	const most = 64 << 20
	for _, text := range []string{
		`{"errors": [{"chain": [{"frames": [` + strings.Repeat("null,", maxValues-50) + `null]}]}]}`,
		`{"errors": [{"chain": [` + strings.Repeat("null,", maxValues-50) + `null]}]}`,
		`{"errors": [` + strings.Repeat("null,", maxValues-50) + `null]}`,
		`{"breadcrumbs": [` + strings.Repeat("{},", maxValues/2-50) + `{}]}`,
	} {
		lines := packed(t, text, 8000)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		ReadReport(lines)
		runtime.ReadMemStats(&after)
		if took := after.TotalAlloc - before.TotalAlloc; took > 2*most {
			t.Errorf("%.40s… takes %d MiB", text, took>>20)
		}
	}
}

func BenchmarkReport(b *testing.B) {
	lines := packed(b, chained(b), 8000)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ReadReport(lines); err != nil {
			b.Fatal(err)
		}
	}
}

func FuzzAnswer(f *testing.F) {
	f.Add(everything)
	f.Add("0 " + nonce + " speaks=2")
	f.Add("2 " + nonce + " route= q=0")
	f.Add("2 ffff q=1")
	f.Add("")
	f.Fuzz(func(t *testing.T, line string) {
		a, err := ParseAnswer(line, nonce)
		_, other := errors.AsType[*VersionError](err)
		if err != nil && !other && !errors.Is(err, ErrInvalid) && !errors.Is(err, ErrForeign) {
			t.Errorf("an error without a name: %v", err)
		}
		if err != nil && a != (Answer{}) {
			t.Errorf("something is left: %+v", a)
		}
		if a.Queries < 0 || a.QueryTime < 0 || a.Total < 0 || a.PID < 0 || a.Age < 0 || a.RSS < 0 || a.Busy < 0 {
			t.Errorf("below zero: %+v", a)
		}
	})
}

// FuzzReport fuzzes what is compressed, and what is not.
func FuzzReport(f *testing.F) {
	f.Add([]byte(chained(f)), false)
	f.Add([]byte(`{"errors": [{"chain": [{"type": "E", "parent": 3}]}]}`), false)
	f.Add([]byte("1/1 eJw="), true)
	f.Add([]byte("1/2 eJ\n2/2 w="), true)
	f.Fuzz(func(t *testing.T, text []byte, raw bool) {
		lines := strings.Split(string(text), "\n")
		if !raw {
			var b bytes.Buffer
			zw := zlib.NewWriter(&b)
			zw.Write(text)
			zw.Close()
			lines = split(base64.StdEncoding.EncodeToString(b.Bytes()), 8000)
		}
		r, err := ReadReport(lines)
		if err != nil {
			if !errors.Is(err, ErrInvalid) {
				t.Errorf("an error without a name: %v", err)
			}
			return
		}
		for _, e := range r.Errors {
			if len(e.Chain) == 0 || len(e.Chain) > maxChain {
				t.Errorf("%d exceptions", len(e.Chain))
			}
			for i, link := range e.Chain {
				if i > 0 && (*link.Parent < 0 || *link.Parent >= i) || len(link.Frames) > maxFrames {
					t.Errorf("exception %d: %+v", i, link)
				}
			}
		}
	})
}
