package hub

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/journal"
	"blackstart/internal/subject/access"
	"blackstart/internal/subject/contain"
	"blackstart/internal/subject/incident"
)

// register finds entries by kind, by incident and by measure. It reads the record once and then only what is new; it keeps numbers, never texts.
// Lists only grow, so a part that was handed out stays true.
type register struct {
	mu      sync.Mutex // guards everything; held while new entries are read
	upTo    uint64
	kinds   map[string][]uint64
	stories map[string][]uint64  // by incident in lower case, without chatter
	looks   map[string][]uint64  // by measure in lower case: what was seen from outside
	opened  map[string]time.Time // by incident in lower case: when it was entered
	spoken  map[string]time.Time // and the last entry by a person
}

// chatter is what belongs to an incident but is no part of its story: steps between two facts that a reader needs, each provable in the journal.
var chatter = map[string]bool{
	"contain.ordered": true, "order.ready": true, "order.issued": true, "order.accepted": true, "order.root_changed": true,
	"order.enrolment_offered": true, "order.agent_heard": true, "cell.held": true, "cell.released": true, "cell.passed": true,
	"access.signed_in": true, "access.session_ended": true, "access.sessions_ended": true, "access.sign_ins_failed": true, "access.recovery_used": true,
	"access.credential_added": true, "access.credential_removed": true, "access.credentials_reset": true, "access.password_changed": true,
}

// registered brings the register up to date and shows it. Show must not wait for anything.
func (h *Hub) registered(ctx context.Context, show func(*register)) error {
	r := &h.views.register
	r.mu.Lock()
	defer r.mu.Unlock()
	for e, err := range h.log.Entries(ctx, r.upTo+1, h.log.Next()-1) {
		if err != nil {
			return err
		}
		r.add(e)
	}
	show(r)
	return nil
}

// take adds an entry that is read for another reason, unless it is there: so the first page after a start need not read the whole record again.
func (r *register) take(e journal.Entry) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if e.Seq > r.upTo {
		r.add(e)
	}
}

func (r *register) add(e journal.Entry) {
	if r.kinds == nil {
		r.kinds, r.stories, r.looks = map[string][]uint64{}, map[string][]uint64{}, map[string][]uint64{}
		r.opened, r.spoken = map[string]time.Time{}, map[string]time.Time{}
	}
	r.upTo = e.Seq
	r.kinds[e.Kind] = append(r.kinds[e.Kind], e.Seq)
	if e.Incident != "" && !chatter[e.Kind] {
		story := strings.ToLower(e.Incident)
		r.stories[story] = append(r.stories[story], e.Seq)
		if e.Kind == (incident.Opened{}).Kind() {
			r.opened[story] = e.At
		}
		if _, person := access.Actor(e.Actor).User(); person {
			r.spoken[story] = e.At
		}
	}
	if id := lookedAt(e); id != "" {
		r.looks[id] = append(r.looks[id], e.Seq)
	}
}

// lookedAt is the measure that an entry says something seen from outside about, in lower case.
func lookedAt(e journal.Entry) string {
	switch e.Kind {
	case "contain.verified", "contain.contradicted", "contain.reopened":
	default:
		return ""
	}
	event, err := Decode(e)
	if err != nil {
		return "" // the start refuses such a record
	}
	var id contain.ID
	switch event := event.(type) {
	case contain.Verified:
		id = event.ID
	case contain.Contradicted:
		id = event.ID
	case contain.Reopened:
		id = event.ID
	}
	return strings.ToLower(string(id))
}

// entries reads the entries with these numbers, in the order given.
func (h *Hub) entries(ctx context.Context, seqs []uint64) ([]journal.Entry, error) {
	all := make([]journal.Entry, 0, len(seqs))
	for _, seq := range seqs {
		e, err := h.log.Entry(ctx, seq)
		if fault.CodeOf(err) == "journal.damaged" {
			continue // it cannot be read any more; every page says that the record is damaged
		}
		if err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	return all, nil
}

// page cuts a page out of a rising list: the newest numbers below before (0: all), newest first. Older is what to ask for next, newer what to ask for to
// go back; both are 0 at the ends.
func page(list []uint64, before uint64, limit int) (cut []uint64, older, newer uint64) {
	end := len(list)
	if before > 0 {
		end, _ = slices.BinarySearch(list, before)
	}
	start := max(0, end-limit)
	cut = slices.Clone(list[start:end])
	slices.Reverse(cut)
	if start > 0 {
		older = list[start]
	}
	if end < len(list) {
		newer = list[min(len(list)-1, end+limit-1)] + 1
	}
	return cut, older, newer
}

// pageSize is the number of facts on a page that asked for limit.
func pageSize(limit int) int {
	if limit <= 0 {
		return defaultPage
	}
	return min(limit, maxPage)
}
