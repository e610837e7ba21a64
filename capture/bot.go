package capture

import (
	"slices"
	"strings"
)

// botTerms are parts of the User-Agent, in lower case, of known crawlers that do
// not call themselves a bot, and of scanners. HTTP libraries such as
// python-requests are not here: what they call is an API, and its failures are
// somebody's.
var botTerms = []string{
	// what crawlers call themselves
	"archive", "crawl", "scanner", "scanning", "slurp", "spider",
	// crawlers and previews
	"apis-google", "bingpreview", "bytedance", "chatgpt-user", "claude-user", "embedly", "facebookexternalhit",
	"feedfetcher", "google-inspectiontool", "google-read-aloud", "googleother", "mediapartners-google",
	"meta-externalagent", "netcraft", "perplexity-user", "yandeximages",
	// scanners
	"acunetix", "censys", "dirbuster", "expanse, a palo alto", "feroxbuster", "fuzz faster u fool", "gobuster",
	"internet-measurement", "internetmeasurement", "l9explore", "l9tcpid", "leakix", "masscan", "nessus", "nikto",
	"nmap", "nuclei", "openvas", "projectdiscovery", "qualys", "shodan", "sqlmap", "wfuzz", "wpscan", "zgrab",
}

// isBot reports whether a User-Agent is that of a bot or a scanner. It believes
// what the client says: who hides is not found.
func isBot(userAgent string) bool {
	userAgent = strings.ToLower(userAgent)
	return callsItselfBot(userAgent) || slices.ContainsFunc(botTerms, func(term string) bool { return strings.Contains(userAgent, term) })
}

// callsItselfBot looks for a word that ends in "bot", such as Googlebot. Cubot
// makes telephones.
func callsItselfBot(userAgent string) bool {
	for before, rest, found := strings.Cut(userAgent, "bot"); found; before, rest, found = strings.Cut(rest, "bot") {
		endsWord := rest == "" || rest[0] < 'a' || rest[0] > 'z'
		if endsWord && !strings.HasSuffix(before, "cu") {
			return true
		}
	}
	return false
}

// maxAgents is the number of user agents that are remembered.
const maxAgents = 1024

// agents remembers which user agents are bots: most requests come from few of
// them. It is not safe for concurrent use.
type agents map[string]bool

func (known agents) isBot(userAgent string) bool {
	if bot, ok := known[userAgent]; ok || userAgent == "" {
		return bot
	}
	if len(known) >= maxAgents {
		clear(known)
	}
	userAgent = clip(userAgent, maxText)
	known[userAgent] = isBot(userAgent)
	return known[userAgent]
}
