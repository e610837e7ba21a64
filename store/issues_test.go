package store

import (
	"encoding/json"
	"errors"
	"testing"
	"time"
)

func TestIssuesAreFilteredAndLastSeenFirst(t *testing.T) {
	s := started(t, testConfig(t))
	at := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	for i, change := range []func(*Group){
		func(g *Group) {},
		func(g *Group) { g.Site = "blog" },
		func(g *Group) { g.Route = "about/" },
		func(g *Group) { g.Kind = "truncated" },
	} {
		g := group(i)
		change(&g)
		s.Record(Occurrence{Group: g, Time: at.Add(time.Duration(i) * time.Second)})
	}
	eventually(t, "commit", func() bool { return total(t, s) == 4 })

	for name, test := range map[string]struct {
		filter IssueFilter
		want   []int
	}{
		"everything":          {IssueFilter{}, []int{3, 2, 1, 0}},
		"the newest two":      {IssueFilter{Limit: 2}, []int{3, 2}},
		"one site":            {IssueFilter{Site: "blog"}, []int{1}},
		"one route":           {IssueFilter{Route: "about/"}, []int{2}},
		"one kind":            {IssueFilter{Kind: "truncated"}, []int{3}},
		"site and kind":       {IssueFilter{Site: "shop", Kind: "app_error"}, []int{2, 0}},
		"nothing is not null": {IssueFilter{Site: "unknown"}, []int{}},
	} {
		t.Run(name, func(t *testing.T) {
			issues, err := s.Issues(t.Context(), test.filter)
			if err != nil || issues == nil || len(issues) != len(test.want) {
				t.Fatalf("%+v, %v", issues, err)
			}
			for i, n := range test.want {
				if issues[i].ID != group(n).ID {
					t.Errorf("issue %d is %s, want %s", i, issues[i].ID, group(n).ID)
				}
			}
		})
	}
}

func TestIssueInJSON(t *testing.T) {
	at := Time{time.Date(2026, 11, 22, 11, 0, 0, 500_000_000, time.FixedZone("CET", 3600))}
	b, err := json.Marshal(Issue{
		ID: "1", Title: "t", Kind: "k", Site: "s", Method: "GET", Route: "r", Status: 500, Count: 7, Events: 2, FirstSeen: at, LastSeen: at,
	})
	want := `{"id":"1","title":"t","kind":"k","site":"s","method":"GET","route":"r","status":500,"count":7,"events":2,` +
		`"first_seen":"2026-11-22T10:00:00.500Z","last_seen":"2026-11-22T10:00:00.500Z"}`
	if err != nil || string(b) != want {
		t.Errorf("got  %s\nwant %s", b, want)
	}
	var back Issue
	if err := json.Unmarshal(b, &back); err != nil || !back.LastSeen.Equal(at.Time) {
		t.Errorf("%+v, %v", back, err)
	}
}

func TestAnIssueListsItsEventsNewestFirst(t *testing.T) {
	s := started(t, testConfig(t))
	at := time.Date(2026, 11, 22, 10, 0, 0, 7_000_000, time.UTC)
	s.Record(Occurrence{Group: group(1), Time: at, Event: event(1, "")})
	s.Record(Occurrence{Group: group(1), Time: at, Event: event(2, destination)})
	s.Record(Occurrence{Group: group(1), Time: at, Event: event(2, destination)}) // the same event again
	s.Record(Occurrence{Group: group(2), Time: at, Event: event(3, "")})
	eventually(t, "commit", func() bool { return total(t, s) == 4 })

	issue, refs, err := s.Issue(t.Context(), group(1).ID)
	if err != nil || issue.Count != 3 || issue.Events != 2 || len(refs) != 2 || refs[0].ID != event(2, "").ID || !refs[1].Time.Equal(at) {
		t.Errorf("%+v, %+v, %v", issue, refs, err)
	}
	if _, _, err := s.Issue(t.Context(), "unknown"); !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
	if _, err := s.Event(t.Context(), "unknown"); !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
	e, err := s.Event(t.Context(), event(1, "").ID)
	if err != nil || e.State != KeptHere || e.IssueID != group(1).ID || string(e.Payload) != `{"n":1}` || !e.Time.Equal(at) {
		t.Errorf("%+v, %v", e, err)
	}
}

func TestReadsBeforeStartAndAfterCloseSayThatTheStoreIsUnavailable(t *testing.T) {
	s := New(testConfig(t))
	check := func() {
		t.Helper()
		_, err1 := s.Issues(t.Context(), IssueFilter{})
		_, _, err2 := s.Issue(t.Context(), "1")
		_, err3 := s.Event(t.Context(), "1")
		_, err4 := s.Pending(t.Context(), destination, 0, 1)
		for _, err := range []error{err1, err2, err3, err4, s.Health()} {
			if !errors.Is(err, ErrUnavailable) {
				t.Error(err)
			}
		}
	}
	check()
	s.Start()
	closed(t, s)
	check()
}

func TestAnIssueIsFoundByTheBeginningOfItsID(t *testing.T) {
	s := started(t, testConfig(t))
	g := group(1)
	g.ID = "abcdef01234567890000000000000000"
	s.Record(Occurrence{Group: g, Event: event(1, "")})
	s.Record(Occurrence{Group: group(2)})
	eventually(t, "commit", func() bool { return total(t, s) == 2 })
	for id, found := range map[string]bool{g.ID: true, "abcdef01": true, "abcdef012345": true, "abcdef0": false, "abcdef02": false, "abcdef01%": false, "": false} {
		issue, refs, err := s.Issue(t.Context(), id)
		if found && (err != nil || issue.ID != g.ID || len(refs) != 1) {
			t.Errorf("%q: %+v, %v, %v", id, issue, refs, err)
		}
		if !found && !errors.Is(err, ErrNotFound) {
			t.Errorf("%q: %+v, %v", id, issue, err)
		}
	}
}

func TestAnEventIsFoundByTheCodeOfItsErrorPage(t *testing.T) {
	s := started(t, testConfig(t))
	for i, payload := range []string{
		`{"contexts":{"gateway":{"error_id":"x4p2m9qk1"}}}`,
		`{"contexts":{"gateway":{"error_id":"k3x9"}},"tags":{"error_id":"another"},"message":"x4p2m9qk1"}`,
		`{"contexts":{"gateway":{"type":"gateway"}}}`,
	} {
		e := event(i, "")
		e.Payload = []byte(payload)
		s.Record(Occurrence{Group: group(1), Event: e})
	}
	eventually(t, "commit", func() bool { return total(t, s) == 3 })
	for code, want := range map[string]string{"x4p2m9qk1": event(0, "").ID, "k3x9": event(1, "").ID} {
		e, err := s.EventByErrorID(t.Context(), code)
		if err != nil || e.ID != want || e.IssueID != group(1).ID || e.State != KeptHere {
			t.Errorf("%s: %+v, %v", code, e, err)
		}
	}
	for _, code := range []string{"another", "x4p2m9qk", "gateway", "", "%"} {
		if _, err := s.EventByErrorID(t.Context(), code); !errors.Is(err, ErrNotFound) {
			t.Errorf("%q: %v", code, err)
		}
	}
}

func TestTheNewestEventOfARequestIsFoundByItsID(t *testing.T) {
	s := started(t, testConfig(t))
	payloads := []string{
		`{"contexts":{"gateway":{"request_id":"ecc36006-456e"}}}`,
		`{"contexts":{"gateway":{"request_id":"another"}},"tags":{"request_id":"tagged"},"message":"ecc36006-456e"}`,
		`{"contexts":{"gateway":{"request_id":"ecc36006-456e"}}}`, // sent again by the client
		`{"contexts":{"gateway":{"request_id":"a\"b\u003c\u00e9"}}}`,
		`{"contexts":{"gateway":{"error_id":"code"}}}`,
		`{"contexts":{"gateway":{"request_id":"of-django"}},"request":{"headers":{"X-Request-Id":"of-the-client","Accept":"*/*"}}}`,
	}
	for i, payload := range payloads {
		e := event(i, "")
		e.Payload = []byte(payload)
		s.Record(Occurrence{Group: group(1), Event: e})
	}
	eventually(t, "commit", func() bool { return total(t, s) == int64(len(payloads)) })
	for id, want := range map[string]string{"ecc36006-456e": event(2, "").ID, "another": event(1, "").ID, "a\"b<é": event(3, "").ID,
		"of-django": event(5, "").ID, "of-the-client": event(5, "").ID} {
		if e, err := s.EventByRequestID(t.Context(), id); err != nil || e.ID != want {
			t.Errorf("%s: got %+v (%v), want %s", id, e, err, want)
		}
	}
	for _, id := range []string{"tagged", "ecc36006", "code", "", "%", "gateway", "*/*"} {
		if _, err := s.EventByRequestID(t.Context(), id); !errors.Is(err, ErrNotFound) {
			t.Errorf("%q: %v", id, err)
		}
	}
}
