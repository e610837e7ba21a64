// Package freeport finds addresses on loopback for servers that are started by configuration, so that they cannot be given
// a port of 0: those of tests and benchmarks.
//
// A port that the system hands out, and that is closed again to be used a moment later, may be taken by then: by another
// program that asks, or as the near end of a connection. Caddy shares a port that is taken, and some requests then reach
// another gateway. So these ports are of a range that no system hands out by itself, and each belongs to the process that
// has claimed it until that ends.
package freeport

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
)

// Ports below the ranges for the near ends of connections: Linux has 32768 to 60999, the IANA's begins at 49152.
const (
	first = 10_000
	last  = 32_000
)

// Address returns 127.0.0.1 with a port on which nobody listens, and which it returns to nobody else.
func Address() (string, error) {
	for range 1000 {
		port := first + rand.IntN(last-first)
		address := fmt.Sprintf("127.0.0.1:%d", port)
		if claim(port) && isFree(address) {
			return address, nil
		}
	}
	return "", errors.New("no free port on 127.0.0.1 in 1000 tries")
}

func isFree(address string) bool {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return false
	}
	return listener.Close() == nil
}
