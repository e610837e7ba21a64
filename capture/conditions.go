package capture

import (
	"slices"
)

// Conditions select failures. Each list is one kind of condition, which holds if
// any of its entries does. Whether a failure must meet one kind or all that are
// given is for the rule to say. In a pattern a * stands for anything, and case
// does not matter.
type Conditions struct {
	// Paths are patterns of the request's path.
	Paths []string `json:"paths,omitempty"`
	// Routes are patterns of the route, as in the label http_route.
	Routes []string `json:"routes,omitempty"`
	// Statuses are three digits ("503") or a class ("5xx").
	Statuses []string `json:"statuses,omitempty"`
	// Exceptions are patterns of the exception's type, with its module or
	// without.
	Exceptions []string `json:"exceptions,omitempty"`
	// Messages are patterns of the exception's message or, where there is no
	// exception, of what else the response says.
	Messages []string `json:"messages,omitempty"`
	// UserAgents are parts of the User-Agent header, in any case.
	UserAgents []string `json:"user_agents,omitempty"`
	// Networks hold the client's address: addresses, and ranges of them such as
	// "10.0.0.0/8".
	Networks []string `json:"networks,omitempty"`
	// Bots selects the clients that call themselves a bot, and known scanners.
	Bots bool `json:"bots,omitempty"`
}

// Validate refuses conditions that would hold for no failure or for every one.
func (c Conditions) Validate() error {
	_, err := c.compile()
	return err
}

// condition reports whether one kind of condition holds.
type condition func(e *facts) bool

// matcher is what Conditions are compiled to.
type matcher struct {
	early []condition // of what is known as soon as the request has ended
	late  []condition // of what the worker finds out
}

func (c Conditions) compile() (m matcher, err error) {
	for _, kind := range []struct {
		conditions *[]condition
		entries    []string
		parse      func(entry string) (condition, error)
	}{
		{&m.early, c.Paths, pathIs},
		{&m.early, c.Routes, routeIs},
		{&m.early, c.Statuses, statusIs},
		{&m.early, c.UserAgents, userAgentHas},
		{&m.early, c.Networks, clientIsIn},
		{&m.late, c.Exceptions, exceptionIs},
		{&m.late, c.Messages, messageIs},
	} {
		if len(kind.entries) == 0 {
			continue
		}
		alternatives := make([]condition, len(kind.entries))
		for i, entry := range kind.entries {
			if alternatives[i], err = kind.parse(entry); err != nil {
				return matcher{}, err
			}
		}
		*kind.conditions = append(*kind.conditions, func(e *facts) bool { return anyHolds(alternatives, e) })
	}
	if c.Bots {
		m.late = append(m.late, func(e *facts) bool { return e.bot })
	}
	return m, nil
}

// empty reports whether no kind of condition is given.
func (m matcher) empty() bool { return len(m.early)+len(m.late) == 0 }

// all reports whether every kind of condition that is given holds.
func (m matcher) all(e *facts) bool {
	fails := func(holds condition) bool { return !holds(e) }
	return !slices.ContainsFunc(m.early, fails) && !slices.ContainsFunc(m.late, fails)
}

func anyHolds(conditions []condition, e *facts) bool {
	return slices.ContainsFunc(conditions, func(holds condition) bool { return holds(e) })
}
