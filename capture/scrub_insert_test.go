package capture

import "testing"

func TestTheValuesOfAnInsertGoByTheirColumns(t *testing.T) {
	s := newScrubber(t)
	for name, c := range map[string]struct{ text, want string }{
		"a secret":           {`INSERT INTO users (name, password) VALUES ('ada', 'Qm4Tz8Kp')`, `INSERT INTO users (name, password) VALUES ('ada', [Filtered])`},
		"the first":          {`insert into users ("api_key", n) values (N'Qm4''Tz', 7);`, `insert into users ("api_key", n) values ([Filtered], 7);`},
		"several rows":       {"INSERT INTO `u` (`pin`, `name`)\nVALUES (4711, 'a, b'),\n(815, 'c)')", "INSERT INTO `u` (`pin`, `name`)\nVALUES ([Filtered], 'a, b'),\n([Filtered], 'c)')"},
		"cut in the secret":  {`INSERT INTO t (name, password) VALUES ('ada', 'Qm4T`, `INSERT INTO t (name, password) VALUES ('ada', [Filtered]`},
		"placeholders":       {`INSERT INTO t (name, password) VALUES (%s, %s)`, `INSERT INTO t (name, password) VALUES (%s, %s)`},
		"no secret":          {`INSERT INTO t (name, author) VALUES ('ada', 'b')`, `INSERT INTO t (name, author) VALUES ('ada', 'b')`},
		"what comes after":   {`INSERT INTO t (password) VALUES ('Qm4T') and ('b')`, `INSERT INTO t (password) VALUES ([Filtered]) and ('b')`},
		"fewer values":       {`INSERT INTO t (a, password) VALUES ('b')`, `INSERT INTO t (a, password) VALUES ('b')`},
		"nothing after that": {`INSERT INTO t (a, password) VALUES (`, `INSERT INTO t (a, password) VALUES (`},
	} {
		t.Run(name, func(t *testing.T) {
			if got := s.text(c.text); got != c.want {
				t.Errorf("%s\nwant %s", got, c.want)
			}
		})
	}
}
