package appserver

import "testing"

func TestHostsAreAllowedAsDjangoAllowsThem(t *testing.T) {
	for name, c := range map[string]struct {
		debug    bool
		patterns []string
		host     string
		want     bool
	}{
		"its name":                  {false, []string{"shop.example.com"}, "Shop.Example.com.", true},
		"another name":              {false, []string{"shop.example.com"}, "example.com", false},
		"any":                       {false, []string{"*"}, "example.org", true},
		"a subdomain":               {false, []string{".example.com"}, "shop.example.com", true},
		"the domain itself":         {false, []string{".example.com"}, "example.com", true},
		"a name that ends like it":  {false, []string{".example.com"}, "badexample.com", false},
		"none":                      {false, nil, "localhost", false},
		"this machine, while DEBUG": {true, nil, "localhost", true},
		"an address of IPv6":        {false, []string{"[::1]"}, "::1", true},
		"one with its brackets":     {true, nil, "[::1]", true},
		"one that Django refuses":   {false, []string{"::1"}, "::1", false},
		"another, while DEBUG":      {true, nil, "example.com", false},
	} {
		t.Run(name, func(t *testing.T) {
			p := Project{Debug: c.debug, AllowedHosts: c.patterns}
			if got := p.Allows(c.host); got != c.want {
				t.Errorf("got %t", got)
			}
		})
	}
}
