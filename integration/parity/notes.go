package parity

// notes say why the gateway has no field that the SDK has, and where a field
// means something else or comes in another form.
var notes = map[string]string{
	"_meta":                        "where the SDK cut or hid something; the gateway writes `…` and `[Filtered]` in the place itself",
	"breadcrumbs.values[].data":    "the gateway: method, route, status and duration, or the duration of a statement",
	"breadcrumbs.values[].message": "the SDK: what was logged and asked of the database before; the gateway: the visitor's requests before, and what the probe tells of this one",
	"contexts.runtime.build":       "the page has the version alone",
	"exception.values[].mechanism.is_exception_group": "the page does not tell what is in a group",
	"exception.values[].module":                       "the page has the name of the class alone",
	"extra":                                           "the SDK: `sys.argv`, the command line of gunicorn",
	"fingerprint[]":                                   "`{{ default }}` with a traceback: the receiver groups by it, as it does the SDK's",
	"logentry.formatted":                              "the SDK reports what is logged as an error; so does the probe",
	"logentry.message":                                "the same",
	"logentry.params[]":                               "the arguments are in `logentry.formatted`, where they are scrubbed with their context",
	"logger":                                          "that of what was logged; the gateway else: `caddy.django`",
	"modules":                                         "the SDK and the probe: every package; a page: Django",
	"request.data":                                    "the SDK: an object; the gateway: the text, with `capture_request_body`",
	"request.env.SERVER_NAME":                         "the host is in `request.url`",
	"request.env.SERVER_PORT":                         "the port is in `request.url`",
	"sdk.integrations[]":                              "the SDK's own",
	"sdk.packages[].name":                             "the SDK's own",
	"sdk.packages[].version":                          "the SDK's own",
	"transaction":                                     "the SDK: `/crash/{kind}/`; the gateway: `/crash/<slug:kind>/`, as in its metrics",
}
