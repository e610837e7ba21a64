package capture

import (
	"fmt"
	"testing"
)

func TestIsBot(t *testing.T) {
	for agent, want := range map[string]bool{
		"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)":                                true,
		"Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)":                                 true,
		"Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ClaudeBot/1.0; +claudebot@anthropic.com)": true,
		"facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)":                               true,
		"Mozilla/5.0 (compatible; Yahoo! Slurp; http://help.yahoo.com/help/us/ysearch/slurp)":                     true,
		"SomeBot":                                true,
		"sqlmap/1.8#stable (https://sqlmap.org)": true,
		"Mozilla/5.00 (Nikto/2.5.0) (Evasions:None) (Test:Port Check)": true,
		"Mozilla/5.0 zgrab/0.x": true,
		"Mozilla/5.0 (compatible; CensysInspect/1.1; +https://about.censys.io/)": true,
		"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0": false,
		"Mozilla/5.0 (Linux; Android 13; CUBOT X70) AppleWebKit/537.36":          false,
		"Mozilla/5.0 (Abbott browser)":                                           false,
		"python-requests/2.32.3":                                                 false,
		"curl/8.14.1":                                                            false,
		"":                                                                       false,
	} {
		known := make(agents)
		for range 2 { // looked at, and remembered
			if got := known.isBot(agent); got != want {
				t.Errorf("%q is a bot: %v, want %v", agent, got, want)
			}
		}
	}
}

func TestABoundedNumberOfUserAgentsIsRemembered(t *testing.T) {
	known := make(agents)
	for i := range 3 * maxAgents {
		known.isBot(fmt.Sprint(i))
	}
	if len(known) > maxAgents {
		t.Errorf("%d user agents are remembered", len(known))
	}
}

func TestAScannerLeavesTheEventsToPeople(t *testing.T) {
	r := newRecording()
	site := r.Site(Options{Scrubber: newScrubber(t)})
	scan, visit := asText("boom"), asText("boom")
	scan.Request.Header.Set("User-Agent", "sqlmap/1.8#stable")
	for range 100 {
		site.Observe(scan)
	}
	site.Observe(visit)
	r.close(t)
	r.want(t, map[Disposition]int{Captured: eventBurst + 1, RateLimited: 100 - eventBurst})
	if last := r.all[100]; last.Event == nil || last.Group != r.all[0].Group {
		t.Fatalf("the failure of a person: %+v", last)
	}
	_, event := eventOf(t, scan)
	if client := at(t, event, "tags", "client"); client != "bot" {
		t.Errorf("the client of a scan is %v", client)
	}
	if _, event = eventOf(t, visit); at(t, event, "tags", "client") != nil {
		t.Error("a person is tagged")
	}
}
