package exchange

import (
	"net/http"
	"strings"
)

// isFile reports whether a response looks like a file, from the gateway or from middleware such as WhiteNoise:
// one that the client may read in parts, or one with the time of its last change whose name has an extension or which
// every cache may keep. A view that sends that time, such as a feed, has neither as a rule.
func isFile(method, path string, status int, header http.Header) bool {
	if method != http.MethodGet && method != http.MethodHead {
		return false
	}
	if status == http.StatusPartialContent || len(header["Accept-Ranges"]) > 0 {
		return true
	}
	if len(header["Last-Modified"]) == 0 {
		return false
	}
	if cache := header["Cache-Control"]; len(cache) > 0 && strings.Contains(cache[0], "public") {
		return true
	}
	name := path[strings.LastIndexByte(path, '/')+1:]
	return strings.LastIndexByte(name, '.') > 0
}
