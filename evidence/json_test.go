package evidence

import (
	"strings"
	"testing"
	"time"

	"github.com/caddy-django/gateway/internal/testutil"
)

func TestReadJSON(t *testing.T) {
	const plain, problem = "application/json", "application/problem+json"
	for _, c := range []struct {
		name, contentType, body string
		want                    Evidence
	}{
		{"REST framework", plain, `{"detail":"A server error occurred.","code":"error"}`, Evidence{Message: "A server error occurred.", Code: "error"}},
		{"Ninja", plain, `{"detail":[{"type":"missing","loc":["body"],"msg":"Field required"}]}`, Evidence{Message: "Field required"}},
		{"GraphQL", plain, `{"data":null,"errors":[{"message":"Cannot resolve"}]}`, Evidence{Message: "Cannot resolve"}},
		{"errors by field", plain, `{"errors":{"price":["A valid number is required."]}}`, Evidence{Message: "A valid number is required."}},
		{"a nested error", plain, `{"error":{"code":"E1","message":"no stock"}}`, Evidence{Message: "no stock", Code: "E1"}},
		{"a code that is a number", plain, `{"message":"no stock","code":1234}`, Evidence{Message: "no stock", Code: "1234"}},
		{"the most telling key wins wherever it stands", plain, `{"code":"E1","error":"boom","detail":"no stock"}`, Evidence{Message: "no stock", Code: "E1"}},
		{"null is no message", plain, `{"detail":null,"message":"boom"}`, Evidence{Message: "boom"}},
		{"a list speaks through its first element", plain, `[{"message":"first"},{"detail":"second"}]`, Evidence{Message: "first"}},
		{"a string", plain, `"boom"`, Evidence{Message: "boom"}},
		{"a document that is cut", plain, `{"detail":"boom","trace":"a b`, Evidence{Message: "boom"}},
		{"a document that is wrong", plain, `{"detail":"boom",}`, Evidence{Message: "boom"}},
		{"problem details", problem, `{"type":"https://shop.example/out-of-stock","title":"Out of stock","status":500,"detail":"No more of 7"}`,
			Evidence{Source: Problem, Message: "Out of stock", Detail: "No more of 7", Code: "https://shop.example/out-of-stock"}},
		{"a title counts for less than a message", plain, `{"title":"Error","message":"no stock"}`, Evidence{Message: "no stock"}},
		{"a problem without details", problem, `{"type":"about:blank","title":"Out of stock"}`, Evidence{Source: Problem, Message: "Out of stock"}},
		{"a problem without a title", problem, `{"detail":"No more of 7"}`, Evidence{Source: Problem, Message: "No more of 7"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.want.Source == "" {
				c.want.Source = JSON
			}
			if got := Read(c.contentType, []byte(c.body), false); got == nil || dump(got) != dump(&c.want) {
				t.Errorf("Read = %+v, want %+v", got, c.want)
			}
		})
	}
}

func TestJSONWithATracebackInIt(t *testing.T) {
	body := `{"detail":"boom","traceback":"Traceback (most recent call last):\n  File \"/srv/shop/x.py\", line 1, in f\n    g()\nshop.models.Sold: out\n"}`
	e := Read("application/json", []byte(body), false)
	if e == nil || e.Source != JSON || e.Message != "boom" || e.Summary() != "Sold: out" || len(e.Exceptions) != 1 || len(e.Exceptions[0].Frames) != 1 {
		t.Errorf("Read = %+v", e)
	}
}

func TestAMessageTooDeepDownIsNotLookedFor(t *testing.T) {
	body := strings.Repeat(`{"error":`, maxDepth+1) + `"x"` + strings.Repeat(`}`, maxDepth+1)
	if e := Read("application/json", []byte(body), false); e != nil {
		t.Errorf("Read = %+v", e)
	}
}

func TestDeepJSONIsReadQuickly(t *testing.T) {
	body := []byte(strings.Repeat(`{"error":`, 40_000))
	if took := testutil.CPUTime(func() { Read("application/json", body, true) }); took > time.Second {
		t.Errorf("took %v", took)
	}
}
