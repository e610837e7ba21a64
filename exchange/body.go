package exchange

// capture keeps the beginning of the body, up to the limit.
func (rec *Recorder) capture(p []byte) {
	body := &rec.x.Failure.Body
	if room := rec.captureLimit - len(*body); len(p) > room {
		p = p[:room]
		rec.x.Failure.BodyCut = true
	}
	*body = append(*body, p...)
}

// captureWriter makes the recorder the second leg of an io.TeeReader.
type captureWriter struct{ rec *Recorder }

func (c captureWriter) Write(p []byte) (int, error) {
	c.rec.capture(p)
	return len(p), nil
}
