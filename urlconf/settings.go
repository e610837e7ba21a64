package urlconf

import "os"

const settingsVariable = "DJANGO_SETTINGS_MODULE"

// optionSettings is how users name the settings.
const optionSettings = "--settings (settings in a Caddyfile)"

// namedSettings returns the settings module that the user or the environment names.
// manage.py may still replace that of the environment, as Django lets it.
func namedSettings(given string) sourced {
	if given != "" {
		return sourced{given, optionSettings}
	}
	if module := os.Getenv(settingsVariable); module != "" {
		return sourced{module, "the environment"}
	}
	return sourced{}
}
