package caddymodule

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"

	"github.com/caddy-django/gateway/delivery"
	"github.com/caddy-django/gateway/store"
)

// queue is a destination with what the outbox holds for it.
type queue struct {
	store.Queue
	InUse bool `json:"in_use"` // a site delivers there
	*delivery.Status
}

func (adminAPI) outbox(app *App, r *http.Request) (any, error) {
	query := r.URL.Query()
	state, err := stateOf(query)
	if err != nil {
		return nil, err
	}
	limit, err := limitOf(query)
	if err != nil {
		return nil, err
	}
	destination := query.Get("destination")
	stored, err := app.pipeline.store.Outbox(r.Context(), store.OutboxFilter{Destination: destination, State: state, Limit: limit})
	if err != nil {
		return nil, err
	}
	return queues(stored, app.pipeline.sender.Status(), destination), nil
}

// queues joins what is stored with how the destinations in use fare, of which
// those are there as well for which nothing is stored.
func queues(stored []store.Queue, statuses map[string]delivery.Status, only string) []queue {
	joined := []queue{}
	for _, q := range stored {
		status, inUse := statuses[q.Destination]
		delete(statuses, q.Destination)
		if inUse {
			joined = append(joined, queue{q, true, &status})
		} else {
			joined = append(joined, queue{q, false, nil})
		}
	}
	for destination, status := range statuses {
		if only == "" || only == destination {
			joined = append(joined, queue{store.Queue{Destination: destination, Events: []store.Queued{}}, true, &status})
		}
	}
	slices.SortFunc(joined, func(a, b queue) int { return cmp.Compare(a.Destination, b.Destination) })
	return joined
}

func (adminAPI) retry(app *App, r *http.Request) (any, error) {
	refs, err := selected(app, r)
	if err != nil {
		return nil, err
	}
	app.pipeline.sender.Retry(refs)
	return struct {
		Retried int `json:"retried"`
	}{len(refs)}, nil
}

func (adminAPI) drop(app *App, r *http.Request) (any, error) {
	// Nothing is given up for the want of a parameter.
	if query := r.URL.Query(); !query.Has("id") && query.Get("state") == "" {
		return nil, badRequest("name the events to drop by id, or all of a state: set_aside or waiting")
	}
	refs, err := selected(app, r)
	if err != nil {
		return nil, err
	}
	app.pipeline.sender.Drop(refs)
	return struct {
		Dropped int `json:"dropped"`
	}{len(refs)}, nil
}

// selected are the events in the outbox that a request is about.
func selected(app *App, r *http.Request) ([]store.QueuedRef, error) {
	query := r.URL.Query()
	state, err := stateOf(query)
	if err != nil {
		return nil, err
	}
	if !query.Has("id") {
		return app.pipeline.store.Select(r.Context(), store.OutboxFilter{Destination: query.Get("destination"), State: state})
	}
	if query.Has("destination") || query.Has("state") {
		return nil, badRequest("an id needs neither destination nor state: leave them out")
	}
	return app.pipeline.store.SelectEvents(r.Context(), query["id"]...)
}

func stateOf(query url.Values) (store.DeliveryState, error) {
	switch state := store.DeliveryState(query.Get("state")); state {
	case "", store.Waiting, store.SetAside:
		return state, nil
	default:
		return "", badRequest("state %q is none of the outbox: write waiting or set_aside", state)
	}
}
