//go:build race

package caddymodule

// Under the race detector a sync.Pool forgets a part of what it is given.
func init() { poolMisses = 2 }
