package integration

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// getFile sends a GET of a target as it is.
func (f *fortress) getFile(t *testing.T, target, headers string) (status int, header http.Header, body string) {
	t.Helper()
	answers := f.exchange(t, f.site, "GET "+target+" HTTP/1.1\r\nHost: shop.example.com\r\nConnection: close\r\n"+headers+"\r\n")
	if len(answers) != 1 {
		t.Fatalf("%d answers", len(answers))
	}
	text, err := io.ReadAll(answers[0].Body)
	if err != nil {
		t.Fatal(err)
	}
	return answers[0].StatusCode, answers[0].Header, string(text)
}

func TestFilesDoNotLeaveTheirDirectory(t *testing.T) {
	f := newFortress(t)
	const (
		public = 200 // and it is a public file
		none   = 404
		bad    = 400
		django = -1 // no file, but Django's to answer
	)
	cases := map[string]int{
		"/static/site.css": public, "/static/deep/er.txt": public, "/static/with%20space.txt": public, "/static/inside": public, "/static/%73ite.css": public,
		"/static//site.css": public, "/static/./site.css": public, "/static/deep/../site.css": public, "/static/deep%2fer.txt": public, "/static/deep/%2e%2e/site.css": public, "/media/cat.txt": public,
		"/static/": none, "/static": django, "/static/deep": none, "/static/deep/": none, "/static/nothing": none, "/static/site.css/": none, "/static/site.css/x": none,
		"/static/%00": bad, "/static/site.css%00": bad, "/static/site.css%00.txt": bad, "/static/..%00/secret.txt": bad, "/media/%00": bad,
		"/static-secret/x.txt": django, "/staticx": django, "/STATIC/site.css": django,
		"/static/staticfiles.json": none, "/static/.env": none, "/static/%2eenv": none, "/static/.git/config": none, "/static/.git": none, "/static/deep/../.git/config": none, "/static/%2egit/config": none,
		"/static/.GIT/config": none, "/media/.htpasswd": none, "/media/%2ehtpasswd": none,
		"/static/out": none, "/static/absolute": none, "/static/up/secret.txt": none, "/static/up/static/site.css": none, "/static/loop": none, "/media/out": none, "/static/up": none, "/static/up/": none, "/static/up/protected/bill.pdf": none,
	}
	add := func(up string, want int) {
		for _, dir := range []string{"/static/", "/media/"} {
			for _, target := range []string{dir + up + "/secret.txt", dir + up + "/" + up + "/" + up + "/" + up + "/etc/passwd", dir + "deep/" + up + "/" + up + "/protected/bill.pdf"} {
				cases[target] = want
			}
		}
	}
	// These lead out of the URL of the files, so they are Django's.
	for _, up := range []string{"..", "%2e%2e", "%2E%2E", ".%2e", "%2e.", "..%2f.."} {
		add(up, django)
	}
	// These do only for those who decode more than they should.
	for _, up := range []string{
		"..%5c..", "..\\", "%5c%5c..", "%252e%252e", "%25252e%25252e", "..%252f..", "..;", "..%3b", "....", "....//..", "..../..", "..%20", "..%09",
		"%c0%ae%c0%ae", "%c0%2e%c0%2e", "%e0%80%ae%e0%80%ae", "%f0%80%80%ae%f0%80%80%ae", "%ef%bc%8e%ef%bc%8e", "\u2025", "%e2%80%a5", "..%c0%af..", "..%c1%9c..", "..%ef%bc%8f..", "..%e2%88%95..", "..%255c..",
	} {
		add(up, none)
	}
	for _, up := range []string{".. ", "%uff0e%uff0e"} {
		add(up, bad)
	}
	for target, want := range cases {
		t.Run(strings.ReplaceAll(target, "/", "|"), func(t *testing.T) {
			t.Parallel()
			status, header, body := f.getFile(t, target, "")
			if strings.Contains(body, "secret") && !strings.Contains(target, "secret") || strings.Contains(body, "a bill") || strings.Contains(body, "root:") || body == "secret" {
				t.Fatalf("it gets out: %s", body)
			}
			byDjango := strings.HasPrefix(body, `{"method"`)
			switch want {
			case django:
				if !byDjango {
					t.Errorf("Django is not asked: %d %s", status, body)
				}
			case public:
				if status != 200 || body != "public" {
					t.Errorf("%d, %q", status, body)
				}
			default:
				if status != want || byDjango {
					t.Errorf("%d, want %d; Django is asked: %v", status, want, byDjango)
				}
			}
			if status != 200 && header.Get("Cache-Control") != "no-store" && want != bad && !byDjango {
				t.Errorf("an error may be cached: %v", header)
			}
		})
	}
}

func TestMediaDoNotRunAsAPartOfTheSite(t *testing.T) {
	f := newFortress(t)
	for target, active := range map[string]bool{"/media/cat.txt": false, "/media/page.html": true, "/media/image.svg": true, "/media/./page.html": true, "/media/%70age.html": true} {
		_, header, body := f.getFile(t, target, "")
		if body != "public" || header.Get("X-Content-Type-Options") != "nosniff" ||
			(header.Get("Content-Disposition") == "attachment") != active || strings.Contains(header.Get("Content-Security-Policy"), "sandbox") != active {
			t.Errorf("%s: %v", target, header)
		}
	}
}

func TestProtectedFilesAreSentByDjangoAlone(t *testing.T) {
	f := newFortress(t)
	for _, target := range []string{"/protected/bill.pdf", "/protected/", "/protected/%62ill.pdf", "//protected/bill.pdf", "/static/../protected/bill.pdf", "/protected/../protected/bill.pdf"} {
		if status, _, body := f.getFile(t, target, "X-Accel-Redirect: /protected/bill.pdf\r\nX-Sendfile: "+f.files+"/protected/bill.pdf\r\n"); body == "a bill" {
			t.Errorf("%s: %d %s", target, status, body)
		}
	}
	cases := map[string]int{
		"/accel/?file=/protected/bill.pdf": 200, "/accel/?file=/protected/%2562ill.pdf": 200, "/accel/?file=/protected/./bill.pdf": 200, "/sendfile/?file=/protected/bill.pdf": 200, "/sendfile/?file=/protected/../protected/bill.pdf": 200,
		"/accel/?file=/protected/none.pdf": 404, "/sendfile/?file=/protected/none.pdf": 404,
		"/accel/?file=/protected/out": 404, "/sendfile/?file=/protected/out": 404, "/accel/?file=/protected/": 500, "/accel/?file=/protected": 500,
		"/accel/?file=/protected/bill.pdf%2500": 404,
	}
	for _, path := range []string{
		"/protected/../secret.txt", "/protected/%252e%252e/secret.txt", "/protected/..%252fsecret.txt", "/etc/passwd", "/secret.txt", "secret.txt", "../secret.txt", "/static/site.css", "//protected/bill.pdf", "http://evil.example/protected/bill.pdf",
		"/protected/../../../../etc/passwd", "/protectedx/bill.pdf", "/PROTECTED/bill.pdf", "%25zz",
	} {
		cases["/accel/?file="+path] = 500
	}
	for _, path := range []string{"/secret.txt", "/protected/../secret.txt", "/../../../../../../etc/passwd", "/static/site.css", "/protected", "/protected/", "/protected-other/x", "/static/../secret.txt"} {
		cases["/sendfile/?file="+path] = 500
	}
	for target, want := range cases {
		t.Run(strings.ReplaceAll(target, "/", "|"), func(t *testing.T) {
			t.Parallel()
			status, header, body := f.getFile(t, target, "")
			if status != want || (body == "a bill") != (want == 200) || strings.Contains(body, "not this") {
				t.Errorf("%d, want %d: %s", status, want, body)
			}
			if header.Get("X-Accel-Redirect") != "" || header.Get("X-Sendfile") != "" || strings.Contains(body, f.files) {
				t.Errorf("the client sees where the file is: %v %s", header, body)
			}
		})
	}
}
