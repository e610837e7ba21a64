// Command manifest keeps the tree it is run in, and so the binary, in step with
// xcaddy.toml:
//
//	manifest generate   add new plugins to go.mod and write cmd/caddy/plugins.go
//	manifest check      exit 1 with one line where anything disagrees
//	manifest xcaddy     print the equivalent xcaddy command
package main

import (
	"fmt"
	"os"

	"github.com/caddy-django/gateway/internal/manifest"
)

const usage = "usage: manifest generate | check | xcaddy"

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, usage)
		os.Exit(2)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(verb string) error {
	tree, err := manifest.Open(".")
	if err != nil {
		return err
	}
	switch verb {
	case "generate":
		return tree.Generate(os.Stdout)
	case "check":
		return tree.Check()
	case "xcaddy":
		_, err := fmt.Println(tree.Manifest.XcaddyCommand())
		return err
	}
	return fmt.Errorf("%s: unknown command\n%s", verb, usage)
}
