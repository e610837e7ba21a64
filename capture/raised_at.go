package capture

import (
	"path"

	"github.com/caddy-django/gateway/evidence"
)

// raisedAt tells where an exception was raised, as Sentry does to group events of one
// bug: the types of the chain, and the functions on the way through the project's own
// code or, if it was not there, through any. Lines and messages differ between two
// occurrences or two releases. Without a function the message is all that is known.
func raisedAt(said *evidence.Evidence, signature string) []string {
	var key []string
	for i := range said.Exceptions[:len(said.Exceptions)-1] {
		x := &said.Exceptions[i]
		key = append(key, x.Module+"."+x.Type)
	}
	frames := said.Thrown().Frames
	way := functions(frames, true)
	if len(way) == 0 {
		way = functions(frames, false)
	}
	if len(way) == 0 {
		way = []string{signature}
	}
	if said.Template != nil {
		way = append(way, said.Template.File)
	}
	return append(key, way...)
}

// functions returns those that the frames are of. How deep a recursion was makes no
// difference.
func functions(frames []evidence.Frame, inApp bool) []string {
	var names []string
	for i := range frames {
		f := &frames[i]
		if f.Function == "" || inApp && !f.InApp {
			continue
		}
		module := f.Module
		if module == "" {
			module = path.Base(f.File)
		}
		name := normalize(module + " " + f.Function)
		if n := len(names); n == 0 || names[n-1] != name {
			names = append(names, name)
		}
	}
	return names
}
