package dashboards

// Kind is how a panel shows its answers, under Grafana's name of it.
type Kind string

const (
	TimeSeries Kind = "timeseries"
	Stat       Kind = "stat"
	Table      Kind = "table"
	Heatmap    Kind = "heatmap"
)

// Panel is one graph, number or table.
type Panel struct {
	Title       string
	Description string
	Kind        Kind
	Unit        string // one of Grafana's: reqps, s, percentunit, bytes, short
	Width       int    // in columns, of which a dashboard has 24
	Stacked     bool
	Alarm       float64 // a Stat is red from here on; 0: never
	Targets     []Target
}

// Target is one query of a panel. The targets of a Table are its columns, the
// first of which sorts it.
type Target struct {
	Expr   string
	Legend string // for a Table, the title of the column; empty hides it
	Unit   string // for a Table, of the column
	// EmptyWhen says why a healthy system may have no answer; empty if it always
	// has one while there is traffic.
	EmptyWhen string
}

// height returns the rows of the grid that a panel of its kind takes.
func (p Panel) height() int {
	switch p.Kind {
	case Stat:
		return 4
	case Table:
		return 12
	default:
		return 8
	}
}
