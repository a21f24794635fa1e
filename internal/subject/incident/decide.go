package incident

import (
	"fmt"
	"slices"
	"time"

	"blackstart/internal/fault"
	"blackstart/internal/subject/access"
)

// Command is what may be asked of an incident.
//
//sumtype:decl
type Command interface {
	Name() string
	command()
}

// Open opens an incident. The moment it happened becomes the anchor [FirstKnowledge], since whoever opens it knows.
type Open struct {
	ID    ID           `json:"id,omitempty"` // empty: the next free inc-N
	Title string       `json:"title"`
	Lead  access.Actor `json:"lead,omitempty"` // empty: whoever opens it
}

// Log adds a line to the log book, or corrects an earlier one: the old line stays, marked.
type Log struct {
	Incident ID     `json:"incident"`
	Text     string `json:"text"`
	Corrects uint64 `json:"corrects,omitempty"` // number of the entry that this one corrects
}

// SetLead hands the lead to another person.
type SetLead struct {
	Incident ID           `json:"incident"`
	Lead     access.Actor `json:"lead"`
}

// SetAnchor says when an anchor's moment was. Said again, it replaces the moment; both entries stay.
type SetAnchor struct {
	Incident ID        `json:"incident"`
	Anchor   Anchor    `json:"anchor"`
	Moment   time.Time `json:"moment"`
}

// Close ends the incident. What is not settled is named as an open point; Held, filled in by the hub, is the number of
// cells that this incident still holds: with any of them, a close without open points is refused.
type Close struct {
	Incident   ID       `json:"incident"`
	Summary    string   `json:"summary"`
	OpenPoints []string `json:"open_points,omitempty"`
	Held       int      `json:"-"`
}

func (Open) Name() string      { return "incident.open" }
func (Log) Name() string       { return "incident.log" }
func (SetLead) Name() string   { return "incident.set_lead" }
func (SetAnchor) Name() string { return "incident.set_anchor" }
func (Close) Name() string     { return "incident.close" }

func (Open) command()      {}
func (Log) command()       {}
func (SetLead) command()   {}
func (SetAnchor) command() {}
func (Close) command()     {}

// Emits says which events each command can lead to; the diagram of consequences is drawn from it.
var Emits = map[string][]string{
	"incident.open":       {"incident.opened", "incident.anchored"},
	"incident.log":        {"incident.logged"},
	"incident.set_lead":   {"incident.led"},
	"incident.set_anchor": {"incident.anchored"},
	"incident.close":      {"incident.closed"},
}

// Decide answers a command with the facts it makes, or with the reason why not.
func Decide(s State, c Command, at access.Stamp) ([]Event, error) {
	switch c := c.(type) {
	case Open:
		return s.open(c, at)
	case Log:
		return s.log(c)
	case SetLead:
		return s.setLead(c)
	case SetAnchor:
		return s.setAnchor(c, at)
	case Close:
		return s.close(c, at)
	}
	panic(fmt.Sprintf("incident cannot decide %T", c))
}

func (s State) open(c Open, at access.Stamp) ([]Event, error) {
	if c.ID == "" {
		c.ID = s.nextID()
	}
	if err := access.CheckID("incident", string(c.ID)); err != nil {
		return nil, err
	}
	if s.exists(c.ID) {
		return nil, fault.New(fault.Conflict, "incident.exists", "could not open incident %s: it exists already", c.ID)
	}
	if err := access.CheckText("title", c.Title, MaxTitle); err != nil {
		return nil, err
	}
	if len(s.order) >= MaxIncidents {
		return nil, fault.New(fault.Conflict, "incident.too_many", "could not open incident %s: there are %d already", c.ID, len(s.order))
	}
	if c.Lead == "" {
		c.Lead = at.By
	}
	if err := checkLead(c.Lead); err != nil {
		return nil, err
	}
	return []Event{
		Opened(c),
		Anchored{Incident: c.ID, Anchor: FirstKnowledge, Moment: at.HappenedAt},
	}, nil
}

func (s State) log(c Log) ([]Event, error) {
	i, err := s.find(c.Incident) // also after the close: what comes to light later belongs into the same book
	if err != nil {
		return nil, err
	}
	if err := access.CheckText("text", c.Text, MaxText); err != nil {
		return nil, err
	}
	if c.Corrects != 0 && !i.logged(c.Corrects) {
		return nil, fault.New(fault.Invalid, "incident.no_such_line", "could not correct entry %d: it is no log line of incident %s", c.Corrects, c.Incident)
	}
	return []Event{Logged{Incident: i.ID, Corrects: c.Corrects, Private: LoggedPrivate{Text: c.Text}}}, nil
}

func (s State) setLead(c SetLead) ([]Event, error) {
	i, err := s.findOpen(c.Incident)
	if err != nil {
		return nil, err
	}
	if err := checkLead(c.Lead); err != nil {
		return nil, err
	}
	if c.Lead == i.Lead {
		return nil, fault.New(fault.Conflict, "incident.same_lead", "could not hand over incident %s: %s leads already", c.Incident, c.Lead)
	}
	return []Event{Led{Incident: i.ID, Lead: c.Lead}}, nil
}

func (s State) setAnchor(c SetAnchor, at access.Stamp) ([]Event, error) {
	i, err := s.find(c.Incident)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(Anchors, c.Anchor) {
		return nil, fault.New(fault.Invalid, "incident.no_such_anchor", "could not set anchor %q: it is none of %v", c.Anchor, Anchors)
	}
	if c.Moment.IsZero() || c.Moment.After(at.At) || at.At.Sub(c.Moment) > MaxPast {
		return nil, fault.New(fault.Invalid, "incident.moment", "could not set anchor %s: its moment is missing, in the future, or more than ten years ago", c.Anchor)
	}
	return []Event{Anchored{Incident: i.ID, Anchor: c.Anchor, Moment: c.Moment.UTC()}}, nil
}

func (s State) close(c Close, at access.Stamp) ([]Event, error) {
	i, err := s.findOpen(c.Incident)
	if err != nil {
		return nil, err
	}
	if at.HappenedAt.Before(i.OpenedAt) {
		return nil, fault.New(fault.Invalid, "incident.before", "could not close incident %s before it was opened at %s", i.ID, i.OpenedAt.Format(time.RFC3339))
	}
	if err := access.CheckText("summary", c.Summary, MaxText); err != nil {
		return nil, err
	}
	for _, p := range c.OpenPoints {
		if err := access.CheckText("open point", p, MaxPoint); err != nil {
			return nil, err
		}
	}
	if len(c.OpenPoints) > MaxOpenPoints {
		return nil, fault.New(fault.Invalid, "incident.too_many_points", "could not close incident %s: %d open points, at most %d", c.Incident, len(c.OpenPoints), MaxOpenPoints)
	}
	if c.Held > 0 && len(c.OpenPoints) == 0 {
		return nil, fault.New(fault.Conflict, "incident.cells_held", "could not close incident %s: it still holds %d cells", c.Incident, c.Held).
			Hinted("restore them, or name what stays off as an open point")
	}
	return []Event{Closed{Incident: i.ID, OpenPoints: len(c.OpenPoints), Private: ClosedPrivate{Summary: c.Summary, OpenPoints: c.OpenPoints}}}, nil
}

// checkLead requires an actor by id: the real name of who leads stands nowhere but with the person.
func checkLead(a access.Actor) error {
	if id, ok := a.User(); ok {
		return access.CheckID("lead", id)
	}
	if a == access.ByConsole {
		return nil
	}
	return fault.New(fault.Invalid, "incident.no_lead", "could not give the lead to %.80q: name a user", a)
}
