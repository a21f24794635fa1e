package hub

import (
	"context"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"blackstart/internal/ledger/journal"
	"blackstart/internal/subject/incident"
)

// scene is what every view begins with, taken under one read lock.
type scene struct {
	frame   Frame
	sight   *sight
	running incident.Incident
	open    bool // running is an open incident
}

// scene takes what every view needs, and lets more take the rest under the same lock. Names and the time of the last word are read afterwards.
func (h *Hub) scene(ctx context.Context, more func(*State)) (scene, error) {
	sc := h.stage(more)
	if !sc.open {
		return sc, nil
	}
	line, err := h.incidentLine(ctx, sc.running)
	sc.frame.Incident = &line
	return sc, err
}

// stage is scene without the incident's line: all that the public may see of a frame, but for the reason why nothing can be written.
func (h *Hub) stage(more func(*State)) (sc scene) {
	h.read(func(s *State) {
		sc.sight = h.sightOf(s)
		sc.frame = Frame{Drill: s.House.Drill, Now: h.clock.Now(), Version: sc.sight.seq, Head: h.Head()}
		if sc.sight.cat != nil {
			sc.frame.Provider = Label{DE: sc.sight.cat.Provider.Name}
		}
		for _, a := range s.Order.Agents() {
			sc.frame.Simulated = sc.frame.Simulated || h.calls.of(a.Host).simulated
		}
		if sc.frame.TakenOver = h.stale; h.stale == nil {
			if err := h.closed(); err != nil {
				sc.frame.ReadOnly, sc.frame.Damage = err.Error(), h.damage()
			}
		}
		sc.frame.Copies = lags(h.copies(), time.Now())
		sc.running, sc.open = s.Incident.Running()
		if more != nil {
			more(s)
		}
	})
	return sc
}

// Frame gives what stands around every page of the house.
func (h *Hub) Frame(ctx context.Context) (Frame, error) {
	sc, err := h.scene(ctx, nil)
	return sc.frame, err
}

// incidentLine puts an incident into one line.
func (h *Hub) incidentLine(ctx context.Context, i incident.Incident) (IncidentLine, error) {
	line := IncidentLine{ID: string(i.ID), Title: i.Title, HappenedAt: beginOf(i), Closed: i.ClosedAt}
	if user, ok := i.Lead.User(); ok {
		line.LeadID, line.Lead = user, h.names(ctx).of(i.Lead)
	}
	err := h.registered(ctx, func(r *register) { line.Opened, line.Updated = r.opened[lower(i.ID)], r.spoken[lower(i.ID)] })
	return line, err
}

// Head is the head that the last checkpoint signs: what is printed on every page and compared by voice. Before the first checkpoint it is empty.
func (h *Hub) Head() HeadView {
	note := h.log.LastCheckpoint()
	head, ok := headOf(string(note))
	if !ok {
		return HeadView{}
	}
	return HeadView{Short: head.Short(), Root: head.Root.String(), Size: head.Size, Signed: h.log.Signed()}
}

// headOf reads size and root out of a checkpoint (C2SP tlog-checkpoint, lines 2 and 3) that the journal itself made.
func headOf(note string) (journal.Head, bool) {
	lines := strings.SplitN(note, "\n", 4)
	if len(lines) != 4 {
		return journal.Head{}, false
	}
	size, err := strconv.ParseUint(lines[1], 10, 64)
	if err != nil {
		return journal.Head{}, false
	}
	root, err := tlog.ParseHash(lines[2])
	return journal.Head{Size: size, Root: root}, err == nil
}
