package main

// django is one way to run the project.
type django struct {
	name         string
	instrumented bool   // with sentry-sdk and django-prometheus
	probe        bool   // with the probe
	sampleRate   string // of traces; empty: errors only
}

const (
	plain = iota
	errorsOnly
	tracesFifth
	tracesAll
	probed
)

var djangos = []django{
	plain:       {name: "plain"},
	errorsOnly:  {name: "errors", instrumented: true},
	tracesFifth: {name: "traces-0.2", instrumented: true, sampleRate: "0.2"},
	tracesAll:   {name: "traces-1.0", instrumented: true, sampleRate: "1.0"},
	probed:      {name: "probe", probe: true},
}

// proxy is what stands in front of it.
type proxy int

const (
	nginxProxy proxy = iota
	bareCaddy
	theGateway
)

// subject is a whole installation.
type subject struct {
	name   string
	proxy  proxy
	django int
	files  bool // it serves static files as well
}

// The subjects in the order of the tables; the comparisons name them.
const (
	nginx = iota
	nginxErrors
	nginxTracesFifth
	nginxTracesAll
	gateway
	gatewayProbe
	caddy
)

var subjects = []subject{
	nginx:            {name: "nginx, plain Django", proxy: nginxProxy, django: plain, files: true},
	nginxErrors:      {name: "nginx, Django with the SDKs, errors only", proxy: nginxProxy, django: errorsOnly},
	nginxTracesFifth: {name: "nginx, Django with the SDKs, 20 % of traces", proxy: nginxProxy, django: tracesFifth},
	nginxTracesAll:   {name: "nginx, Django with the SDKs, all traces", proxy: nginxProxy, django: tracesAll},
	gateway:          {name: "the gateway, plain Django", proxy: theGateway, django: plain, files: true},
	gatewayProbe:     {name: "the gateway, Django with the probe", proxy: theGateway, django: probed},
	caddy:            {name: "bare Caddy, plain Django", proxy: bareCaddy, django: plain},
}
