package hub

import (
	"sync"
	"time"

	"blackstart/internal/subject/catalogue"
	"blackstart/internal/subject/cell"
	"blackstart/internal/subject/statuspage"
)

// views is what the builders keep between two calls. All of it follows from committed entries and can be thrown away at any time.
type views struct {
	mu       sync.Mutex // guards sight and layout; taken under the hub's read lock, never the other way round
	sight    *sight
	layout   *layout
	register register
}

// sight is what all cells show at one sequence number: one computation for board, status, customers and restore. It is immutable once made.
type sight struct {
	seq    uint64
	cat    *catalogue.Catalogue // nil before the first adoption; then there are no cells
	layout *layout
	cells  map[cell.ID]glimpse
}

// glimpse is one cell as pages show it. Cause, Since and Seq belong to what is shown: for a cell that only suffers they are those of what it suffers from.
type glimpse struct {
	Word      cell.Word
	Mode      cell.Mode
	Condition cell.Condition
	Cause     cell.Cause // empty when nothing is known to be wrong
	Since     time.Time  // zero when it has been so from the start
	Seq       uint64     // 0 when no entry ever changed it
}

// shownOf is the word of a page for the word of a cell.
var shownOf = map[cell.Word]Shown{
	cell.WordUnknown:     ShownUnknown,
	cell.WordOperational: ShownOperational,
	cell.WordDegraded:    ShownDegraded,
	cell.WordLimited:     ShownLimited,
	cell.WordOutage:      ShownOutage,
	cell.WordOff:         ShownOff,
	cell.WordBlocked:     ShownBlocked,
	cell.WordInterim:     ShownInterim,
	cell.WordBasic:       ShownBasic,
	cell.WordReturning:   ShownReturning,
	cell.WordMaintenance: ShownMaintenance,
	cell.WordReplaced:    ShownReplaced,
}

// shownOfLevel is the word of a page for a sum of several cells.
var shownOfLevel = map[statuspage.Level]Shown{
	statuspage.Operational: ShownOperational,
	statuspage.Unknown:     ShownUnknown,
	statuspage.Maintenance: ShownMaintenance,
	statuspage.Degraded:    ShownDegraded,
	statuspage.Restoring:   ShownReturning,
	statuspage.Partial:     ShownPartial,
	statuspage.Major:       ShownOutage,
	statuspage.Off:         ShownOff,
}

// Shown is the word of a page for the cell.
func (g glimpse) Shown() Shown { return shownOf[g.Word] }

// gone says whether others lose what they need from the cell: it was taken away by decision, or is seen to fail in whatever mode. Off, blocked and in
// maintenance nobody can use it, unless it was seen to work in maintenance; on a substitute, limited or returning it serves until somebody sees that it does not.
// What was replaced for good is missed by nobody, as on the status page: its successor is a cell of its own.
func gone(m cell.Mode, c cell.Condition) bool {
	switch m {
	case cell.Off, cell.Blocked:
		return true
	case cell.Replaced:
		return false
	case cell.Maintenance:
		return c == cell.Unknown || c == cell.Failed
	}
	return c == cell.Failed
}

// sightOf gives what all cells show now. The caller holds the read lock, so that state and number belong together.
func (h *Hub) sightOf(s *State) *sight {
	seq := h.log.Next() - 1
	h.views.mu.Lock()
	defer h.views.mu.Unlock()
	if h.views.sight == nil || h.views.sight.seq != seq {
		h.views.sight = newSight(s, seq, h.layoutOf(s.Catalogue.Current))
	}
	return h.views.sight
}

// layoutOf gives the layout of the catalogue in force. The caller holds the lock of views.
func (h *Hub) layoutOf(c *catalogue.Catalogue) *layout {
	if c != nil && (h.views.layout == nil || h.views.layout.cat != c) {
		h.views.layout = newLayout(c)
	}
	return h.views.layout
}

func newSight(s *State, seq uint64, l *layout) *sight {
	g := &sight{seq: seq, cat: s.Catalogue.Current}
	if g.cat == nil {
		return g
	}
	g.layout, g.cells = l, make(map[cell.ID]glimpse, s.Cell.Len())
	fallen := map[cell.ID]moment{}
	for x := range s.Cell.All() {
		if gone(x.Mode, x.Condition) {
			fallen[x.ID] = momentOf(x)
		}
	}
	harmed := harms(g.cat, fallen)
	for x := range s.Cell.All() {
		g.cells[x.ID] = glimpseOf(x, harmed[x.ID])
	}
	return g
}

// glimpseOf says what one cell shows, and by which of its three reasons: a decision, what is observed, or what others do to it.
func glimpseOf(x *cell.Cell, h harm) glimpse {
	g := glimpse{Word: x.Word(h.effect), Mode: x.Mode, Condition: x.Condition, Cause: x.Cause, Since: x.Since, Seq: x.Seq}
	switch {
	case x.Mode != cell.Regular:
	case x.Condition == cell.Failed || x.Condition == cell.Degraded && h.effect != catalogue.Lost:
		g.Cause, g.Since = cell.CauseUnknown, x.Seen // what is observed has no decided cause
	case h.effect != "":
		g.Cause, g.Since, g.Seq = cell.Consequence, h.at, max(h.seq, x.Seq)
	default:
		g.Cause = "" // nothing is wrong, or nobody looked: neither has a cause
		if x.Seen.After(x.Since) {
			g.Since = x.Seen
		}
	}
	return g
}

// moment is when something happened, and which entry says so.
type moment struct {
	at  time.Time
	seq uint64
}

func momentOf(x *cell.Cell) moment {
	at := x.Since
	if x.Mode == cell.Regular || x.Condition == cell.Failed && !x.Seen.IsZero() && x.Seen.Before(at) {
		at = x.Seen
	}
	return moment{at, x.Seq}
}

// harm is what the loss of others does to a cell, and since when.
type harm struct {
	effect catalogue.Effect
	moment
}

// harms works out what the fallen cells do to all others.
func harms(c *catalogue.Catalogue, fallen map[cell.ID]moment) map[cell.ID]harm {
	out := map[cell.ID]harm{}
	if len(fallen) == 0 {
		return out
	}
	off := make([]catalogue.Ref, 0, len(fallen))
	for id := range fallen {
		off = append(off, catalogue.NewRef(catalogue.RefCell, string(id)))
	}
	im, err := c.Impact(off)
	if err != nil {
		panic("a cell of the state is not in its catalogue: " + err.Error()) // impossible: cell.Establish takes them from there
	}
	t := tracer{cat: c, hit: make(map[cell.ID]*catalogue.CellImpact, len(im.Cells)), fallen: fallen, known: map[cell.ID]moment{}}
	for n := range im.Cells {
		t.hit[im.Cells[n].Cell] = &im.Cells[n]
	}
	for _, hit := range im.Cells {
		if _, itself := fallen[hit.Cell]; !itself {
			out[hit.Cell] = harm{hit.Effect, t.since(hit.Cell)}
		}
	}
	return out
}

// tracer finds since when a cell suffers: from the first hard or soft need that fell, or from the moment when the last member of an any-of group did.
type tracer struct {
	cat    *catalogue.Catalogue
	hit    map[cell.ID]*catalogue.CellImpact
	fallen map[cell.ID]moment
	known  map[cell.ID]moment
}

func (t *tracer) since(id cell.ID) moment {
	if m, ok := t.fallen[id]; ok {
		return m
	}
	if m, ok := t.known[id]; ok {
		return m
	}
	t.known[id] = moment{} // a circle of soft needs ends here
	var first moment
	if s, ok := t.cat.Service(id.Service()); ok && t.hit[id] != nil {
		via := t.hit[id].Via
		for _, need := range s.Needs.Hard {
			first = earlier(first, t.all(via, need))
		}
		for _, group := range s.Needs.Any {
			first = earlier(first, t.all(via, group...))
		}
		for _, need := range s.Needs.Soft {
			first = earlier(first, t.all(via, need))
		}
	}
	t.known[id] = first
	return first
}

// all is the moment since when every one of these services is missing; zero when one of them is not among the causes.
func (t *tracer) all(via []cell.ID, services ...string) moment {
	var last moment
	for _, s := range services {
		var m moment
		for _, v := range via {
			if v.Service() == s {
				m = t.since(v)
			}
		}
		if m.at.IsZero() {
			return moment{}
		}
		if m.at.After(last.at) {
			last = m
		}
	}
	return last
}

// earlier gives the earlier of two moments; a zero one does not count.
func earlier(a, b moment) moment {
	if a.at.IsZero() || !b.at.IsZero() && b.at.Before(a.at) {
		return b
	}
	return a
}
