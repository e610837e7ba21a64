package integration

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// block is the size of one block of what the shop's view bulk sends, in bytes.
const block = 64 << 10

// blocks reads what the view sends: each block filled with its number.
type blocks struct {
	count, next int
	left        []byte
	buffer      [block]byte
}

func (b *blocks) Read(p []byte) (int, error) {
	if len(b.left) == 0 {
		if b.next == b.count {
			return 0, io.EOF
		}
		for i := 0; i < block; i += 8 {
			binary.BigEndian.PutUint64(b.buffer[i:], uint64(b.next))
		}
		b.left = b.buffer[:]
		b.next++
	}
	n := copy(p, b.left)
	b.left = b.left[n:]
	return n, nil
}

func checksum(t *testing.T, r io.Reader) string {
	t.Helper()
	digest := sha256.New()
	if _, err := io.Copy(digest, r); err != nil {
		t.Error(err)
	}
	return hex.EncodeToString(digest.Sum(nil))
}

// leavesNothing holds that the directory of the buffers is empty, and that the
// gateway has none of its files open.
func leavesNothing(t *testing.T, g *gateway, dir string) {
	t.Helper()
	if named, err := os.ReadDir(dir); err != nil || len(named) > 0 {
		t.Errorf("in the directory of the buffers is %v, %v", named, err)
	}
	eventually(t, func() error {
		if open := openIn(t, g.Pid(), dir); len(open) > 0 {
			return fmt.Errorf("%d files are still open: %s", len(open), open[0])
		}
		return nil
	})
}

func TestBodiesLargerThanMemory(t *testing.T) {
	needs(t, "django")
	count := 100 << 20 / block
	if long() {
		count = 1 << 30 / block
	}
	size, want := int64(count)*block, checksum(t, &blocks{count: count})
	shop := preparedShop(t)
	upstream := onGunicorn(t, shop)
	static := filepath.Join(shop.Dir, "static")
	client := newClient(t)
	client.Timeout = 10 * time.Minute

	for _, c := range []struct {
		name string
		pass func(t *testing.T, g *gateway) string
	}{
		{"an upload of unknown size", func(t *testing.T, g *gateway) string {
			resp, err := client.Post(g.site+"/bulk/", "application/octet-stream", &blocks{count: count})
			return said(t, resp, err)
		}},
		{"an upload of known size", func(t *testing.T, g *gateway) string {
			req, err := http.NewRequest("POST", g.site+"/bulk/", &blocks{count: count})
			if err != nil {
				t.Fatal(err)
			}
			req.ContentLength = size
			resp, err := client.Do(req)
			return said(t, resp, err)
		}},
		{"a download", func(t *testing.T, g *gateway) string {
			resp, err := client.Get(fmt.Sprintf("%s/bulk/?blocks=%d", g.site, count))
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			if resp.ContentLength != size {
				t.Errorf("Content-Length %d", resp.ContentLength)
			}
			return checksum(t, resp.Body)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			buffers := t.TempDir()
			g := newFront(t, upstream, static, "FRONT_BUFFERS="+buffers, "FRONT_MAX_BODY=2GB")
			before := memory(t, g.Pid(), "VmRSS")
			began := time.Now()
			if got := c.pass(t, g); got != want {
				t.Errorf("the checksum is %s, not %s", got, want)
			}
			grown := memory(t, g.Pid(), "VmHWM") - before
			t.Logf("%d MiB in %.1f s, for which memory grew by %d MiB", size>>20, time.Since(began).Seconds(), grown>>20)
			if grown > 64<<20 {
				t.Errorf("memory grew by %d MiB", grown>>20)
			}
			leavesNothing(t, g, buffers)
		})
	}
}

func said(t *testing.T, resp *http.Response, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Errorf("%s, %v", resp.Status, err)
	}
	return string(body)
}

func TestABodyThatIsTooLargeIsRefusedUnread(t *testing.T) {
	needs(t, "django")
	shop := preparedShop(t)
	g := newFront(t, onGunicorn(t, shop), filepath.Join(shop.Dir, "static"))
	conn, err := net.Dial("tcp", g.Addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(time.Minute))
	fmt.Fprintf(conn, "POST /bulk/ HTTP/1.1\r\nHost: %s\r\nExpect: 100-continue\r\nContent-Length: 10000001\r\n\r\n", g.Addr)
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("it is answered with %s", resp.Status)
	}
}

// half sends half of an upload that goes to disk, and returns when that half has arrived.
func half(t *testing.T, g *gateway, buffers string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", g.Addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	fmt.Fprintf(conn, "POST /bulk/ HTTP/1.1\r\nHost: %s\r\nContent-Length: 2000000\r\n\r\n", g.Addr)
	if _, err := conn.Write(make([]byte, 1_000_000)); err != nil {
		t.Fatal(err)
	}
	eventually(t, func() error {
		if len(openIn(t, g.Pid(), buffers)) == 0 {
			return fmt.Errorf("nothing of the upload is on disk")
		}
		return nil
	})
	return conn
}

func TestNothingIsLeftOfAnUpload(t *testing.T) {
	needs(t, "django")
	shop := preparedShop(t)
	upstream, static := onGunicorn(t, shop), filepath.Join(shop.Dir, "static")
	for _, c := range []struct {
		name   string
		happen func(t *testing.T, g *gateway, client net.Conn)
	}{
		{"whose client has left", func(t *testing.T, _ *gateway, client net.Conn) { client.Close() }},
		{"when the gateway is killed", func(t *testing.T, g *gateway, _ net.Conn) {
			g.crash()
			g.restart()
		}},
		{"over a reload", func(t *testing.T, g *gateway, client net.Conn) {
			g.reload()
			if _, err := client.Write(make([]byte, 1_000_000)); err != nil {
				t.Fatal(err)
			}
			resp, err := http.ReadResponse(bufio.NewReader(client), nil)
			want := checksum(t, bytes.NewReader(make([]byte, 2_000_000)))
			if got := said(t, resp, err); got != want {
				t.Errorf("the checksum is %s, not %s", got, want)
			}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			buffers := t.TempDir()
			g := newFront(t, upstream, static, "FRONT_BUFFERS="+buffers)
			c.happen(t, g, half(t, g, buffers))
			leavesNothing(t, g, buffers)
		})
	}
}

// reload makes the gateway take its configuration anew, although it has not changed.
func (g *gateway) reload() {
	g.t.Helper()
	config, err := os.Open(g.caddyfile)
	if err != nil {
		g.t.Fatal(err)
	}
	defer config.Close()
	req, err := http.NewRequestWithContext(g.t.Context(), http.MethodPost, "http://"+g.admin+"/load", config)
	if err != nil {
		g.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "text/caddyfile")
	req.Header.Set("Cache-Control", "must-revalidate") // Caddy: even if it is the same
	resp, err := newClient(g.t).Do(req)
	said(g.t, resp, err)
}

// A disk that is full makes uploads slow, and no more than that.
func TestAFullDiskStopsNoUpload(t *testing.T) {
	needs(t, "django")
	buffers := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", buffers).CombinedOutput(); err != nil {
		t.Skipf("no file system of 1 MB, which takes root: %s", strings.TrimSpace(string(out)))
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", buffers).CombinedOutput(); err != nil {
			t.Errorf("umount: %s", out)
		}
	})
	const count = 5 << 20 / block
	shop := preparedShop(t)
	g := newFront(t, onGunicorn(t, shop), filepath.Join(shop.Dir, "static"), "FRONT_BUFFERS="+buffers)
	client, want := newClient(t), checksum(t, &blocks{count: count})
	req, err := http.NewRequest("POST", g.site+"/bulk/", &blocks{count: count})
	if err != nil {
		t.Fatal(err)
	}
	req.ContentLength = count * block
	resp, err := client.Do(req)
	if got := said(t, resp, err); got != want {
		t.Errorf("the checksum of the upload is %s, not %s", got, want)
	}
	// Of a body without a length Django would read nothing.
	resp, err = client.Post(g.site+"/bulk/", "application/octet-stream", &blocks{count: count})
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusInsufficientStorage {
		t.Errorf("an upload of unknown length is answered with %s", resp.Status)
	}
	resp, err = client.Get(fmt.Sprintf("%s/bulk/?blocks=%d", g.site, count))
	if got := checksum(t, strings.NewReader(said(t, resp, err))); got != want {
		t.Errorf("the checksum of the download is %s, not %s", got, want)
	}
	leavesNothing(t, g, buffers)
}
