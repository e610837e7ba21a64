package urlconf

// Runtime is how a project runs, with nothing left open.
type Runtime struct {
	Dir    string `json:"-"` // to run in: that of manage.py, absolute
	Python string `json:"-"` // absolute path

	// What manage.py has prepared when it hands over to Django.

	// Settings is the module; empty if manage.py calls settings.configure.
	Settings string `json:"settings"`
	// Environ are the variables that manage.py has set, such as those of a .env file.
	Environ map[string]string `json:"environ"`
	// First, Second and Last are what it has put on sys.path: at the beginning, after the
	// directory of manage.py, and at the end.
	First  []string `json:"first"`
	Second []string `json:"second"`
	Last   []string `json:"last"`
}

// settingsNow returns the settings module and who named it, as far as that is known.
func (r *run) settingsNow() sourced {
	switch {
	case r.loaded.Settings == "" || r.loaded.Settings == r.settings.value:
		return r.settings
	case r.manage != "":
		return sourced{r.loaded.Settings, "manage.py"}
	default:
		return sourced{r.loaded.Settings, r.module}
	}
}
