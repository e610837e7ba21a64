package freeport

import (
	"net"
	"runtime"
	"testing"
)

func TestEachAddressIsFreeAndGivenOnce(t *testing.T) {
	seen := make(map[string]bool)
	for range 200 {
		address, err := Address()
		if err != nil {
			t.Fatal(err)
		}
		if seen[address] {
			t.Fatalf("%s is given twice", address)
		}
		seen[address] = true
		listener, err := net.Listen("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		defer listener.Close()
	}
}

func TestAPortThatIsClaimedIsNotClaimedAgain(t *testing.T) {
	address, err := Address()
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS == "windows" {
		t.Skip("no claims on this system")
	}
	if claim(portOf(t, address)) {
		t.Errorf("%s is claimed a second time", address)
	}
}

func portOf(t *testing.T, address string) int {
	t.Helper()
	addr, err := net.ResolveTCPAddr("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	return addr.Port
}
