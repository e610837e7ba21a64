package caddymodule

import (
	"fmt"
	"os"
	"regexp"
	"strings"
)

// maxEnvFile is more than a file of variables has, in bytes.
const maxEnvFile = 1 << 20

// loadEnvFile sets the variables of a file, as systemd's EnvironmentFile has them. As with
// --envfile of `caddy run`, a variable that is set already stays.
func loadEnvFile(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("reading --envfile: %w", err)
	}
	if !info.Mode().IsRegular() || info.Size() > maxEnvFile {
		return fmt.Errorf("--envfile %q is not a file of variables: name one with a line NAME=value for each", path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("reading --envfile: %w", err)
	}
	variables, err := parseEnvFile(string(text))
	if err != nil {
		return fmt.Errorf("reading --envfile %s: %w", path, err)
	}
	for _, v := range variables {
		if _, set := os.LookupEnv(v[0]); set {
			continue
		}
		if err := os.Setenv(v[0], v[1]); err != nil {
			return fmt.Errorf("reading --envfile %s: %s: %w", path, v[0], err)
		}
	}
	return nil
}

// variableLine is the beginning of a variable. A file may also be one for a shell.
var variableLine = regexp.MustCompile(`^(?:export[ \t]+)?([A-Za-z_]\w*)=[ \t]*`)

// parseEnvFile returns names and values; of a name that is given twice the last value. An error
// names the line, but not its text, which may be a secret.
func parseEnvFile(text string) (variables [][2]string, err error) {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	at := make(map[string]int)
	for line := 1; text != ""; {
		rest := strings.TrimLeft(text, " \t")
		first, _, _ := strings.Cut(rest, "\n")
		if first == "" || first[0] == '#' || first[0] == ';' {
			text = strings.TrimPrefix(rest[len(first):], "\n")
			line++
			continue
		}
		m := variableLine.FindStringSubmatch(first)
		if m == nil {
			return nil, fmt.Errorf("line %d is not a variable: write NAME=value", line)
		}
		value, size, ok := envValue(rest[len(m[0]):])
		if !ok {
			return nil, fmt.Errorf("line %d: the value of %s has a quote without its end", line, m[1])
		}
		read := len(m[0]) + size
		line += 1 + strings.Count(rest[:read], "\n")
		text = strings.TrimPrefix(rest[read:], "\n")
		if i, given := at[m[1]]; given {
			variables[i][1] = value
			continue
		}
		at[m[1]] = len(variables)
		variables = append(variables, [2]string{m[1], value})
	}
	return variables, nil
}

// envValue reads a value up to the end of its line, as systemd does: quotes hold spaces and line
// breaks, and a backslash takes the special meaning from the next character, or joins two lines.
func envValue(text string) (value string, size int, ok bool) {
	var b strings.Builder
	var quote byte
	kept := 0 // without trailing space that is not quoted
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\n' && quote == 0:
			return b.String()[:kept], i, true
		case c == '\\' && quote != '\'' && i+1 < len(text):
			i++
			switch next := text[i]; {
			case next == '\n':
				continue
			case quote == '"' && !strings.ContainsRune("\"\\`$", rune(next)):
				b.WriteByte('\\')
				b.WriteByte(next)
			default:
				b.WriteByte(next)
			}
			kept = b.Len()
		case c == quote:
			quote = 0
			kept = b.Len()
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		default:
			b.WriteByte(c)
			if quote != 0 || c != ' ' && c != '\t' {
				kept = b.Len()
			}
		}
	}
	return b.String()[:kept], len(text), quote == 0
}
