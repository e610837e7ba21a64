package capture

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"strings"
	"unicode/utf8"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"
)

// errCoding is a content coding nobody here can undo.
var errCoding = errors.New("unknown content coding")

// decode undoes the content coding of the beginning of a body. However much it
// would unpack to, at most limit bytes come out and cut is true. A body whose
// end is missing yields what there is of it.
func decode(body []byte, coding string, limit int) (plain []byte, cut bool, err error) {
	var src io.Reader = bytes.NewReader(body)
	codings := strings.Split(coding, ",")
	if len(codings) > maxCodings {
		return nil, false, errCoding
	}
	for i := len(codings) - 1; i >= 0; i-- { // RFC 9110 8.4: listed in the order applied
		if src, err = decoder(src, strings.ToLower(strings.TrimSpace(codings[i]))); err != nil {
			return nil, false, err
		}
		if closer, ok := src.(io.Closer); ok {
			defer closer.Close()
		}
		// Every layer is bounded: the inner one of two may unpack without end to
		// what the outer one makes nothing of.
		src = io.LimitReader(src, int64(limit)+1)
	}
	plain, err = io.ReadAll(src)
	switch {
	case len(plain) > limit:
		return plain[:limit], true, nil
	case err != nil && len(plain) > 0:
		return plain, true, nil // what came before the fault is evidence all the same
	default:
		return plain, false, err
	}
}

// maxCodings is how many layers are undone. More than two make no sense.
const maxCodings = 4

// zstdWindow bounds what a zstd frame can make the decoder allocate, in bytes.
// RFC 8878 3.1.1.1.2 recommends that decoders support 8 MiB.
const zstdWindow = 8 << 20

func decoder(src io.Reader, coding string) (io.Reader, error) {
	switch coding {
	case "", "identity":
		return src, nil
	case "gzip", "x-gzip":
		return gzip.NewReader(src)
	case "deflate":
		return newDeflateReader(src)
	case "br":
		return brotli.NewReader(src), nil
	case "zstd":
		zr, err := zstd.NewReader(src, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(zstdWindow))
		if err != nil {
			return nil, err
		}
		return zr.IOReadCloser(), nil
	default:
		return nil, errCoding
	}
}

// newDeflateReader reads zlib, which is what "deflate" means, or the raw
// deflate that some servers send under that name.
func newDeflateReader(src io.Reader) (io.Reader, error) {
	head := make([]byte, 2)
	n, err := io.ReadFull(src, head)
	if err != nil {
		return nil, err
	}
	src = io.MultiReader(bytes.NewReader(head[:n]), src)
	if head[0]&0x0f == 8 && (int(head[0])<<8|int(head[1]))%31 == 0 { // RFC 1950 2.2
		return zlib.NewReader(src)
	}
	return flate.NewReader(src), nil
}

// format is how a body is to be read.
type format int

const (
	formatBinary format = iota
	formatText
	formatHTML
	formatJSON
	formatForm
)

// formatOf goes by the declared type, and distrusts it where the bytes are not
// text at all. What begins as JSON or markup is read as such, whichever kind of
// text it claims to be: Django calls a page HTML unless it is told otherwise.
func formatOf(contentType string, body []byte) format {
	media, _, _ := mime.ParseMediaType(contentType)
	if !utf8.Valid(trimPartialRune(body)) || bytes.IndexByte(body, 0) >= 0 {
		return formatBinary
	}
	first := bytes.TrimLeft(bytes.TrimPrefix(body, byteOrderMark), " \t\r\n")
	switch {
	case media == "application/x-www-form-urlencoded":
		return formatForm
	case !isText(media):
		return formatBinary
	case bytes.HasPrefix(first, []byte("{")), bytes.HasPrefix(first, []byte("[")):
		return formatJSON
	case media == "text/html", media == "application/xhtml+xml", bytes.HasPrefix(first, []byte("<")):
		return formatHTML
	case isJSON(media):
		return formatJSON
	default:
		return formatText
	}
}

var byteOrderMark = []byte("\ufeff")

func isJSON(media string) bool {
	return media == "application/json" || strings.HasSuffix(media, "+json")
}

// isText takes a body without a type for text.
func isText(media string) bool {
	return media == "" || strings.HasPrefix(media, "text/") || isJSON(media) ||
		media == "application/xml" || strings.HasSuffix(media, "+xml") || media == "application/javascript"
}

// trimPartialRune drops a character that the capture limit cut in two.
func trimPartialRune(b []byte) []byte {
	for i := 1; i < utf8.UTFMax && i <= len(b); i++ {
		if last := b[len(b)-i]; utf8.RuneStart(last) {
			if !utf8.FullRune(b[len(b)-i:]) {
				return b[:len(b)-i]
			}
			break
		}
	}
	return b
}
