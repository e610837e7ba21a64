package exchange

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
	"testing"
)

func TestCauses(t *testing.T) {
	for _, c := range []struct {
		err     error
		want    Cause
		reached bool
	}{
		{nil, CauseOther, true},
		{errors.New("dial unix /run/shop.sock: connect: no such file or directory"), CauseSocketMissing, false},
		{errors.New("dial tcp 192.0.2.1:8000: i/o timeout"), CauseDialTimeout, false},
		{errors.New("dial tcp 192.0.2.1:8000: connect: connection timed out"), CauseDialTimeout, false},
		{&net.OpError{Op: "read", Err: os.NewSyscallError("read", syscall.ETIMEDOUT)}, CauseOther, true},
		{errors.New("net/http: timeout awaiting response headers"), CauseTimeout, true},
		{os.ErrDeadlineExceeded, CauseTimeout, true},
		{&net.OpError{Op: "read", Err: syscall.ECONNRESET}, CauseReset, true},
		{fmt.Errorf("reading: %w", io.EOF), CauseClosed, true},
		{errors.New("http: server closed idle connection"), CauseIdleClosed, true},
		{errors.New(`malformed HTTP response "hello"`), CauseBadResponse, true},
		{errors.New("net/http: server response headers exceeded 65536 bytes; aborted"), CauseResponseTooLarge, true},
		{errors.New("http2: response header list larger than advertised limit"), CauseResponseTooLarge, true},
		{errors.New("out of the blue"), CauseOther, true},
	} {
		if got := CauseOf(c.err); got != c.want || got.Reached() != c.reached {
			t.Errorf("%v: %s, reached: %v", c.err, got, got.Reached())
		}
	}
}
