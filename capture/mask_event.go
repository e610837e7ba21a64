package capture

import (
	"encoding/json"
	"reflect"
	"time"

	"github.com/getsentry/sentry-go"

	"github.com/caddy-django/gateway/evidence"
)

// event hides what m knows in every text of an event but those that no request has
// a say in. So a field to come is masked unless it is added here.
func (m *mask) event(e *event) {
	if m == nil {
		return
	}
	own := *e
	e.EventID, e.Platform, e.Level, e.TransactionInfo = "", "", "", nil
	e.ServerName, e.Release, e.Environment, e.Modules, e.Sdk = "", "", "", nil, sentry.SdkInfo{}
	e.User = sentry.User{} // a pseudonym, or whom the site lets events name
	e.Contexts.Trace, e.Contexts.SDKEvent, e.Contexts.Runtime = nil, nil, nil
	m.walk(reflect.ValueOf(e).Elem())
	e.EventID, e.Platform, e.Level, e.TransactionInfo = own.EventID, own.Platform, own.Level, own.TransactionInfo
	e.ServerName, e.Release, e.Environment, e.Modules, e.Sdk = own.ServerName, own.Release, own.Environment, own.Modules, own.Sdk
	e.User = own.User
	e.Contexts.Trace, e.Contexts.SDKEvent, e.Contexts.Runtime = own.Contexts.Trace, own.Contexts.SDKEvent, own.Contexts.Runtime
}

// transaction does so in a transaction.
func (m *mask) transaction(e *transactionEvent) {
	if m == nil {
		return
	}
	own := *e
	e.EventID, e.Type, e.Platform, e.TransactionInfo, e.Measurements = "", "", "", nil, nil
	e.ServerName, e.Release, e.Environment, e.Sdk, e.User = "", "", "", sentry.SdkInfo{}, sentry.User{}
	e.Contexts.Trace = rootContext{}
	for i := range e.Spans {
		e.Spans[i].Description = m.text(e.Spans[i].Description)
		m.walk(reflect.ValueOf(e.Spans[i].Data))
	}
	e.Spans = nil
	m.walk(reflect.ValueOf(e).Elem())
	e.EventID, e.Type, e.Platform, e.TransactionInfo, e.Measurements = own.EventID, own.Type, own.Platform, own.TransactionInfo, own.Measurements
	e.ServerName, e.Release, e.Environment, e.Sdk, e.User = own.ServerName, own.Release, own.Environment, own.Sdk, own.User
	e.Contexts.Trace, e.Spans = own.Contexts.Trace, own.Spans
}

// evidence hides what m knows in what was read from one body or one report, before a
// scrubber takes parts of it out and makes it unrecognizable.
func (m *mask) evidence(e *evidence.Evidence) {
	if m != nil && e != nil {
		source := e.Source
		m.walk(reflect.ValueOf(e).Elem())
		e.Source = source
	}
}

var timeType = reflect.TypeFor[time.Time]()

// walk masks the texts that v holds, in place.
func (m *mask) walk(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		if plain := v.String(); v.CanSet() {
			if clean := m.text(plain); clean != plain {
				v.SetString(clean)
			}
		}
	case reflect.Pointer:
		if !v.IsNil() {
			m.walk(v.Elem())
		}
	case reflect.Interface:
		if !v.IsNil() && v.CanSet() {
			v.Set(m.copyOf(v.Elem()))
		}
	case reflect.Struct:
		if v.Type() == timeType {
			return
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				m.walk(v.Field(i))
			}
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return
		}
		for i := range v.Len() {
			m.walk(v.Index(i))
		}
	case reflect.Map:
		m.walkMap(v)
	}
}

func (m *mask) walkMap(all reflect.Value) {
	for _, key := range all.MapKeys() {
		value := m.copyOf(all.MapIndex(key))
		if clean := m.copyOf(key); clean.Interface() != key.Interface() {
			all.SetMapIndex(key, reflect.Value{})
			key = clean
		}
		all.SetMapIndex(key, value)
	}
}

func (m *mask) copyOf(v reflect.Value) reflect.Value {
	clean := reflect.New(v.Type()).Elem()
	clean.Set(v)
	m.walk(clean)
	return clean
}

// mask hides what the mask of f knows in the line that says what went wrong. Pages are
// remembered for other failures, so that it makes the line anew.
func (p *page) mask(f *failure) {
	if f.mask == nil || p.said == nil {
		return
	}
	if line := p.said.Summary(); f.mask.text(line) == line {
		return
	}
	said := &evidence.Evidence{Source: p.said.Source, Message: p.said.Message, Detail: p.said.Detail, Code: p.said.Code}
	if thrown := p.said.Thrown(); thrown != nil {
		said.Exceptions = []evidence.Exception{{Type: thrown.Type, Module: thrown.Module, Value: thrown.Value}}
	}
	f.mask.evidence(said)
	p.message = messageOf(f.site.opts.Scrubber, said)
}

// maskBody hides what m knows in the body. A document stays one, if it can: in what
// is no text of it, such as a number, the mask of the whole event hides it.
func (p *page) maskBody(m *mask) {
	if m == nil || len(p.plain) == 0 {
		return
	}
	plain := []byte(m.text(string(p.plain)))
	if p.format == formatJSON && json.Valid(p.plain) && !json.Valid(plain) {
		return
	}
	p.plain = plain
}
