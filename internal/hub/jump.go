package hub

import (
	"time"

	"blackstart/internal/subject/access"
)

// SteadyClock is a clock that can also say how long it has run, by a counter that nobody sets and that goes on while the machine sleeps. With one the
// hub notices that the clock was set. A drill's event clock is none: it jumps by design.
type SteadyClock interface {
	Clock
	Running() time.Duration
}

// dial is what the machine's clock showed when it was looked at last; what it must show now follows from what has passed since.
type dial struct {
	wall time.Time
	ran  time.Duration
}

// dialAt looks at the clock for the first time. A record that ends later than the clock shows was written under another time: that is a jump too.
// How far the clock was set forwards while the hub was down, nobody can tell.
func dialAt(c Clock, last time.Time) dial {
	s, steady := c.(SteadyClock)
	if !steady {
		return dial{}
	}
	now := s.Now()
	if last.After(now) {
		now = last
	}
	return dial{wall: now, ran: s.Running()}
}

// noteJump writes an entry, a batch of its own, when the clock was set since the last pass, before anything is entered by the new time. The caller holds mu.
func (h *Hub) noteJump(p *pass) bool {
	s, steady := h.clock.(SteadyClock)
	if !steady || h.writable(p) != nil {
		return false
	}
	now, ran := s.Now(), s.Running()
	expected := h.dial.wall.Add(ran - h.dial.ran)
	by := now.Round(0).Sub(expected.Round(0)) // Round(0) drops the counter that times of the machine carry along, and by which they would always agree
	h.dial = dial{wall: now, ran: ran}
	if by.Abs() <= clockJump {
		return false
	}
	at, err := p.stamp(Request{Actor: access.ByTimer})
	if err == nil {
		p.first = p.next
		_, err = p.write(ClockJumped{From: expected.UTC().Truncate(time.Second), To: now.UTC().Truncate(time.Second), By: int64(by / time.Second)}, consequence{at: at})
	}
	return err == nil // a time that makes no record is told to whoever asked, request by request
}
