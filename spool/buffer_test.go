package spool

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"testing"
)

func random(t testing.TB, size int) []byte {
	t.Helper()
	data := make([]byte, size)
	r := rand.NewChaCha8([32]byte{byte(size)})
	r.Read(data)
	return data
}

func TestABufferHoldsWhatWasWritten(t *testing.T) {
	for _, c := range []struct {
		name         string
		limits       Limits
		size, step   int
		want, onDisk int64
	}{
		{"in memory", Limits{Memory: 100}, 100, 7, 100, 0},
		{"nothing", Limits{Memory: 100}, 0, 7, 0, 0},
		{"more than fits into memory alone", Limits{Memory: 100}, 101, 7, 100, 0},
		{"in chunks of memory", Limits{Memory: 3*chunkSize + 1}, 3*chunkSize + 1, 5000, 3*chunkSize + 1, 0},
		{"on disk", Limits{Memory: 100, Disk: 1 << 20}, 300_000, 4096, 300_000, 299_900},
		{"all that disk and memory take", Limits{Memory: 100, Disk: 50}, 151, 60, 150, 50},
		{"on disk alone", Limits{Disk: 1 << 20}, 70_000, 70_000, 70_000, 70_000},
	} {
		t.Run(c.name, func(t *testing.T) {
			data := random(t, c.size)
			b := newBuffer(t.TempDir(), c.limits)
			defer b.close()
			var err error
			for rest := data; len(rest) > 0 && err == nil; {
				step := rest[:min(c.step, len(rest))]
				var n int
				n, err = b.Write(step)
				rest = rest[n:]
			}
			if full := int64(c.size) > c.want; errors.Is(err, ErrFull) != full {
				t.Errorf("Write: %v", err)
			}
			if b.size != c.want {
				t.Fatalf("%d bytes, want %d", b.size, c.want)
			}
			var got []byte
			for p := make([]byte, 1000); int64(len(got)) < b.size; {
				n, err := b.ReadAt(p, int64(len(got)), b.size)
				if err != nil || n == 0 {
					t.Fatalf("ReadAt %d = %d, %v", len(got), n, err)
				}
				got = append(got, p[:n]...)
			}
			if !bytes.Equal(got, data[:c.want]) {
				t.Error("it holds something else")
			}
			if (b.file != nil) != (c.onDisk > 0) {
				t.Errorf("a file: %v", b.file != nil)
			}
			if b.file != nil {
				if info, err := b.file.Stat(); err != nil || info.Size() != c.onDisk {
					t.Errorf("%v on disk, %v; want %d", info, err, c.onDisk)
				}
			}
		})
	}
}

func TestAFileHasNoName(t *testing.T) {
	for name, open := range map[string]func(string) (*os.File, error){"here": tempFile, "elsewhere": unlinkedFile} {
		dir := t.TempDir()
		f, err := open(dir)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteString("secret"); err != nil {
			t.Error(err)
		}
		if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
			t.Errorf("%s: %v, %v", name, left, err)
		}
		f.Close()
	}
}

func TestWithoutADirectoryABufferHoldsWhatFitsIntoMemory(t *testing.T) {
	b := newBuffer(t.TempDir()+"/missing", Limits{Memory: 10, Disk: 10})
	defer b.close()
	if n, err := b.Write(make([]byte, 11)); n != 10 || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("Write = %d, %v", n, err)
	}
}
