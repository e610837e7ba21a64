package caddymodule

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestAFileOfVariablesIsReadAsSystemdReadsIt(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want [][2]string
	}{
		"nothing":                {"", nil},
		"comments":               {"# A=1\n; B=2\n\n  \nC=3", [][2]string{{"C", "3"}}},
		"for a shell":            {"export A=1\nexport\tB=2\n", [][2]string{{"A", "1"}, {"B", "2"}}},
		"an empty value":         {"A=\nB=''\n", [][2]string{{"A", ""}, {"B", ""}}},
		"spaces":                 {"A= one two \t\nB='  three '\n", [][2]string{{"A", "one two"}, {"B", "  three "}}},
		"signs of passwords":     {"A=p#ss=$w;rd #1\n", [][2]string{{"A", "p#ss=$w;rd #1"}}},
		"a URL":                  {"DATABASE_URL=postgres://u:p@host/db?x=1&y=2\n", [][2]string{{"DATABASE_URL", "postgres://u:p@host/db?x=1&y=2"}}},
		"double quotes":          {`A="a \"b\" \$c \n"` + "\n", [][2]string{{"A", `a "b" $c \n`}}},
		"single quotes":          {`A='a "b" \'` + "\n", [][2]string{{"A", `a "b" \`}}},
		"several lines":          {"A=\"one\ntwo\"\nB=3\n", [][2]string{{"A", "one\ntwo"}, {"B", "3"}}},
		"a line that goes on":    {"A=one \\\n  two\nB=3\n", [][2]string{{"A", "one   two"}, {"B", "3"}}},
		"a backslash":            {`A=a\ b\\` + "\n", [][2]string{{"A", `a b\`}}},
		"a backslash at the end": {`A=b\`, [][2]string{{"A", `b\`}}},
		"twice":                  {"A=1\nB=2\nA=3\n", [][2]string{{"A", "3"}, {"B", "2"}}},
		"line ends of Windows":   {"A=1\r\nB=2\r\n", [][2]string{{"A", "1"}, {"B", "2"}}},
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := parseEnvFile(c.text); err != nil || !slices.Equal(got, c.want) {
				t.Errorf("got %q (%v), want %q", got, err, c.want)
			}
		})
	}
}

func TestAFileThatIsNotOfVariablesIsRefused(t *testing.T) {
	dir := t.TempDir()
	huge := filepath.Join(dir, "huge")
	if err := os.WriteFile(huge, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(huge, maxEnvFile+1); err != nil {
		t.Fatal(err)
	}
	write := func(text string) string {
		path := filepath.Join(t.TempDir(), "env")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for path, want := range map[string]string{
		filepath.Join(dir, "none"):    "no such file or directory",
		dir:                           "is not a file of variables: name one with a line NAME=value for each",
		huge:                          "is not a file of variables",
		write("A=1\nhunter2\n"):       "line 2 is not a variable: write NAME=value",
		write("A='1\n2'\nhunter2 x"):  "line 3 is not a variable",
		write("A=1\nB=\"hunter2\nC="): "line 2: the value of B has a quote without its end",
	} {
		err := loadEnvFile(path)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: got %v, want %q", path, err, want)
		}
	}
}

func TestAVariableThatIsSetStays(t *testing.T) {
	t.Setenv("GATEWAY_TEST_SET", "before")
	t.Setenv("GATEWAY_TEST_FILE", "") // put back after the test
	os.Unsetenv("GATEWAY_TEST_FILE")
	path := filepath.Join(t.TempDir(), "env")
	if err := os.WriteFile(path, []byte("GATEWAY_TEST_SET=after\nGATEWAY_TEST_FILE=x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := loadEnvFile(path); err != nil {
		t.Fatal(err)
	}
	if set, file := os.Getenv("GATEWAY_TEST_SET"), os.Getenv("GATEWAY_TEST_FILE"); set != "before" || file != "x" {
		t.Errorf("the variables are %q and %q", set, file)
	}
}
