package integration

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/caddy-django/gateway/integration/stack"
)

func TestTheShopOnGunicorn(t *testing.T) {
	needs(t, "django")
	shop := preparedShop(t)
	upstream := onGunicorn(t, shop)

	t.Run("every page is what Django sends and is counted under its route", func(t *testing.T) {
		g := newGateway(t, upstream)
		visitAll(t, g, upstream)
		checkMetrics(t, g)
	})
	t.Run("a customer fills the cart and checks out", func(t *testing.T) {
		g := newGateway(t, upstream)
		buy(t, g)
	})
	t.Run("an upload arrives whole", func(t *testing.T) {
		g := newGateway(t, upstream)
		upload(t, g, shop)
	})
	t.Run("server-sent events come as they are sent", func(t *testing.T) {
		g := newGateway(t, upstream)
		checkEventStream(t, g)
	})
	t.Run("static files do not trouble Django", func(t *testing.T) {
		g := newGateway(t, upstream, "DEMO_STATIC="+filepath.Join(shop.Dir, "static"))
		want, err := os.ReadFile(stack.Root("integration", "shop", "static", "shop.css"))
		if err != nil {
			t.Fatal(err)
		}
		if got := get(t, newClient(t), g.site+"/static/shop.css"); got.status != http.StatusOK || got.body != string(want) {
			t.Errorf("status %d, body %q", got.status, got.body)
		}
	})
}

var csrfToken = regexp.MustCompile(`name="csrfmiddlewaretoken" value="([^"]+)"`)

// buy does what a customer does, forms, cookies, redirects and all.
func buy(t *testing.T, g *gateway) {
	t.Helper()
	client := newClient(t)
	client.Jar, _ = cookiejar.New(nil)
	submit := func(from, to string, form url.Values) string {
		t.Helper()
		token := csrfToken.FindStringSubmatch(get(t, client, g.site+from).body)
		if token == nil {
			t.Fatalf("there is no form on %s", from)
		}
		form.Set("csrfmiddlewaretoken", token[1])
		resp, err := client.PostForm(g.site+to, form)
		if err != nil {
			t.Fatal(err)
		}
		p := readPage(t, resp)
		if p.status != http.StatusFound {
			t.Fatalf("posting to %s: status %d\n%s", to, p.status, p.body)
		}
		return p.header.Get("Location")
	}

	if to := submit("/products/anvil/", "/cart/", url.Values{"product": {"1"}, "quantity": {"2"}}); to != "/cart/" {
		t.Errorf("from the product to %s", to)
	}
	order := submit("/checkout/", "/checkout/", url.Values{"email": {"jane@example.com"}})
	if p := get(t, client, g.site+order); p.status != http.StatusOK || !bytes.Contains([]byte(p.body), []byte("178.00")) {
		t.Errorf("the order at %s: status %d\n%s", order, p.status, p.body)
	}
	resp, err := client.PostForm(g.site+"/cart/", url.Values{"product": {"1"}, "quantity": {"1"}})
	if err != nil {
		t.Fatal(err)
	}
	if p := readPage(t, resp); p.status != http.StatusForbidden {
		t.Errorf("without a token the form is answered with %d", p.status)
	}
}

// upload sends more than fits into any buffer on the way.
func upload(t *testing.T, g *gateway, shop stack.Shop) {
	t.Helper()
	content := make([]byte, 5<<20)
	rand.Read(content)
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", "photo.raw")
	if err != nil {
		t.Fatal(err)
	}
	part.Write(content)
	form.Close()
	resp, err := newClient(t).Post(g.site+"/api/upload/", form.FormDataContentType(), &body)
	if err != nil {
		t.Fatal(err)
	}
	p := readPage(t, resp)
	var answer struct {
		Name string
		Size int
	}
	if err := json.Unmarshal([]byte(p.body), &answer); err != nil || answer.Name != "photo.raw" || answer.Size != len(content) {
		t.Fatalf("status %d, body %q", p.status, p.body)
	}
	got, err := os.ReadFile(filepath.Join(shop.Dir, "media", "uploads", "photo.raw"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, content) {
		t.Errorf("%d bytes arrived, and not those that were sent", len(got))
	}
}
