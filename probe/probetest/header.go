// Package probetest writes and reads the header by which the gateway asks a probe, for tests that stand for one side. It
// follows the description of the protocol, and uses nothing of package probe.
package probetest

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"
)

// Header asks as the gateway does, now and with a nonce of its own.
func Header(secret, method string, options ...string) (header, nonce string) {
	var random [8]byte
	rand.Read(random[:])
	nonce = hex.EncodeToString(random[:])
	parts := append([]string{"2", nonce, fmt.Sprint(time.Now().Unix())}, options...)
	return Sign(secret, method, strings.Join(parts, ";")), nonce
}

// Sign adds the HMAC to what is asked.
func Sign(secret, method, asked string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	fmt.Fprintf(mac, "%s %s", method, asked)
	return asked + " " + hex.EncodeToString(mac.Sum(nil))
}

// Nonce returns the nonce of a header that was signed by this secret.
func Nonce(secret, method, header string) (nonce string, ok bool) {
	asked, _, _ := strings.Cut(header, " ")
	parts := strings.Split(asked, ";")
	if len(parts) < 3 || !hmac.Equal([]byte(header), []byte(Sign(secret, method, asked))) {
		return "", false
	}
	return parts[1], true
}
