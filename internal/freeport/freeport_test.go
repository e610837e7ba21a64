package freeport

import (
	"net"
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
	other := "127.0.0.2" + address[len("127.0.0.1"):]
	if listener, err := net.Listen("tcp", other); err == nil {
		listener.Close()
		t.Skip("this system has no second loopback address to claim ports with")
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
