package main

import (
	"net/http"
	"testing"
)

func TestTheBackendSpeaksHTTP(t *testing.T) {
	for _, status := range []int{http.StatusOK, http.StatusInternalServerError} {
		backend, err := startBackend(status)
		if err != nil {
			t.Fatal(err)
		}
		defer backend.Close()
		response, err := http.Get("http://" + backend.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != status || response.ContentLength != bodySize {
			t.Errorf("status %d and %d bytes, want %d and %d", response.StatusCode, response.ContentLength, status, bodySize)
		}
	}
}
