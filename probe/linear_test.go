package probe_test

import (
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// maxGrowth is how many times longer 64 KiB may take than 4 KiB: 16 times, with room
// for what else a machine does. What is quadratic takes 256 times as long.
const maxGrowth = 40

// Text of clients goes through each of these patterns, in the worker.
func TestEveryPatternTakesTimeInProportionToTheText(t *testing.T) {
	if testing.Short() {
		t.SkipNow()
	}
	out, err := exec.CommandContext(t.Context(), interpreter(t, "venv", "django"), filepath.Join("testdata", "linear.py"), ".").CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	judged, worst := 0, ""
	most := 0.0
	for line := range strings.Lines(string(out)) {
		fields := strings.Split(strings.TrimSpace(line), "\t")
		if len(fields) != 4 {
			t.Fatalf("%q is no line of the four columns", line)
		}
		judged++
		ms, _ := strconv.ParseFloat(fields[0], 64)
		growth, err := strconv.ParseFloat(fields[1], 64)
		if err != nil || growth > maxGrowth {
			t.Errorf("%s takes %s ms for 64 KiB, %s times as long as 4 KiB, of %s", fields[2], fields[0], fields[1], fields[3])
		}
		if ms > most && strings.Contains(fields[2], ".") {
			most, worst = ms, fields[2]+" of "+fields[3]
		}
	}
	if judged < 60 {
		t.Errorf("only %d patterns and functions are judged", judged)
	}
	t.Logf("%d patterns and functions; the slowest pattern takes %.0f ms for 64 KiB: %s", judged, most, worst)
}
