package probe_test

import (
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"testing"
)

func TestStatementsLoseTheirLiteralsInEveryDialect(t *testing.T) {
	cases := []struct{ name, vendor, sql, want string }{
		{"SQLite takes double quotes for a text", "sqlite", `SELECT "t"."id" FROM "t" WHERE "t"."name" = "hunter2"`, `SELECT "t"."id" FROM "t" WHERE "t"."name" = ?`},
		{"texts in a list", "sqlite", `SELECT 1 FROM "t" WHERE "t"."x" IN ("a", "b") ORDER BY "c"`, `SELECT ? FROM "t" WHERE "t"."x" IN (?, ?) ORDER BY "c"`},
		{"texts that are inserted, names that are kept", "sqlite", `INSERT INTO "t" ("a", "b") VALUES ("x", 'y'), ("z", 4)`, `INSERT INTO "t" ("a", "b") VALUES (?, ?), (?, ?)`},
		{"what is no name is a text", "sqlite", `SELECT "a b" LIKE "c%"`, `SELECT ? LIKE ?`},
		{"a column compared with another", "sqlite", `WHERE "t"."a" = "u"."b"`, `WHERE "t"."a" = "u"."b"`},
		{"MySQL's comments and escapes", "mysql", "SELECT `a` # hunter2\nFROM `t` WHERE b = \"x\\\"y\" AND c = 'it\\'s x'", "SELECT `a` ?\nFROM `t` WHERE b = ? AND c = ?"},
		{"PostgreSQL's dollar quotes", "postgresql", `SELECT $tag$hunter2$tag$, $$x$$, E'a\'x', "user"."password"`, `SELECT ?, ?, ?, "user"."password"`},
		{"a name in double quotes with a quote in it", "postgresql", `SELECT "it's" FROM t WHERE a = 'x'`, `SELECT "it's" FROM t WHERE a = ?`},
		{"what has no end", "postgresql", `SELECT $x$hunter2`, `SELECT ?`},
		{"a comment that has no end", "", `SELECT a /* hunter2`, `SELECT a ?`},
		{"a dialect that is not known", "", "SELECT a FROM t WHERE b = \"hunter2\" # x", "SELECT a FROM t WHERE b = ? ?"},
	}
	var program strings.Builder
	program.WriteString("import sys\nsys.dont_write_bytecode = True\nfrom django_probe.sql import without_literals\n")
	for _, c := range cases {
		fmt.Fprintf(&program, "print(repr(without_literals(%s, %q)))\n", strconv.QuoteToASCII(c.sql), c.vendor)
	}
	out, err := exec.CommandContext(t.Context(), interpreter(t, "venv", "django"), "-c", program.String()).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	got := strings.Split(strings.TrimSpace(string(out)), "\n")
	for i, c := range cases {
		want, other := "'"+strings.ReplaceAll(strings.ReplaceAll(c.want, "\n", `\n`), "'", `\'`)+"'", strconv.Quote(c.want)
		if got[i] != want && got[i] != other {
			t.Errorf("%s: got %s, want %s", c.name, got[i], want)
		}
	}
}
