package dashboards

import (
	"strings"

	"github.com/caddy-django/gateway/metrics"
)

// toRoute leads from a row of a table to the dashboard of its route.
const toRoute = "/d/django-gateway-route?${__url_time_range}&${datasource:queryparam}" +
	"&var-" + metrics.LabelSite + "=${__data.fields." + metrics.LabelSite + ":percentencode}" +
	"&var-" + metrics.LabelRoute + "=${__value.raw:percentencode}"

func (p Panel) model() object {
	model := object{
		"type":        p.Kind,
		"title":       p.Title,
		"description": p.Description,
		"datasource":  source,
		"targets":     p.targets(),
	}
	defaults := object{"unit": p.Unit}
	field := object{"defaults": defaults, "overrides": []object{}}
	switch p.Kind {
	case TimeSeries:
		defaults["min"] = 0
		defaults["custom"] = p.lines()
		model["options"] = object{
			"legend":  object{"showLegend": true, "displayMode": "table", "placement": "bottom", "calcs": []string{"mean", "max"}},
			"tooltip": object{"mode": "multi", "sort": "desc"},
		}
	case Stat:
		defaults["thresholds"] = p.thresholds()
		model["options"] = object{
			"reduceOptions": object{"calcs": []string{"lastNotNull"}, "fields": "", "values": false},
			"colorMode":     "value",
			"graphMode":     "area",
		}
	case Heatmap:
		model["options"] = object{
			"calculate": false, // the buckets are there already
			"yAxis":     object{"unit": p.Unit},
			"color":     object{"mode": "scheme", "scheme": "Oranges", "steps": 64},
			"tooltip":   object{"mode": "single", "yHistogram": true},
		}
	case Table:
		field["overrides"] = p.columns()
		model["options"] = object{"showHeader": true, "sortBy": []object{{"displayName": p.Targets[0].Legend, "desc": true}}}
		model["transformations"] = p.join()
	}
	model["fieldConfig"] = field
	return model
}

func (p Panel) targets() []object {
	all := make([]object, len(p.Targets))
	for i, t := range p.Targets {
		model := object{
			"refId":        refID(i),
			"datasource":   source,
			"expr":         t.Expr,
			"legendFormat": t.Legend,
			"range":        !p.instant(t),
			"instant":      p.instant(t),
		}
		switch p.Kind {
		case Table:
			model["format"] = "table"
		case Heatmap:
			model["format"] = "heatmap"
		}
		all[i] = model
	}
	return all
}

// instant reports whether one answer is enough: it is for a table, and where each
// answer is about the whole range.
func (p Panel) instant(t Target) bool { return p.Kind == Table || strings.Contains(t.Expr, span) }

// refID names the queries of a panel A, B, C.
func refID(i int) string { return string(rune('A' + i)) }

func (p Panel) lines() object {
	stacking, fill := "none", 0
	if p.Stacked {
		stacking, fill = "normal", 30
	}
	return object{
		"lineWidth":   1,
		"fillOpacity": fill,
		"showPoints":  "auto",
		"stacking":    object{"mode": stacking, "group": "A"},
	}
}

func (p Panel) thresholds() object {
	steps := []object{{"color": "green", "value": nil}}
	if p.Alarm > 0 {
		steps = append(steps, object{"color": "red", "value": p.Alarm})
	}
	return object{"mode": "absolute", "steps": steps}
}

// columns gives each column of a table its unit, and routes their link.
func (p Panel) columns() []object {
	link := []object{{"title": "Show this route", "url": toRoute}}
	all := []object{override(metrics.LabelRoute, "links", link)}
	for _, t := range p.Targets {
		if t.Legend != "" {
			all = append(all, override(t.Legend, "unit", t.Unit))
		}
	}
	return all
}

func override(column, property string, value any) object {
	return object{
		"matcher":    object{"id": "byName", "options": column},
		"properties": []object{{"id": property, "value": value}},
	}
}

// join makes one row of the answers with the same labels, and names the columns.
// The value of a query without a name for it is not shown.
func (p Panel) join() []object {
	hidden, names := object{"Time": true}, object{}
	for i, t := range p.Targets {
		column := "Value #" + refID(i)
		if len(p.Targets) == 1 {
			column = "Value"
		}
		if t.Legend == "" {
			hidden[column] = true
		} else {
			names[column] = t.Legend
		}
	}
	return []object{
		{"id": "merge", "options": object{}},
		{"id": "organize", "options": object{"excludeByName": hidden, "renameByName": names, "indexByName": object{}}},
	}
}
