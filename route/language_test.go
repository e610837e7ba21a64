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

func TestAnIncludeMayBeThereInSomeLanguages(t *testing.T) {
	page := func(route, view string) []*URLNode {
		return []*URLNode{{Kind: kindPath, Route: route, Regex: "^" + route + `\Z`, Endpoint: true, View: view}}
	}
	r, err := NewResolver(&URLConf{
		UseI18N: true, LocaleMiddleware: true, LanguageCode: "en", Languages: []string{"en", "fr", "pt-BR"},
		Patterns: []*URLNode{{Kind: kindLocalePrefix, PrefixDefaultLanguage: true, Children: []*URLNode{
			{Kind: kindPath, Languages: []string{"en"}, Children: page("news/", "english")},
			{Kind: kindPath, Languages: []string{"fr", "pt-BR"}, Children: page("news/", "another")},
		}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{"/en/news/": "english", "/fr/news/": "another", "/pt-br/news/": "another"} {
		if got, err := r.Resolve(path); err != nil || got == nil || got.View != want {
			t.Errorf("%s leads to %+v (%v), want %s", path, got, err, want)
		}
	}
}
