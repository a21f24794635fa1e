package hub

import (
	"context"
	"sync"
	"time"

	"blackstart/internal/subject/catalogue"
	"blackstart/internal/subject/contain"
	"blackstart/internal/subject/probe"
)

// prober looks from outside at every host that an agent says it has cut or opened. An agent's word is never enough.
func prober(e Effects) *follower {
	return &follower{name: "prober", react: func(ctx context.Context, h *Hub, ev Event) Command {
		var id contain.ID
		done, want := contain.ToCut, false
		switch ev := ev.(type) {
		case contain.Enforced:
			id = ev.ID
		case contain.Lifted:
			id, done, want = ev.ID, contain.ToOpen, true
		default:
			return nil
		}
		var specs []probe.Spec
		h.read(func(s *State) {
			m, _ := s.Contain.Find(id)
			specs = probesOf(s.Catalogue.Current, m.Host)
		})
		return contain.Check{ID: id, Direction: done, Probes: look(ctx, e, specs, want)}
	}}
}

// look runs all probes at the same time, and again up to probeRounds times with a pause while one of them is not as wanted: a service needs a
// moment to answer again, and a connection that was being opened a moment to die. What is recorded is the last look.
func look(ctx context.Context, e Effects, specs []probe.Spec, want bool) []contain.Probed {
	var seen []contain.Probed
	for n := range probeRounds {
		if n > 0 && (wallClock{}).Until(ctx, time.Now().Add(probePause)) != nil {
			break
		}
		seen = make([]contain.Probed, len(specs))
		var all sync.WaitGroup
		for i, s := range specs {
			all.Go(func() {
				r := e.Probe(ctx, s)
				seen[i] = contain.Probed{Kind: string(s.Kind), Target: s.Target, Passed: r.OK, Detail: r.Detail}
			})
		}
		all.Wait()
		if asWanted(seen, want) {
			break
		}
	}
	return seen
}

func asWanted(seen []contain.Probed, want bool) bool {
	for _, p := range seen {
		if p.Passed != want {
			return false
		}
	}
	return true
}

// probesOf gives the catalogue's probes of a host, as they are run from the hub's side.
func probesOf(c *catalogue.Catalogue, host catalogue.Ref) []probe.Spec {
	if c == nil {
		return nil
	}
	x, ok := c.Host(host.ID())
	if !ok {
		return nil
	}
	var specs []probe.Spec
	for _, p := range x.Probes {
		specs = append(specs, probe.Spec{Kind: probe.Kind(p.Kind), Target: p.Target})
	}
	return specs
}
