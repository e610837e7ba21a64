package route

import "testing"

func TestTheLanguageOfAPathDependsOnDjangosVersion(t *testing.T) {
	for _, c := range []struct{ name, django, path, want string }{
		{"a code in upper case is one since 4.1", "4.1.13", "/FR/x/", "fr"},
		{"a code in upper case is none before", "4.0.10", "/FR/x/", "en"},
		{"a code in two parts has always been one", "3.2.25", "/fr-ca/x/", "fr"},
		{"a code in three parts is one since 4.1", "5.2", "/fr-ca-x/x/", "fr"},
		{"a code in three parts is none before", "3.2.25", "/fr-ca-x/x/", "en"},
		{"an unknown version is taken for a new one", "", "/FR/x/", "fr"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLanguages(&URLConf{
				Django: c.django, UseI18N: true, LocaleMiddleware: true, LanguageCode: "en", Languages: []string{"en", "fr"},
				Patterns: []*URLNode{{Kind: kindLocalePrefix}},
			})
			if got := l.of(c.path); got != c.want {
				t.Errorf("%s is in %q, want %q", c.path, got, c.want)
			}
		})
	}
}
