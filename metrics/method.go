package metrics

// methods are those OpenTelemetry knows; any other becomes the first of them,
// so that a client cannot make up series.
var methods = [...]string{"_OTHER", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE"}

// methodIndex returns the index of method in methods.
func methodIndex(method string) int {
	for i := 1; i < len(methods); i++ {
		if methods[i] == method {
			return i
		}
	}
	return 0
}
