package route

import "time"

// stepsPerLook is how many steps there are between two looks at the clock. A
// step is the least that a search does, and takes some nanoseconds: resolving
// most paths needs none.
const stepsPerLook = 1 << 12

// timeLimit is what the resolving of a path may take after the first look. With
// what comes before it and after the last that is less than half a millisecond,
// and less than one where the path with a slash is resolved too.
var timeLimit = 350 * time.Microsecond

// budget is what the resolving of one path may take. The clock is read where the
// work is done: a timer, or a goroutine that watches, is late when all
// processors are busy, and this is when it would be needed.
type budget struct {
	used      int // steps since the last look
	deadline  time.Time
	exhausted bool
}

// spend takes steps, and reports whether there is time to do them.
func (b *budget) spend(steps int) bool {
	if b.used += steps; b.used <= stepsPerLook {
		return !b.exhausted
	}
	return b.look()
}

func (b *budget) look() bool {
	b.used = 0
	now := time.Now()
	if b.deadline.IsZero() {
		b.deadline = now.Add(timeLimit)
	}
	b.exhausted = b.exhausted || now.After(b.deadline)
	return !b.exhausted
}
