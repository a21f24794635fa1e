package hub

import (
	"context"
	"maps"
	"slices"
	"strings"

	"blackstart/internal/fault"
	"blackstart/internal/subject/incident"
)

// LogBook builds a page of an incident's log book, newest first: what people wrote, and the facts that make the story. Without an ID it is the running
// incident's, else the newest one's.
func (h *Hub) LogBook(ctx context.Context, id string, before uint64, limit int) (LogView, error) {
	var i incident.Incident
	var found bool
	sc, err := h.scene(ctx, func(s *State) { i, found = s.incidentNamed(id) })
	v := LogView{Frame: sc.frame}
	switch {
	case err != nil:
		return v, err
	case !found && id == "":
		return v, nil
	case !found:
		return v, unknownIncident(id)
	}
	line, err := h.incidentLine(ctx, i)
	if err != nil {
		return v, err
	}
	v.Incident = &line
	var seqs []uint64
	if err := h.registered(ctx, func(r *register) {
		seqs, v.Older, _ = page(upTo(r.stories[strings.ToLower(line.ID)], sc.frame.Version), before, pageSize(limit))
	}); err != nil {
		return v, err
	}
	v.Entries, err = h.facts(ctx, seqs)
	return v, err
}

func unknownIncident(id string) error {
	return fault.New(fault.NotFound, "incident.unknown", "could not find incident %q", id)
}

// upTo leaves out what was written after the view's sequence number.
func upTo(list []uint64, version uint64) []uint64 {
	n, _ := slices.BinarySearch(list, version+1)
	return list[:n]
}

// facts reads entries and puts them into the form of every list.
func (h *Hub) facts(ctx context.Context, seqs []uint64) ([]Fact, error) {
	entries, err := h.entries(ctx, seqs)
	return factsOf(entries, h.names(ctx)), err
}

// Journal builds a page of the raw record, newest first; kind narrows it to entries of one kind.
func (h *Hub) Journal(ctx context.Context, kind string, before uint64, limit int) (JournalView, error) {
	sc, err := h.scene(ctx, nil)
	v := JournalView{Frame: sc.frame, Kind: kind, Audit: h.log.Audited()}
	if err != nil {
		return v, err
	}
	var seqs []uint64
	if err := h.registered(ctx, func(r *register) {
		v.Kinds = slices.Sorted(maps.Keys(r.kinds))
		if kind != "" {
			seqs, v.Older, v.Newer = page(upTo(r.kinds[kind], sc.frame.Version), before, pageSize(limit))
		} else {
			seqs, v.Older, v.Newer = wholePage(sc.frame.Version, before, pageSize(limit))
		}
	}); err != nil {
		return v, err
	}
	v.Entries, err = h.facts(ctx, seqs)
	return v, err
}

// wholePage is page over all entries from 1 to last, without a list of them.
func wholePage(last, before uint64, limit int) (cut []uint64, older, newer uint64) {
	end := last + 1
	if before > 0 {
		end = min(before, end)
	}
	start := uint64(1)
	if end > uint64(limit)+1 {
		start = end - uint64(limit)
	}
	for seq := end; seq > start; seq-- {
		cut = append(cut, seq-1)
	}
	if start > 1 {
		older = start
	}
	if end <= last {
		newer = min(end+uint64(limit), last+1)
	}
	return cut, older, newer
}

// incidentNamed finds the incident; for "" the running one, else the newest.
func (s *State) incidentNamed(id string) (incident.Incident, bool) {
	if id != "" {
		return s.Incident.Find(incident.ID(id))
	}
	if i, open := s.Incident.Running(); open {
		return i, true
	}
	all := s.Incident.All()
	if len(all) == 0 {
		return incident.Incident{}, false
	}
	return all[len(all)-1], true
}
