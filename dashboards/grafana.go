package dashboards

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// columns is the width of Grafana's grid.
const columns = 24

// tag marks the dashboards, which link to all that have it.
const tag = "django-gateway"

// object is a piece of Grafana's JSON model, whose parts depend on each other's
// values too much for types to help.
type object = map[string]any

// source is the data source that the reader chose.
var source = object{"type": "prometheus", "uid": "${datasource}"}

// JSON returns the dashboard in Grafana's classic model, for Grafana 10 and
// newer. It can be imported and provisioned.
func (d Dashboard) JSON() ([]byte, error) {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(d.model()); err != nil {
		return nil, fmt.Errorf("encoding dashboard %s: %w", d.UID, err)
	}
	return text.Bytes(), nil
}

func (d Dashboard) model() object {
	return object{
		"uid":           d.UID,
		"title":         d.Title,
		"description":   d.Description,
		"tags":          []string{tag},
		"schemaVersion": 39,
		"editable":      false,
		"graphTooltip":  1, // one crosshair in all panels
		"time":          object{"from": "now-6h", "to": "now"},
		"links":         []object{d.link()},
		"templating":    object{"list": d.templates()},
		"panels":        d.layout(),
	}
}

// link leads to the other dashboards, and takes the choices along.
func (d Dashboard) link() object {
	return object{"type": "dashboards", "title": "Django gateway", "tags": []string{tag}, "includeVars": true, "keepTime": true, "asDropdown": false}
}

func (d Dashboard) templates() []object {
	list := []object{{"type": "datasource", "name": "datasource", "label": "Data source", "query": "prometheus"}}
	for _, v := range d.Variables {
		list = append(list, v.model())
	}
	return list
}

func (v Variable) model() object {
	const onTimeRangeChange = 2
	model := object{
		"type":       "query",
		"name":       v.Name,
		"label":      v.Label,
		"datasource": source,
		"query":      object{"query": v.Query, "refId": v.Name},
		"refresh":    onTimeRangeChange,
		"sort":       1, // alphabetical
		"multi":      v.Multi,
		"includeAll": v.Multi,
	}
	if v.Multi {
		model["allValue"] = ".+"
		model["current"] = object{"selected": true, "text": []string{"All"}, "value": []string{"$__all"}}
	}
	return model
}

// layout puts the panels of each row beside each other, and what does not fit
// below. The panels beside each other are equally high.
func (d Dashboard) layout() []object {
	var all []object
	y := 0
	place := func(model object, x, width, height int) {
		model["id"] = len(all) + 1
		model["gridPos"] = object{"x": x, "y": y, "w": width, "h": height}
		all = append(all, model)
	}
	for _, row := range d.Rows {
		place(object{"type": "row", "title": row.Title, "collapsed": false, "panels": []object{}}, 0, columns, 1)
		y++
		x, height := 0, 0
		for _, p := range row.Panels {
			if x+p.Width > columns {
				x, y = 0, y+height
			}
			height = p.height()
			place(p.model(), x, p.Width, height)
			x += p.Width
		}
		y += height
	}
	return all
}
