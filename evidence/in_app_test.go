package evidence

import (
	"strings"
	"testing"
)

func TestInAppMark(t *testing.T) {
	acme := Frame{Module: "acme.orders", AbsPath: "/srv/.venv/lib/python3.12/site-packages/acme/orders.py"}
	shop := Frame{Module: "shop.vendored.money", AbsPath: "/srv/shop/shop/vendored/money.py", InApp: true}
	unknown := Frame{AbsPath: "/srv/shop/shop/vendored/money.py", InApp: true}
	list := func(modules ...string) []string { return modules }
	for _, c := range []struct {
		name  string
		rules InApp
		frame Frame
		want  bool
	}{
		{"what is installed is not the project's without a rule", InApp{}, acme, false},
		{"the project's is its own without a rule", InApp{}, shop, true},
		{"a rule for others changes nothing", InApp{Include: list("intranet"), Exclude: list("intranet")}, shop, true},
		{"nor does it for what is installed", InApp{Include: list("intranet"), Exclude: list("intranet")}, acme, false},
		{"an included module", InApp{Include: list("acme.orders")}, acme, true},
		{"what is below an included module", InApp{Include: list("acme")}, acme, true},
		{"what is above an included module", InApp{Include: list("acme.orders.views")}, acme, false},
		{"a module that begins like an included one", InApp{Include: list("acme.order", "acm")}, acme, false},
		{"a module that ends like an included one", InApp{Include: list("orders")}, acme, false},
		{"the second of two that are included", InApp{Include: list("intranet", "acme")}, acme, true},
		{"an excluded module", InApp{Exclude: list("shop.vendored.money")}, shop, false},
		{"what is below an excluded module", InApp{Exclude: list("shop.vendored")}, shop, false},
		{"a module that begins like an excluded one", InApp{Exclude: list("shop.vendor")}, shop, true},
		{"what is included below what is excluded", InApp{Include: list("shop.vendored"), Exclude: list("shop")}, shop, true},
		{"what is excluded beside what is included", InApp{Include: list("shop.core"), Exclude: list("shop")}, shop, false},
		{"include goes before exclude", InApp{Include: list("acme"), Exclude: list("acme")}, acme, true},
		{"a file in the directory of an excluded module", InApp{Exclude: list("shop.vendored")}, unknown, false},
		{"a file that is the excluded module", InApp{Exclude: list("shop.vendored.money")}, unknown, false},
		{"a file in a directory that ends alike", InApp{Exclude: list("op.vendored")}, unknown, true},
		{"a file in a directory that begins alike", InApp{Exclude: list("shop.vend")}, unknown, true},
		{"a file in such a directory on Windows", InApp{Exclude: list("shop.vendored")}, Frame{AbsPath: `C:\shop\shop\vendored\money.py`, InApp: true}, false},
		{"the file of an excluded package", InApp{Exclude: list("shop.vendored")}, Frame{AbsPath: "/srv/shop/vendored/__init__.py", InApp: true}, false},
		{"a file that is no module", InApp{Exclude: list("shop", "string")}, Frame{AbsPath: "<string>", InApp: true}, true},
		{"a known module goes before its path", InApp{Exclude: list("srv")}, shop, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := &Evidence{Exceptions: []Exception{{}, {Frames: []Frame{{}, c.frame}}}}
			c.rules.Mark(e)
			if got := e.Exceptions[1].Frames[1].InApp; got != c.want {
				t.Errorf("in app: %v, want %v", got, c.want)
			}
		})
	}
	InApp{Include: list("shop")}.Mark(nil)
}

func TestInAppValidate(t *testing.T) {
	list := func(modules ...string) []string { return modules }
	for _, c := range []struct {
		name  string
		rules InApp
		want  string // empty: accepted
	}{
		{"nothing", InApp{}, ""},
		{"dotted names", InApp{Include: list("acme", "_acme.orders2"), Exclude: list("shop.vendored", "größe.maß")}, ""},
		{"an include below an exclude", InApp{Include: list("shop.core"), Exclude: list("shop")}, ""},
		{"an exclude that begins like an include", InApp{Include: list("shop"), Exclude: list("shopping")}, ""},
		{"a path", InApp{Exclude: list("acme", "shop/vendored")}, `in_app exclude "shop/vendored" is no dotted name of a module: write one such as shop.payments`},
		{"a star", InApp{Include: list("acme.*")}, `in_app include "acme.*" is no`},
		{"a dot at the end", InApp{Include: list("acme.")}, `in_app include "acme." is no`},
		{"a dot at the beginning", InApp{Include: list(".acme")}, `in_app include ".acme" is no`},
		{"a name that begins with a digit", InApp{Include: list("acme.2fa")}, `in_app include "acme.2fa" is no`},
		{"the name of a package", InApp{Include: list("acme-orders")}, `in_app include "acme-orders" is no`},
		{"a placeholder", InApp{Include: list("{env.APPS}")}, `in_app include "{env.APPS}" is no`},
		{"an empty name", InApp{Exclude: list("")}, `in_app exclude "" is no`},
		{"an exclude below an include", InApp{Include: list("acme", "shop"), Exclude: list("shop.vendored")}, `in_app exclude "shop.vendored" has no effect, as include "shop" goes before it: leave one of them out`},
		{"a module in both", InApp{Include: list("shop"), Exclude: list("acme", "shop")}, `in_app exclude "shop" has no effect`},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := c.rules.Validate()
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("Validate = %v, want %q", err, c.want)
			}
		})
	}
}
