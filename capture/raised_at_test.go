package capture

import (
	"strings"
	"testing"

	"github.com/caddy-django/gateway/evidence"
	"github.com/caddy-django/gateway/exchange"
)

func TestALoggedErrorIsGroupedByItsException(t *testing.T) {
	group := func(opts Options, report []string, change func(x *exchange.Exchange)) string {
		x := testified(exchange.OK, report)
		if change != nil {
			change(x)
		}
		o, _ := capturedWith(t, opts, x)
		if o.Group.Method != Any || o.Group.Route != Any {
			t.Errorf("%+v is of a method and a route", o.Group)
		}
		return o.Group.ID
	}
	missing := func(value string, modules ...string) []string {
		return raisedReport(true, "", "builtins", "FileNotFoundError", value, modules...)
	}
	const file = "[Errno 2] No such file or directory: '/srv/banner.txt'"
	inHelper := missing(file, "shop.banner", "json")
	for _, c := range []struct {
		name string
		a, b []string
		opts Options
		b2   func(x *exchange.Exchange)
		same bool
	}{
		{"on another route", inHelper, inHelper, Options{}, func(x *exchange.Exchange) { x.Route = "/about/" }, true},
		{"with another method", inHelper, inHelper, Options{}, func(x *exchange.Exchange) { x.Method = "GET" }, true},
		{"in another language", inHelper, inHelper, Options{}, func(x *exchange.Exchange) { x.Route = "/de/orders/<int:pk>/" }, true},
		{"with another status", inHelper, inHelper, Options{}, func(x *exchange.Exchange) { x.Status = 302 }, true},
		{"about another file", inHelper, missing("[Errno 2] No such file or directory: '/srv/other.txt'", "shop.banner", "json"), Options{}, nil, true},
		{"in another function", inHelper, missing(file, "shop.banner", "shop.files", "json"), Options{}, nil, false},
		{"in another library on the way", inHelper, missing(file, "shop.banner", "yaml"), Options{}, nil, true},
		{"behind the same decorator", missing(file, "shop.a", "shop.decorators"), missing(file, "shop.b", "shop.decorators"), Options{}, nil, false},
		{"of another type", inHelper, raisedReport(true, "", "builtins", "OSError", file, "shop.banner", "json"), Options{}, nil, false},
		{"on another site", inHelper, inHelper, Options{}, func(x *exchange.Exchange) { x.Site = "other.example" }, false},
		{"without frames", missing(file), missing("[Errno 2] No such file or directory: '/srv/17.txt'"), Options{}, nil, true},
		{"without frames, of another kind", missing(file), missing("[Errno 13] Permission denied"), Options{}, nil, false},
		{"outside of the project", missing("", "celery.app", "kombu.pools"), missing("", "celery.app", "billiard.pool"), Options{}, nil, false},
		{"with an address in memory", missing("<Order at 0x7f01>"), missing("<Order at 0x55aa>"), Options{}, nil, true},
		{"in a module that the site takes for its own", inHelper, missing(file, "shop.banner", "yaml"), Options{InApp: evidence.InApp{Include: []string{"yaml"}}}, nil, false},
		{"in a deeper recursion", missing("", "shop.tree"), []string{}, Options{}, nil, true},
	} {
		if len(c.b) == 0 { // the same function again and again
			c.b = packedReport(`{"errors": [{"handled": true, "chain": [{"type": "FileNotFoundError", "module": "builtins", "frames": [` +
				strings.TrimSuffix(strings.Repeat(`{"file": "/srv/shop/tree.py", "module": "shop.tree", "function": "f0", "line": 1},`, 20), ",") + `]}]}]}`)
		}
		if a, b := group(c.opts, c.a, nil), group(c.opts, c.b, c.b2); (a == b) != c.same {
			t.Errorf("%s: one group %v, want %v", c.name, a == b, c.same)
		}
	}
}

func TestWhatALoggedErrorCameFromIsPartOfItsGroup(t *testing.T) {
	group := func(cause string) string {
		o, _ := capturedWith(t, Options{}, testified(exchange.OK, packedReport(`{"errors": [{"handled": true, "chain": [
			{"type": "OrderFailed", "module": "shop.errors", "frames": [{"file": "/srv/shop/orders.py", "module": "shop.orders", "function": "pay", "line": 3}]},
			{"type": "`+cause+`", "module": "builtins", "parent": 0, "source": "__cause__"}]}]}`)))
		return o.Group.ID
	}
	timeout, bug, again := group("TimeoutError"), group("KeyError"), group("KeyError")
	if timeout == bug || bug != again {
		t.Errorf("a timeout is in group %s, a bug in %s and then in %s", timeout, bug, again)
	}
}

func TestTheTemplateOfALoggedErrorIsPartOfItsGroup(t *testing.T) {
	group := func(template string) string {
		o, _ := capturedWith(t, Options{}, testified(exchange.OK, packedReport(`{"errors": [{"handled": true, "template": {"file": "`+template+`", "line": 3}, "chain": [
			{"type": "VariableDoesNotExist", "module": "django.template.base", "frames": [{"file": "/srv/shop/orders.py", "module": "shop.orders", "function": "pay", "line": 3}]}]}]}`)))
		return o.Group.ID
	}
	first, other, again := group("a.html"), group("b.html"), group("a.html")
	if first == other || first != again {
		t.Error("two templates are one group, or one is two")
	}
}
