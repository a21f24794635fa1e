package hub

import (
	"context"
	"slices"
	"time"

	"blackstart/internal/ledger/journal"
	"blackstart/internal/subject/catalogue"
	"blackstart/internal/subject/cell"
)

// watcher plays all changes of cells again and notes who was without what. A cell is away while it is gone itself or has lost what it needs (the same rule
// as on the board). It is usable when it is away no longer, and restored when it is besides in regular mode again.
// What follows from a need is worked out by the catalogue in force, since an outage is reported under the names that services bear now.
type watcher struct {
	cat     *catalogue.Catalogue
	cells   cell.State
	gone    map[cell.ID]moment
	lost    map[cell.ID]bool // by others
	open    map[cell.ID]int  // index of the outage that is not restored yet
	outages []outageSpan
}

// outageSpan is one cell's time away. Times are when it happened.
type outageSpan struct {
	cell                   cell.ID
	incident               string
	cause                  cell.Cause
	from, usable, restored time.Time
	seq                    uint64 // entry that began it
}

func newWatcher(c *catalogue.Catalogue) *watcher {
	return &watcher{cat: c, cells: cell.Establish(cell.State{}, c.Cells()), gone: map[cell.ID]moment{}, lost: map[cell.ID]bool{}, open: map[cell.ID]int{}}
}

// cellEvents gives every change and observation of cells, oldest entry first.
func (h *Hub) cellEvents(ctx context.Context, version uint64, see func(journal.Entry, cell.Event)) error {
	var seqs []uint64
	if err := h.registered(ctx, func(r *register) {
		seqs = slices.Concat(upTo(r.kinds[cell.Changed{}.Kind()], version), upTo(r.kinds[cell.Observed{}.Kind()], version))
	}); err != nil {
		return err
	}
	slices.Sort(seqs)
	for _, seq := range seqs {
		entry, err := h.log.Entry(ctx, seq)
		if err != nil {
			return err
		}
		e, err := Decode(entry)
		if err != nil {
			return err
		}
		if e, ok := e.(cell.Event); ok {
			see(entry, e)
		}
	}
	return nil
}

// see takes one event in and lets outages begin and end.
func (w *watcher) see(entry journal.Entry, e cell.Event) {
	w.cells = cell.Apply(w.cells, e, stampOf(entry))
	touched := cellsOf(e)
	moved := false
	for _, id := range touched {
		x, ok := w.cells.Find(id)
		_, was := w.gone[id]
		switch is := ok && gone(x.Mode, x.Condition); {
		case is && !was:
			w.gone[id], moved = moment{entry.HappenedAt, entry.Seq}, true
		case !is && was:
			delete(w.gone, id)
			moved = true
		}
	}
	if moved {
		touched = append(slices.Clone(touched), w.spread()...)
	}
	for _, id := range touched {
		w.judge(id, entry)
	}
}

// spread works out anew who has lost what they need, and gives the cells for which that changed.
func (w *watcher) spread() []cell.ID {
	lost := map[cell.ID]bool{}
	for id, h := range harms(w.cat, w.gone) {
		if h.effect == catalogue.Lost {
			lost[id] = true
		}
	}
	var changed []cell.ID
	for id := range lost {
		if !w.lost[id] {
			changed = append(changed, id)
		}
	}
	for id := range w.lost {
		if !lost[id] {
			changed = append(changed, id)
		}
	}
	w.lost = lost
	slices.Sort(changed)
	return changed
}

// judge lets one cell's outage begin, become usable, be restored, or begin anew.
func (w *watcher) judge(id cell.ID, entry journal.Entry) {
	x, ok := w.cells.Find(id)
	if !ok {
		return // a later catalogue dropped it
	}
	_, itself := w.gone[id]
	away := itself || w.lost[id]
	n, running := w.open[id]
	switch {
	case away && (!running || !w.outages[n].usable.IsZero()):
		w.open[id] = len(w.outages)
		w.outages = append(w.outages, outageSpan{cell: id, incident: entry.Incident, cause: causeOf(x, itself), from: entry.HappenedAt, seq: entry.Seq})
	case !away && running && w.outages[n].usable.IsZero():
		w.outages[n].usable = entry.HappenedAt
	}
	if n, running = w.open[id]; running && !away && x.Mode == cell.Regular {
		w.outages[n].restored = entry.HappenedAt
		delete(w.open, id)
	}
}

func causeOf(x cell.Cell, itself bool) cell.Cause {
	switch {
	case !itself:
		return cell.Consequence
	case x.Mode == cell.Regular:
		return cell.CauseUnknown // it was seen to fail; nobody decided that
	}
	return x.Cause
}

func cellsOf(e cell.Event) []cell.ID {
	switch e := e.(type) {
	case cell.Observed:
		return e.Cells
	case cell.Changed:
		return e.Cells
	default: // holds and gates begin and end no outage
		return nil
	}
}

func (o outageSpan) line(c *catalogue.Catalogue, client string) OutageLine {
	l := OutageLine{
		Customer: clientOf(c, client), Service: serviceOf(c, o.cell.Service()), Cell: string(o.cell), Cause: string(o.cause),
		From: o.from, Usable: o.usable, Restored: o.restored, Seq: o.seq,
	}
	if s, ok := c.Service(o.cell.Service()); ok {
		l.RTO = time.Duration(s.RTO) * time.Hour
	}
	return l
}
