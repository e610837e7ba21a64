package evidence

// stack collects the frames of one exception and keeps the outermost and the innermost half.
type stack struct {
	frames  []Frame
	omitted int
}

const outermost = maxFrames / 2

func (s *stack) add(f Frame) {
	if len(s.frames) < maxFrames {
		s.frames = append(s.frames, f)
		return
	}
	s.frames[s.oldest()] = f
	s.omitted++
}

// oldest is the frame of the inner half that came first: that half is a ring once the stack is full.
func (s *stack) oldest() int {
	return outermost + s.omitted%(maxFrames-outermost)
}

// endsAt reports whether the innermost frame is at the same place as f.
func (s *stack) endsAt(f Frame) bool {
	n := len(s.frames)
	if n == 0 {
		return false
	}
	last := s.frames[n-1]
	if s.omitted > 0 {
		last = s.frames[outermost+(s.omitted-1)%(maxFrames-outermost)]
	}
	return last.AbsPath == f.AbsPath && last.Line == f.Line && last.Function == f.Function
}

// inOrder returns the frames and how many are missing, and empties the stack.
func (s *stack) inOrder() (frames []Frame, omitted int) {
	frames, omitted = s.frames, s.omitted
	if omitted > 0 {
		at := s.oldest()
		frames = append(append(append(make([]Frame, 0, maxFrames), frames[:outermost]...), frames[at:]...), frames[outermost:at]...)
	}
	*s = stack{}
	return frames, omitted
}

// chained adds an exception to a chain. One that grows without end loses what came after its first cause: the two
// ends tell the most.
func chained(chain []Exception, x Exception) []Exception {
	if len(chain) == maxExceptions {
		chain = append(chain[:1], chain[2:]...)
	}
	return append(chain, x)
}
