package urlconf

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

const settingsVariable = "DJANGO_SETTINGS_MODULE"

// defaultSettings is the line that django-admin startproject writes, unless it
// is commented out.
var defaultSettings = regexp.MustCompile(`(?m)^[^#\n]*\bsetdefault\(\s*["']` + settingsVariable + `["']\s*,\s*["']([^"']+)["']`)

// optionSettings is how users name the settings.
const optionSettings = "--settings (settings in a Caddyfile)"

// findSettings finds the settings module as manage.py would.
func findSettings(dir, given string) (sourced, error) {
	if given != "" {
		return sourced{given, optionSettings}, nil
	}
	if module := os.Getenv(settingsVariable); module != "" {
		return sourced{module, "the environment"}, nil
	}
	manage, err := os.ReadFile(filepath.Join(dir, "manage.py"))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return sourced{}, fmt.Errorf("there is no manage.py in %s: is that the project? If so, name its settings with %s", dir, optionSettings)
	case err != nil:
		return sourced{}, fmt.Errorf("looking for the settings: %w: name them with %s", err, optionSettings)
	}
	var modules []string
	for _, m := range defaultSettings.FindAllSubmatch(manage, -1) {
		if module := string(m[1]); !slices.Contains(modules, module) {
			modules = append(modules, module)
		}
	}
	switch len(modules) {
	case 0:
		return sourced{}, fmt.Errorf("manage.py in %s does not say which the settings are: name them with %s", dir, optionSettings)
	case 1:
		return sourced{modules[0], "manage.py"}, nil
	}
	return sourced{}, fmt.Errorf("manage.py in %s names several settings (%s): choose with %s", dir, strings.Join(modules, ", "), optionSettings)
}
