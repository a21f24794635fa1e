package fault

import "net/http"

// Exit codes of every command; they are part of the interface and never change.
const (
	ExitOK       = 0 // done; warnings are allowed
	ExitNegative = 1 // findings, or a verdict that is negative
	ExitUsage    = 2 // the call itself is wrong
	ExitFailed   = 3 // it could not be done
	ExitRefused  = 4 // forbidden, stale, or in conflict with the state
)

// outside is the one table from a kind to what the outside sees.
var outside = map[Kind]struct{ exit, http int }{
	Internal:    {ExitFailed, http.StatusInternalServerError},
	Invalid:     {ExitUsage, http.StatusUnprocessableEntity},
	NotFound:    {ExitFailed, http.StatusNotFound},
	Forbidden:   {ExitRefused, http.StatusForbidden},
	Conflict:    {ExitRefused, http.StatusConflict},
	Stale:       {ExitRefused, http.StatusConflict},
	Unavailable: {ExitFailed, http.StatusServiceUnavailable},
}

// ExitCode is the exit code for err, ExitOK for nil.
func ExitCode(err error) int {
	if err == nil {
		return ExitOK
	}
	return outside[KindOf(err)].exit
}

// HTTPStatus is the HTTP status for err, 200 for nil.
func HTTPStatus(err error) int {
	if err == nil {
		return http.StatusOK
	}
	return outside[KindOf(err)].http
}
