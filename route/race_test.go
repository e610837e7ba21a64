//go:build race

package route

// The race detector makes everything slower by as much.
func init() {
	timeLimit *= 20
	maxHold *= 20
}
