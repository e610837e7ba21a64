package docs_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	caddycmd "github.com/caddyserver/caddy/v2/cmd"
	"github.com/spf13/cobra"
)

// Lines that begin with a $ in a console block are commands. Those of this
// repository must be there; those of others are taken on trust.
func TestCommandsExist(t *testing.T) {
	checked := 0
	for _, p := range pages(t) {
		for _, b := range p.blocks {
			if b.info != "console" {
				continue
			}
			for line := range strings.Lines(b.text) {
				command, ok := strings.CutPrefix(line, "$ ")
				if !ok {
					continue
				}
				words := strings.Fields(command)
				var err error
				switch filepath.Base(words[0]) {
				case "caddy":
					err = findCaddyCommand(words[1:])
				case "make":
					err = exec.Command("make", "-C", "..", "-n", words[1]).Run()
				case "go":
					err = findPackage(words)
				default:
					continue
				}
				checked++
				if err != nil {
					t.Errorf("%s: %s: %v", b.where, strings.TrimSpace(command), err)
				}
			}
		}
	}
	if checked == 0 {
		t.Error("no command was found")
	}
}

func TestTheListOfMakeTargetsIsWhatMakeHelpPrints(t *testing.T) {
	help, err := exec.Command("make", "--no-print-directory", "-C", "..", "help").Output()
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("commands.md")
	if err != nil {
		t.Fatal(err)
	}
	if want := "$ make help\n" + string(help) + "```"; !strings.Contains(string(page), want) {
		t.Errorf("commands.md lacks the output of make help:\n%s", want)
	}
}

func findCaddyCommand(words []string) error {
	root := &cobra.Command{Use: "caddy"}
	for name, c := range caddycmd.Commands() {
		command := &cobra.Command{Use: name, Run: func(*cobra.Command, []string) {}}
		if c.Flags != nil {
			command.Flags().AddGoFlagSet(c.Flags)
		}
		if c.CobraFunc != nil {
			c.CobraFunc(command)
		}
		root.AddCommand(command)
	}
	command, rest, err := root.Find(words)
	if err != nil {
		return err
	}
	return command.ParseFlags(rest)
}

// findPackage checks the directory that a go command names.
func findPackage(words []string) error {
	i := slices.IndexFunc(words, func(word string) bool { return strings.HasPrefix(word, "./") })
	if i < 0 {
		return nil
	}
	command := exec.Command("go", "list", words[i])
	command.Dir = ".."
	return command.Run()
}
