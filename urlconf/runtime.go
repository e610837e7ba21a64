package urlconf

import "context"

// Runtime is how a project runs, with nothing left open.
type Runtime struct {
	Dir      string // of manage.py, absolute
	Settings string // module
	Python   string // absolute path

	run run
}

// Find finds how a project runs. The error is one line and says what to set.
func (p Project) Find() (Runtime, error) {
	r, err := p.prepare()
	if err != nil {
		return Runtime{}, err
	}
	return Runtime{Dir: r.dir, Settings: r.settings.value, Python: r.python.value, run: r}, nil
}

// Execute runs a Python program in the project, with its settings and without
// writing into it, for at most 60 seconds. The program gets the path of a file to write
// JSON to as its first argument, then args. It ends with 0, or with 1 where the project
// failed, or with 2 where the Python is of no use; the file then says why, in one line. The
// error is a *LoadError if the project was run and failed.
func (r Runtime) Execute(ctx context.Context, program string, args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	return r.run.execute(ctx, program, args...)
}
