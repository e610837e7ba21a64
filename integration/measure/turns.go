package measure

// Turns returns the order of n subjects in a round. Each round begins with
// another one, so that none is always the first, or the last, to be measured.
func Turns(n, round int) []int {
	order := make([]int, n)
	for i := range order {
		order[i] = (round + i) % n
	}
	return order
}
