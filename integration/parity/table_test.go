package parity

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// eventsOf are one event for each kind.
func eventsOf(t *testing.T, event string, kinds ...Kind) Events {
	t.Helper()
	events := make(Events)
	for _, kind := range kinds {
		var members map[string]any
		if err := json.Unmarshal([]byte(event), &members); err != nil {
			t.Fatal(err)
		}
		members["request"] = map[string]string{"url": "http://127.0.0.1:8000/crash/" + kind.Name + "/"}
		raw, err := json.Marshal(members)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := events.Add(raw); err != nil {
			t.Fatal(err)
		}
	}
	return events
}

const ofGateway = `{"platform": "other", "exception": {"values": [{"type": "Django did not answer",
	"value": "127.0.0.1:39745 closed the connection after 30.0 s on GET /<int:pk>/ | no more", "mechanism": {"type": "caddy"}}]}}`

func TestARowTellsWhoSawACrash(t *testing.T) {
	kind := Kind{Name: "deep", What: "chain"}
	ours := strings.ReplaceAll(traceback, ofSDK, "")
	gateway := "`Django did not answer`: gunicorn closed the connection after … s on GET /&lt;int:pk>/ \\| no more"
	chain := "`Stock.Empty` ← `KeyError`"
	for _, c := range []struct {
		name                   string
		kind                   Kind
		sdk, debug, production string
		want                   string
		faults                 []string
	}{
		{"all of them", kind, traceback, ours, ofGateway, "| deep | chain | " + chain + " | " + chain + " | = | = | = | = | " + gateway + " |\n", nil},
		{"the gateway alone", kind, "", ofGateway, ofGateway, "| deep | chain | – | " + gateway + " |  |  |  |  | " + gateway + " |\n", nil},
		{"the SDK, where the response shows nothing", Kind{Name: "deep", What: "chain", Unseen: "it has begun"}, traceback, ofGateway, ofGateway,
			"| deep | chain | " + chain + " | " + gateway + " | none: it has begun |  |  |  | " + gateway + " |\n", nil},
		{"the SDK, of what was logged", Kind{Name: "deep", What: "chain", Harmless: true}, `{"logentry": {"formatted": "a | b"}}`, "", "",
			"| deep | chain | logged: a \\| b | – |  |  |  |  | – |\n", nil},
		{"the SDK, whose event is refused", Kind{Name: "deep", What: "chain", Refused: "too large"}, "", ours, ofGateway,
			"| deep | chain | – too large | " + chain + " |  |  |  |  | " + gateway + " |\n", nil},
		{"the gateway, in what shows nothing", Kind{Name: "deep", Unseen: "it has begun"}, "", ours, ofGateway, "",
			[]string{"there is a traceback although it has begun"}},
		{"nobody", kind, "", "", "", "", []string{"with DEBUG there are 0 events, without 0, not 1"}},
		{"the gateway, of what is no failure", Kind{Name: "deep", Harmless: true}, "", ofGateway, ofGateway, "",
			[]string{"with DEBUG there are 1 events, without 1, not 0"}},
		{"a traceback without DEBUG", kind, traceback, ours, ours, "", []string{"without DEBUG there is a traceback"}},
		{"no traceback where the SDK has one", kind, traceback, ofGateway, ofGateway, "", []string{"the chain is of 1 exceptions, not of 2"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			of := func(event string) Events {
				if event == "" {
					return nil
				}
				return eventsOf(t, event, c.kind)
			}
			row, faults := Sources{SDK: of(c.sdk), Debug: of(c.debug), Production: of(c.production)}.row(c.kind)
			if c.faults == nil && row != c.want {
				t.Errorf("the row is\n%snot\n%s", row, c.want)
			}
			if len(c.faults) == 0 && len(faults) > 0 || len(c.faults) > 0 && !slices.Contains(faults, c.faults[0]) {
				t.Errorf("the faults are %q, not %q", faults, c.faults)
			}
		})
	}
}

func TestAFieldOfTheSDKAloneNeedsANote(t *testing.T) {
	s := Sources{
		SDK:        eventsOf(t, `{"user": {"username": "jane"}, "extra": {"sys.argv": ["a"]}}`, Kinds[0], Kinds[1]),
		Debug:      eventsOf(t, `{"release": "shop@1", "modules": {"django": "5.2", "asgiref": "3.1"}, "empty": "", "none": null}`, Kinds[0]),
		Production: eventsOf(t, `{"breadcrumbs": {"values": [{"type": "http"}, {"type": "http"}]}}`, Kinds[0]),
		Probe:      eventsOf(t, `{"modules": {"django": "5.2"}}`, Kinds[0]),
	}
	rows, faults := s.fields()
	want := "| `breadcrumbs.values[].type` | – | – | 1 | – |  |\n" +
		fmt.Sprintf("| `extra` | 2 | – | – | – | %s |\n", notes["extra"]) +
		fmt.Sprintf("| `modules` | – | 1 | – | 1 | %s |\n", notes["modules"]) +
		"| `release` | – | 1 | – | – |  |\n" +
		"| `request.url` | 2 | 1 | 1 | 1 |  |\n" +
		"| `user.username` | 2 | – | – | – |  |\n"
	if rows != want {
		t.Errorf("the rows are\n%snot\n%s", rows, want)
	}
	for _, fault := range []string{"the SDK alone sends user.username, and there is no note why", "there is a note on logger, which nobody sends"} {
		if !slices.Contains(faults, fault) {
			t.Errorf("%q is not among %q", fault, faults)
		}
	}
}

func TestWhatTheSDKMayBeTooLateForIsNotCounted(t *testing.T) {
	race := Kinds[slices.IndexFunc(Kinds, func(k Kind) bool { return k.Race })]
	rows, _ := Sources{SDK: eventsOf(t, `{"release": "1"}`, race)}.fields()
	if rows != "" {
		t.Errorf("the rows are %s", rows)
	}
}

func TestAnEventOfAnotherPathIsNoCrash(t *testing.T) {
	if _, err := make(Events).Add([]byte(`{"request": {"url": "http://127.0.0.1:8000/cart/"}}`)); err == nil {
		t.Error("it is one")
	}
}

func TestThePageNamesTheVersionOfTheSDK(t *testing.T) {
	page, _ := Sources{SDK: eventsOf(t, `{"sdk": {"version": "2.0.1"}}`, Kinds[3])}.Table()
	if !strings.Contains(page, "with the SDK (2.0.1),") {
		t.Errorf("it does not:\n%s", page)
	}
}

func TestAnUnknownKindIsAFault(t *testing.T) {
	_, faults := Sources{SDK: eventsOf(t, `{}`, Kind{Name: "boredom"})}.Table()
	if !slices.Contains(faults, "there is an event of boredom, which is no kind of crash") {
		t.Errorf("the faults are %q", faults)
	}
}
