package hub

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"blackstart/internal/subject/access"
	"blackstart/internal/subject/incident"
)

// parts gives those of the entries that have a private part now. It reads the record, so what was written in the same group of requests and is not
// committed yet counts as not there. The caller holds mu.
func (h *Hub) parts(entries []uint64) []access.Part {
	if len(entries) > access.MaxShred {
		return nil // refused for its number
	}
	entries = slices.Compact(slices.Sorted(slices.Values(entries)))
	var all []access.Part
	for _, n := range entries {
		e, err := h.log.Entry(context.Background(), n) // under the lock nothing may be given up half way
		if err == nil && e.Salted != nil {
			all = append(all, access.Part{Entry: n, Open: h.state.openIncident(e.Incident)})
		}
	}
	return all
}

// openIncident says whether the incident of that ID is still open.
func (s *State) openIncident(id string) bool {
	i, ok := s.Incident.Find(incident.ID(id))
	return ok && i.Open()
}

// aboutShredded names whom it was about, why, and how much it was.
func aboutShredded(e access.Shredded) []string {
	refs := []string{}
	if e.User != "" {
		refs = append(refs, e.User)
	}
	for _, n := range e.Entries[:min(len(e.Entries), maxNamedCells)] {
		refs = append(refs, "#"+strconv.FormatUint(n, 10))
	}
	if more := len(e.Entries) - maxNamedCells; more > 0 {
		refs = append(refs, "+"+strconv.Itoa(more))
	}
	return append(refs, strings.ToLower(string(e.Basis)))
}
