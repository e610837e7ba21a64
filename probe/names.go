package probe

import (
	"maps"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf8"
)

// names remembers what names of routes and views are unescaped: a site has few, and they come with every answer. Past
// the bound a name is unescaped each time.
var names = func() *unescaped {
	u := new(unescaped)
	u.known.Store(&map[string]string{})
	return u
}()

const (
	maxNames      = 4096
	maxNameLength = 1024 // in bytes, of one that is remembered
)

type unescaped struct {
	known atomic.Pointer[map[string]string] // replaced as a whole
	mu    sync.Mutex                        // held to replace it
}

// name reads a percent-encoded value.
func name(to *string, value string) (err error) {
	if known, ok := (*names.known.Load())[value]; ok {
		*to = known
		return nil
	}
	plain, err := unescape(value)
	if err != nil {
		return err
	}
	*to = names.remember(value, plain)
	return nil
}

func unescape(value string) (string, error) {
	plain, err := url.PathUnescape(value)
	if err != nil || !utf8.ValidString(plain) {
		return "", invalid("a name is not percent-encoded UTF-8")
	}
	return plain, nil
}

// remember returns plain in memory of its own.
func (u *unescaped) remember(value, plain string) string {
	plain = strings.Clone(plain)
	if len(value) > maxNameLength || len(*u.known.Load()) >= maxNames {
		return plain
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	known := *u.known.Load()
	if len(known) >= maxNames {
		return plain
	}
	grown := maps.Clone(known)
	grown[strings.Clone(value)] = plain
	u.known.Store(&grown)
	return plain
}
