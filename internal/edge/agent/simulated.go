package agent

import (
	"context"
	"sync"
	"time"

	"blackstart/internal/fault"
)

// Simulated is an isolation that cuts nothing, for drills where network namespaces are not allowed. Its lease runs on the clock it was made with.
type Simulated struct {
	now func() time.Time

	mu    sync.Mutex // guards what follows
	rules *Rules
	ends  time.Time
}

// NewSimulated makes an isolation in memory.
func NewSimulated(now func() time.Time) *Simulated { return &Simulated{now: now} }

// Apply remembers the rules.
func (s *Simulated) Apply(_ context.Context, r Rules) error {
	if err := r.check(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rules, s.ends = &r, s.now().Add(r.Lease)
	return nil
}

// Renew moves the end of the lease.
func (s *Simulated) Renew(_ context.Context, lease time.Duration) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.rules == nil {
		return nothingStands()
	}
	s.ends = s.now().Add(lease)
	return nil
}

// Release forgets the rules.
func (s *Simulated) Release(context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rules = nil
	return nil
}

// Current says whether the lease runs. The text says that nothing is really cut.
func (s *Simulated) Current(context.Context) (Current, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.rules == nil || !s.now().Before(s.ends) {
		return Current{}, nil
	}
	return Current{Active: true, Left: s.ends.Sub(s.now()), Text: "# simulated: nothing is dropped\n" + s.rules.text()}, nil
}

func nothingStands() error {
	return fault.New(fault.Conflict, "agent.not_isolated", "could not renew the lease: the host is not cut off")
}
