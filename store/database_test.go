package store

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestABatchIsAppliedOnce(t *testing.T) {
	c := testConfig(t).withDefaults()
	d, err := openDatabase(t.Context(), c, loadMigrations(), "me")
	must(t, err)
	defer d.close()
	b := newBatch(1)
	b.count(group(1), time.Now())
	b.add(Event{ID: "1", Payload: []byte("{}"), Destination: destination, Time: time.Now()}, group(1).ID)
	for range 2 { // as after a COMMIT that reported an error although it had succeeded
		must(t, d.apply(t.Context(), "me", b))
	}
	next := newBatch(2)
	next.count(group(1), time.Now())
	must(t, d.apply(t.Context(), "me", next))
	must(t, d.enter(t.Context(), "another", time.Now()))
	must(t, d.apply(t.Context(), "another", next)) // numbers belong to their writer
	var count int
	must(t, d.reader.QueryRow("SELECT count FROM issues").Scan(&count))
	if count != 3 {
		t.Errorf("counted %d failures, want 3", count)
	}
}

func TestABatchIsAppliedAsAWholeOrNotAtAll(t *testing.T) {
	d, err := openDatabase(t.Context(), testConfig(t).withDefaults(), loadMigrations(), "me")
	must(t, err)
	defer d.close()
	b := newBatch(1)
	b.count(group(1), time.Now())
	b.add(Event{ID: "1", Payload: []byte("{}"), Time: time.Now()}, "a group that is not there")
	if err := d.apply(t.Context(), "me", b); err == nil {
		t.Fatal("no error")
	}
	var issues, last int
	must(t, d.reader.QueryRow("SELECT (SELECT count(*) FROM issues), batch FROM writers").Scan(&issues, &last))
	if issues != 0 || last != 0 {
		t.Errorf("%d issues of a failed batch, number %d", issues, last)
	}
}

func TestTheDatabaseIsSetUpAsDocumented(t *testing.T) {
	c := testConfig(t).withDefaults()
	c.Path = filepath.Join(t.TempDir(), "100% a?b#c d", "errors.db")
	d, err := openDatabase(t.Context(), c, loadMigrations(), "me")
	must(t, err)
	defer d.close()
	for pragma, want := range map[string]string{
		"journal_mode": "wal", "synchronous": "1", "foreign_keys": "1", "auto_vacuum": "2", "page_size": "4096",
		"busy_timeout": "1000", "wal_autocheckpoint": "1000", "user_version": fmt.Sprint(len(loadMigrations())), "application_id": fmt.Sprint(applicationID),
	} {
		var got string
		if err := d.writer.QueryRow("PRAGMA " + pragma).Scan(&got); err != nil || got != want {
			t.Errorf("%s is %q, want %q; %v", pragma, got, want, err)
		}
	}
	for _, suffix := range []string{"", "-wal"} {
		if file, err := os.Stat(c.Path + suffix); err != nil || file.Mode().Perm() != 0o600 {
			t.Errorf("%q: %v, %v", suffix, file, err)
		}
	}
	if err := execute(d.reader, "DELETE FROM issues"); err == nil {
		t.Error("the reader can write")
	}
}

func BenchmarkCommit5000Events(b *testing.B) {
	d, err := openDatabase(b.Context(), testConfig(b).withDefaults(), loadMigrations(), "me")
	must(b, err)
	defer d.close()
	payload := make([]byte, 2000)
	for n := 0; b.Loop(); n++ {
		batch := newBatch(int64(n + 1))
		for i := range 5000 {
			g := group(i)
			batch.count(g, time.Now())
			batch.add(Event{ID: fmt.Sprintf("%032d", n*5000+i), Payload: payload, Destination: destination, Time: time.Now()}, g.ID)
		}
		must(b, d.apply(b.Context(), "me", batch))
	}
}
