package caddymodule

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
)

// adminError is a response of 400 or above from the admin API.
type adminError struct {
	status  int
	message string
}

// Error is the message alone: the status and the JSON around it help nobody at a terminal.
func (e *adminError) Error() string { return printable(e.message) }

// responsePrefix begins the error that caddycmd.AdminAPIRequest makes of such a response. The
// status line and the body follow.
const responsePrefix = "caddy responded with error: HTTP "

// readAdminError returns nil if err is about anything but a response.
func readAdminError(err error) *adminError {
	if err == nil {
		return nil
	}
	rest, ok := strings.CutPrefix(err.Error(), responsePrefix)
	if !ok {
		return nil
	}
	code, body, _ := strings.Cut(rest, ": ")
	status, parseErr := strconv.Atoi(code)
	if parseErr != nil {
		return nil
	}
	var answer struct{ Error string }
	if json.Unmarshal([]byte(body), &answer) != nil || answer.Error == "" {
		answer.Error = err.Error()
	}
	return &adminError{status: status, message: answer.Error}
}

func isNotFound(err error) bool {
	var refused *adminError
	return errors.As(err, &refused) && refused.status == http.StatusNotFound
}
