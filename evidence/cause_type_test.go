package evidence

import "testing"

func TestNameTypes(t *testing.T) {
	raisedBy := func(line string) []Frame { return []Frame{{ContextLine: line}} }
	local := func(value string) Exception {
		return Exception{Frames: []Frame{{Locals: []Local{{"n", "1"}, {"exc", value}}}}}
	}
	tried := []Frame{{AbsPath: "/x.py", Function: "f", Line: 3}}
	handled := func(clause string) Exception {
		return Exception{Frames: []Frame{{AbsPath: "/x.py", Function: "f", Line: 5, PreContext: []string{"except First:", "  g()", clause}}}}
	}
	for _, c := range []struct {
		name string
		x    Exception
		next Exception
		want string
	}{
		{"the variable that holds it", Exception{Value: "no anchor"}, local("OutOfStock('no anchor')"), "OutOfStock"},
		{"the variable that holds a KeyError", Exception{Value: "'anchor'"}, local("KeyError('anchor')"), "KeyError"},
		{"a variable with quotes and line ends in it", Exception{Value: "it's\n\"gone\""}, local(`OutOfStock('it\'s\n"gone"')`), "OutOfStock"},
		{"a variable that holds another", Exception{Value: "no anchor"}, local("OutOfStock('no rope')"), ""},
		{"a variable that is a call of something", Exception{Value: "no anchor"}, local("<Stock('no anchor')>"), ""},
		{"the statement that raised it", Exception{Frames: raisedBy(`        raise models.OutOfStock("x") from exc`)}, Exception{}, "OutOfStock"},
		{"a statement that raises a class", Exception{Frames: raisedBy("raise OutOfStock")}, Exception{}, "OutOfStock"},
		{"a statement that raises a variable", Exception{Frames: raisedBy("raise exc.with_traceback(tb)")}, Exception{}, ""},
		{"a statement that raises what was caught", Exception{Frames: raisedBy("raise")}, Exception{}, ""},
		{"Python's own words", Exception{Value: "'Basket' object has no attribute 'price'"}, Exception{}, "AttributeError"},
		{"Django's own words", Exception{Value: "Product matching query does not exist."}, Exception{}, "DoesNotExist"},
		{"a key", Exception{Value: "'anchor'"}, Exception{}, "KeyError"},
		{"the clause that handled it", Exception{Value: "x", Frames: tried}, handled("    except errors.OutOfStock as exc:"), "OutOfStock"},
		{"a clause for all", Exception{Value: "x", Frames: tried}, handled("    except Exception:"), ""},
		{"a clause somewhere else", Exception{Value: "x", Frames: []Frame{{AbsPath: "/y.py"}}}, handled("    except OutOfStock:"), ""},
		{"nothing", Exception{}, Exception{}, ""},
		{"a type that is known", Exception{Type: "Known", Value: "'anchor'"}, Exception{}, "Known"},
	} {
		t.Run(c.name, func(t *testing.T) {
			chain := []Exception{c.x, c.next}
			nameTypes(chain)
			if chain[0].Type != c.want {
				t.Errorf("the type is %q, want %q", chain[0].Type, c.want)
			}
		})
	}
}
