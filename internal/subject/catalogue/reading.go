package catalogue

import (
	"fmt"

	"blackstart/internal/fault"
)

// pos is a place in a file; line and column count from 1, in characters.
type pos struct {
	file      string
	line, col int
}

// reading collects what is wrong while a directory is read, so that all faults are said at once, and what must be looked up when everything is known.
type reading struct {
	findings []fault.Finding
	dropped  int
	pending  []pending
	where    map[Ref]pos
}

// pending is a reference met in a file, checked when all ids are known.
type pending struct {
	at   pos
	kind RefKind
	id   string
}

// fail records an error. A hint may be empty.
func (r *reading) fail(at pos, code, hint, format string, args ...any) {
	r.record(fault.Error, at, code, hint, fmt.Sprintf(format, args...))
}

// warn records a warning.
func (r *reading) warn(at pos, code, hint, format string, args ...any) {
	r.record(fault.Warning, at, code, hint, fmt.Sprintf(format, args...))
}

func (r *reading) record(l fault.Level, at pos, code, hint, message string) {
	if len(r.findings) >= maxFindings {
		r.dropped++
		return
	}
	r.findings = append(r.findings, fault.Finding{Level: l, File: at.file, Line: at.line, Col: at.col, Code: "catalogue." + code, Message: message, Hint: hint})
}

// done gives the findings in reading order; what went over the bound is counted in a last one, an error, because errors may be among it.
func (r *reading) done() []fault.Finding {
	fault.SortFindings(r.findings)
	if r.dropped > 0 {
		f := fault.Finding{Level: fault.Error, File: ".", Code: "catalogue.more", Message: fmt.Sprintf("%d more findings are not shown", r.dropped), Hint: "mend these first"}
		r.findings, r.dropped = append(r.findings, f), 0
	}
	return r.findings
}

func (r *reading) failed() bool { return r.dropped > 0 || fault.HasErrors(r.findings) }

// refer notes a reference for the check at the end.
func (r *reading) refer(at pos, kind RefKind, id string) {
	if id != "" {
		r.pending = append(r.pending, pending{at, kind, id})
	}
}
