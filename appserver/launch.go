package appserver

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// environment is what the server has beside the environment of the gateway: what manage.py sets,
// such as the variables of a .env file.
func environment(p *Project) []string {
	env := []string{
		"PYTHONDONTWRITEBYTECODE=1", // the project is only read
		"PYTHONUNBUFFERED=1",        // what it prints is seen at once
	}
	for _, name := range slices.Sorted(maps.Keys(p.Environ)) {
		env = append(env, name+"="+p.Environ[name])
	}
	if p.Settings != "" { // or else the project calls settings.configure
		env = append(env, "DJANGO_SETTINGS_MODULE="+p.Settings)
	}
	return env
}

// launch runs a module as python -m does, after it has put on sys.path what manage.py puts
// there, in its places. PYTHONPATH has no place at the end.
const launch = `import json, runpy, sys
first, second, last = json.loads(sys.argv[1])
sys.argv[1:] = sys.argv[2:]
sys.path[1:1] = second
sys.path[0:0] = first
sys.path.extend(last)
runpy.run_module(sys.argv.pop(1), run_name="__main__", alter_sys=True)`

// module is the beginning of the command that runs a server in the project's Python.
func module(p *Project, name string) []string {
	if len(p.First)+len(p.Second)+len(p.Last) == 0 {
		return []string{p.Python, "-m", name}
	}
	path, err := json.Marshal([][]string{nonNil(p.First), nonNil(p.Second), nonNil(p.Last)})
	if err != nil {
		panic(fmt.Errorf("the path of the project: %w", err)) // they are strings
	}
	return []string{p.Python, "-c", launch, string(path), name}
}

// nonNil makes an empty array of JSON where nil would be null.
func nonNil(list []string) []string { return append([]string{}, list...) }
