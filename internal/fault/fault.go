// Package fault knows the few kinds of failure the program tells apart, and how each one looks from outside:
// as an exit code, as an HTTP status, as a finding in a file. It knows nothing of what failed.
//
// Start at [Kind]; [table.go] is the one place where kinds become numbers.
package fault

import (
	"errors"
	"fmt"
)

// Kind says what went wrong in the only way that callers act upon.
type Kind int

const (
	// Internal is a defect of ours or of the machine; it is what an error without a kind counts as.
	Internal Kind = iota
	// Invalid means that the input itself is wrong, whoever sends it and whenever.
	Invalid
	// NotFound means that the thing does not exist, or must not be known to exist by the one who asks.
	NotFound
	// Forbidden means that this person may not do this.
	Forbidden
	// Conflict means that the state of the thing does not allow it now.
	Conflict
	// Stale means that the decision rests on an outdated basis: look again, then decide again.
	Stale
	// Unavailable means that it cannot be done at present: read-only, no space, no answer.
	Unavailable
)

// Fault is a failure that names its thing. Message completes the sentence "could not …: "; Hint says what to do, if there is something to do.
// Code is a short stable word (`catalogue.cycle`) that programs and tests compare.
type Fault struct {
	Kind    Kind
	Code    string
	Message string
	Hint    string
	cause   error
}

// New makes a fault of a kind; format and args make its message, as in fmt.Sprintf, and %w keeps a cause.
func New(kind Kind, code, format string, args ...any) *Fault {
	err := fmt.Errorf(format, args...)
	return &Fault{Kind: kind, Code: code, Message: err.Error(), cause: errors.Unwrap(err)}
}

// Hinted returns the fault with a way out: a sentence in the imperative.
func (f *Fault) Hinted(format string, args ...any) *Fault {
	f.Hint = fmt.Sprintf(format, args...)
	return f
}

// Error is the message, followed by the way out.
func (f *Fault) Error() string {
	if f.Hint == "" {
		return f.Message
	}
	return f.Message + " (" + f.Hint + ")"
}

// Unwrap gives the cause that the message was made with, if any.
func (f *Fault) Unwrap() error { return f.cause }

// KindOf gives the kind of the first fault in err's chain; Internal when there is none.
func KindOf(err error) Kind {
	var f *Fault
	if errors.As(err, &f) {
		return f.Kind
	}
	return Internal
}

// CodeOf gives the code of the first fault in err's chain; "internal" when there is none.
func CodeOf(err error) string {
	var f *Fault
	if errors.As(err, &f) && f.Code != "" {
		return f.Code
	}
	return "internal"
}
