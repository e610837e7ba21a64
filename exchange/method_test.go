package exchange

import "testing"

func TestAMethodThatNobodyKnowsIsOther(t *testing.T) {
	for method, want := range map[string]string{"GET": "GET", "TRACE": "TRACE", "get": "_OTHER", "BREW": "_OTHER", "_OTHER": "_OTHER", "": "_OTHER"} {
		if got := MethodLabel(method); got != want {
			t.Errorf("%q is %q, want %q", method, got, want)
		}
	}
}
