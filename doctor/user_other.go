//go:build !unix

package doctor

// identity is not looked at here: rights are others.
type identity struct{}

func (*Setup) caddyUser() identity { return identity{} }

func (identity) String() string { return "another user" }

func (identity) denied(string) string { return "" }
