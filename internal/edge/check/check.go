// Package check looks at services from outside, in the protocols they speak. A service that does not answer is a result; nothing here returns an error.
// Every look is bounded in time and bytes, and goes where it was told to: no redirects, no proxies.
//
// Start at [Vantage.Run]. A new kind is a file with one function, a row in [kinds], and its servers in the conformance suite.
package check

import (
	"context"
	"time"

	"blackstart/internal/subject/probe"
)

// Vantage is the place from which one looks. The zero value looks from the hub, by the clock of the machine.
type Vantage struct {
	Name string           // "hub" when empty
	Now  func() time.Time // time.Now when nil
}

// look is what one kind does: how deep it got, whether all was as expected, and a line for people.
type look func(ctx context.Context, s probe.Spec) (depth probe.Depth, ok bool, detail string)

var kinds = map[probe.Kind]look{probe.TCP: tcp, probe.HTTP: web}

// Run looks once, from the hub.
func Run(ctx context.Context, s probe.Spec) probe.Result { return Vantage{}.Run(ctx, s) }

// Run looks once. A spec that is wrong in itself gives a result that says so.
func (v Vantage) Run(ctx context.Context, s probe.Spec) probe.Result {
	now := v.Now
	if now == nil {
		now = time.Now
	}
	r := probe.Result{At: now().UTC(), Vantage: v.Name}
	if r.Vantage == "" {
		r.Vantage = "hub"
	}
	if err := s.Check(); err != nil {
		r.Detail = err.Error()
		return r
	}
	ctx, cancel := context.WithTimeout(ctx, maxLook)
	defer cancel()
	begun := time.Now() // monotonic; At may be from another clock
	r.Depth, r.OK, r.Detail = kinds[s.Kind](ctx, s)
	r.Took = time.Since(begun)
	r.TookMS = r.Took.Milliseconds()
	r.Detail = clip(r.Detail)
	return r
}

// clip keeps a detail to one line of bounded length: it may hold what a hostile server sent.
func clip(text string) string {
	line := []rune{}
	for _, c := range text {
		if c < ' ' || c == 0x7f {
			c = ' '
		}
		if line = append(line, c); len(line) == maxDetail {
			break
		}
	}
	return string(line)
}
