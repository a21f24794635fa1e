package web

import (
	"net/http"
	"strconv"

	"blackstart/internal/fault"
	"blackstart/internal/hub"
	"blackstart/internal/subject/cell"
)

var (
	wEnter     = phrase{"Eintragen, was ist", "Enter what is the case"}
	wEnterText = phrase{"Gilt für die %s Zellen, die gerade gezeigt werden. Die Auswahl oben schränkt sie ein.", "This is about the %s cells shown now. The selection above narrows them down."}
	wObserve   = phrase{"Beobachtung eintragen", "Enter an observation"}
	wSeen      = phrase{"Was wurde gesehen?", "What was seen?"}
	wChange    = phrase{"Betriebsart eintragen", "Enter how they are run"}
	wRunAs     = phrase{"Wie werden sie jetzt betrieben?", "How are they run now?"}
	wCauseOf   = phrase{"Ursache", "Cause"}
	wEnterDo   = phrase{"Für %s Zellen eintragen", "Enter it for %s cells"}
)

// shownCells is how many cells of their own a board shows: what a form below it is about.
func shownCells(v hub.BoardView) int {
	n := 0
	for _, g := range v.Groups {
		for _, r := range g.Rows {
			for _, s := range r.Slots {
				if s.Kind == hub.SlotOwn && (v.Filter.State == "" || s.State == v.Filter.State) {
					n++
				}
			}
		}
	}
	return n
}

// observe enters what somebody saw of the cells that were shown.
func (s *server) observe(w http.ResponseWriter, r *http.Request) error {
	ids, _, filter, err := s.chosen(r)
	if err == nil {
		_, err = s.act(r, cell.Observe{Cells: ids, Condition: cell.Condition(r.PostForm.Get("condition")), Source: "person"})
	}
	return s.after(w, r, err, boardPath(filter), s.board)
}

// change enters how the cells that were shown are run.
func (s *server) change(w http.ResponseWriter, r *http.Request) error {
	ids, selection, filter, err := s.chosen(r)
	if err == nil {
		f := r.PostForm
		_, err = s.act(r, cell.Change{Cells: ids, Mode: cell.Mode(f.Get("mode")), Cause: cell.Cause(f.Get("cause")), Selection: selection, Reason: f.Get("reason")})
	}
	return s.after(w, r, err, boardPath(filter), s.board)
}

// chosen gives the cells that a form is about. When they are not as many as the page showed, the act is refused: the picture moved on under the
// hand of whoever looked at it.
func (s *server) chosen(r *http.Request) ([]cell.ID, string, hub.BoardFilter, error) {
	f := r.PostForm
	filter := hub.BoardFilter{Site: f.Get("site"), Customer: f.Get("customer"), Service: f.Get("service"), State: hub.Shown(f.Get("state"))}
	ids, selection, err := s.deps.House.Chosen(r.Context(), filter)
	if err != nil {
		return nil, "", filter, err
	}
	if want, _ := strconv.Atoi(f.Get("cells")); want != len(ids) {
		return nil, "", filter, fault.New(fault.Stale, "board.moved", "could not enter it: the page showed %s cells, now there are %d", f.Get("cells"), len(ids)).Hinted("look again, then enter it again")
	}
	return ids, selection, filter, nil
}
