package main

import (
	"fmt"
	"html"
	"strings"
)

// Measures of the plot, in pixels.
const (
	plotWidth  = 860
	labelWidth = 300
	valueWidth = 90
	barHeight  = 16
	barStep    = 21
	titleStep  = 34
	margin     = 16
)

// colours of the bars, on a light ground as on a dark one.
const (
	ourColour   = "#0c7a5a"
	otherColour = "#8a93a3"
	textColour  = "#57606a"
)

// svg draws a bar for each subject's throughput, view by view.
func (r report) svg() string {
	var body strings.Builder
	y := margin
	for _, view := range r.Views {
		y += titleStep
		fmt.Fprintf(&body, "<text x=\"%d\" y=\"%d\" font-weight=\"bold\">%s, requests/s</text>\n", margin, y-10, html.EscapeString(view.Name))
		most := 0.0
		for _, s := range view.Subjects {
			most = max(most, s.Median.Rate)
		}
		for _, s := range view.Subjects {
			y = bar(&body, y, s, most)
		}
	}
	return fmt.Sprintf("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %[1]d %[2]d\" "+
		"font-family=\"system-ui, sans-serif\" font-size=\"13\" fill=\"%s\">\n"+
		"<title>Requests a second of whole installations, by view: longer is better</title>\n%s</svg>\n",
		plotWidth, y+margin, textColour, body.String())
}

// bar draws one at y, and returns where the next one is.
func bar(w *strings.Builder, y int, s subjectReport, most float64) int {
	colour := otherColour
	if s.Name == subjects[gateway].name || s.Name == subjects[gatewayProbe].name {
		colour = ourColour
	}
	width := (plotWidth - labelWidth - valueWidth - 2*margin) * s.Median.Rate / most
	fmt.Fprintf(w, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>\n", margin+labelWidth-8, y+barHeight-4, html.EscapeString(s.Name))
	fmt.Fprintf(w, "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"2\" fill=\"%s\"/>\n", margin+labelWidth, y, width, barHeight, colour)
	fmt.Fprintf(w, "<text x=\"%.1f\" y=\"%d\">%.0f</text>\n", float64(margin+labelWidth)+width+6, y+barHeight-4, s.Median.Rate)
	return y + barStep
}
