package exchange

// Methods are the request methods that OpenTelemetry knows. Any other counts as
// the first of them, so that a client cannot make up series or groups.
var Methods = [...]string{"_OTHER", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE"}

// MethodIndex returns the index of method in Methods.
func MethodIndex(method string) int {
	for i := 1; i < len(Methods); i++ {
		if Methods[i] == method {
			return i
		}
	}
	return 0
}

// MethodLabel returns method as one of Methods.
func MethodLabel(method string) string { return Methods[MethodIndex(method)] }
