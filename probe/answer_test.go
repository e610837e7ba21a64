package probe

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

const nonce = "0123456789abcdef"

// everything is an answer with all keys.
const everything = "2 " + nonce + " route=users%2F%3Cint%3Apk%3E%2F view=shop.views.user name=shop%3Auser q=12 qt=3400 c=2 ct=80 " +
	"total=15000 vt=9000 pid=4711 age=3600 rss=104857600 n=99 busy=2 t=1700000000123 py=3.14.0%2B dj=5.2.1 srv=gunicorn n1=11 " +
	"n1q=SELECT%20%3F%20FROM%20shop_%C3%BCber cut=1 later=thing"

func TestAnAnswerIsRead(t *testing.T) {
	got, err := ParseAnswer(everything, nonce)
	if err != nil {
		t.Fatal(err)
	}
	want := Answer{
		Resolved: true, Route: "users/<int:pk>/", View: "shop.views.user", Name: "shop:user",
		HasQueries: true, Queries: 12, QueryTime: 3400 * time.Microsecond, CacheCalls: 2, CacheTime: 80 * time.Microsecond,
		Total: 15 * time.Millisecond, ViewTime: 9 * time.Millisecond,
		PID: 4711, Age: time.Hour, RSS: 100 << 20, Served: 99, Busy: 2, Time: time.UnixMilli(1700000000123),
		Python: "3.14.0+", Django: "5.2.1", Server: "gunicorn",
		Repeated: 11, Statement: "SELECT ? FROM shop_über", Cut: true,
	}
	if got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestARouteMayBeEmptyOrMissing(t *testing.T) {
	for _, c := range []struct {
		name, line string
		resolved   bool
	}{
		{"the root of the URLconf is a route", "2 " + nonce + " route= q=0", true},
		{"Django has resolved nothing", "2 " + nonce + " q=0", false},
		{"there is nothing but the nonce", "2 " + nonce, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, err := ParseAnswer(c.line, nonce)
			if err != nil || a.Resolved != c.resolved || a.Route != "" {
				t.Errorf("%+v, %v", a, err)
			}
		})
	}
}

func TestAnAnswerThatIsNoneIsRefused(t *testing.T) {
	one := "2 " + nonce + " "
	for _, c := range []struct {
		name, line string
		want       error
	}{
		{"nothing", "", ErrInvalid},
		{"words", "no such thing", ErrInvalid},
		{"of another request", "2 ffff q=1", ErrForeign},
		{"of another request, in another version", "0 ffff speaks=2", ErrForeign},
		{"a nonce in capitals", "2 " + strings.ToUpper(nonce), ErrInvalid},
		{"a nonce that is too long", "2 " + strings.Repeat("a", 33), ErrInvalid},
		{"a version that was not asked for", "1 " + nonce, ErrInvalid},
		{"versions that are none", "0 " + nonce + " speaks=two", ErrInvalid},
		{"more versions than there are", "0 " + nonce + " speaks=" + strings.Repeat("1", 65), ErrInvalid},
		{"a part without a value", one + "q", ErrInvalid},
		{"a part without a name", one + "=1", ErrInvalid},
		{"two blanks", one + " q=1", ErrInvalid},
		{"a line break", one + "q=1\nq", ErrInvalid},
		{"not ASCII", one + "view=ü", ErrInvalid},
		{"a percent sign that escapes nothing", one + "route=%zz", ErrInvalid},
		{"a name that is not UTF-8", one + "route=%ff", ErrInvalid},
		{"a number below zero", one + "q=-1", ErrInvalid},
		{"a number with a fraction", one + "qt=1.5", ErrInvalid},
		{"no number", one + "pid=", ErrInvalid},
		{"a number of twenty digits", one + "n=99999999999999999999", ErrInvalid},
		{"a process older than a century", one + "age=9999999999", ErrInvalid},
		{"a key twice", one + "q=1 q=2", ErrInvalid},
		{"a line that is too long", one + "x=" + strings.Repeat("a", maxAnswer), ErrInvalid},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, err := ParseAnswer(c.line, nonce)
			if !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
			if a != (Answer{}) {
				t.Errorf("something is left of it: %+v", a)
			}
		})
	}
}

func TestAProbeOfAnotherVersionIsNamed(t *testing.T) {
	_, err := ParseAnswer("0 "+nonce+" speaks=3,4", nonce)
	other, ok := errors.AsType[*VersionError](err)
	if !ok || other.Speaks != "3,4" {
		t.Fatalf("got %v", err)
	}
	if want := "the probe speaks version 3,4 of the protocol, the gateway version 2"; err.Error() != want {
		t.Errorf("got %q, want %q", err, want)
	}
}

func TestAnAnswerWithKnownNamesAllocatesNothing(t *testing.T) {
	line := strings.Replace(everything, "n1q=", "other=", 1)
	var a Answer
	if n := testing.AllocsPerRun(100, func() {
		if err := a.parse(line, nonce); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestNamesAreRememberedUpToABound(t *testing.T) {
	u := new(unescaped)
	u.known.Store(&map[string]string{})
	for i := range maxNames + 10 {
		u.remember(fmt.Sprint(i), "x")
	}
	u.remember(strings.Repeat("a", maxNameLength+1), "x")
	if n := len(*u.known.Load()); n != maxNames {
		t.Errorf("%d names are remembered, want %d", n, maxNames)
	}
}

func BenchmarkAnswer(b *testing.B) {
	line := "2 " + nonce + " route=users%2F%3Cint%3Apk%3E%2F view=shop.views.user name=shop%3Auser q=12 qt=3400 total=15000 vt=9000 " +
		"pid=4711 age=3600 rss=104857600 n=99 busy=2 t=1700000000123 py=3.12.1 dj=5.2.1"
	var a Answer
	b.ReportAllocs()
	for b.Loop() {
		a = Answer{}
		if err := a.parse(line, nonce); err != nil {
			b.Fatal(err)
		}
	}
}
