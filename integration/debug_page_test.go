package integration

import (
	"strings"
	"testing"
)

// Django's debug page shows the settings, the request and every local variable.
func TestTheDebugPageNamesTheExceptionAndKeepsItsSecrets(t *testing.T) {
	needs(t, "django")
	const secretKey = "django-signs-with-this-5f1c"
	shop := preparedShop(t, "SHOP_DEBUG=1", "SHOP_SECRET_KEY="+secretKey)
	shop.Workers = 1
	upstream := onGunicorn(t, shop)
	g := newGateway(t, upstream)
	client := newClient(t)
	titles := map[string]string{
		"value-error": "ValueError: could not convert string to float: '12,50'",
		"key-error":   "KeyError: 'anchor'",
		"chained":     "RuntimeError: the stock of the warehouse is unreadable",
		"suppressed":  "LookupError: no such product in the warehouse",
		"template":    "InvalidOperation: [<class 'decimal.ConversionSyntax'>]",
		"database":    "OperationalError: no such table: crashes_warehouse",
		"recursion":   "RecursionError: maximum recursion depth exceeded",
		"unicode":     "ValueError: Käsekrainer für 5 € – наличными, 現金 🌭",
	}
	if p := get(t, client, "http://"+upstream+"/crash/value-error/"); !strings.Contains(p.body, "correct horse battery staple") {
		t.Fatal("the page does not show the password that is to be hidden")
	}
	for kind := range titles {
		crash(t, client, g.site, kind)
	}
	g.committed(len(titles))

	got := countsByTitle(g.issues())
	for kind, title := range titles {
		if got[title] != 1 {
			t.Errorf("%s makes no issue %q; there are %v", kind, title, got)
		}
	}
	checkSecrets(t, g, append([]string{secretKey, "correct horse"}, secrets...))
	for _, e := range g.events() {
		if !strings.Contains(e.Contexts.Response.Data, "/exceptions.py") {
			t.Errorf("the traceback is not in the event of %s", e.Request.URL)
		}
	}
}
