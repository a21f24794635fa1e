package access

import (
	"slices"
	"strings"
	"time"

	"blackstart/internal/fault"
)

// Thing is one thing that somebody can be given although none of their roles shows it: `incident:inc-1` is its log book, to read and to write,
// `report:inc-1` its report, `order:ord-3` an order. Every person has two by themselves: `user:anna`, and a contact `customer:bkk-a`.
type Thing string

// Kinds of things. The first three can be given.
const (
	ofIncident = "incident"
	ofReport   = "report"
	ofOrder    = "order"
	ofUser     = "user"
	ofCustomer = "customer"
)

// IncidentThing is the log book of an incident.
func IncidentThing(id string) Thing { return thing(ofIncident, id) }

// UserThing is what concerns a person themselves.
func UserThing(id string) Thing { return thing(ofUser, id) }

// thing names a thing; without an id there is none.
func thing(kind, id string) Thing {
	if id == "" {
		return ""
	}
	return Thing(kind + ":" + id)
}

// Cut gives the kind and the id of a thing.
func (t Thing) Cut() (kind, id string) {
	kind, id, _ = strings.Cut(string(t), ":")
	return kind, id
}

// Same says whether both name the same thing: ids are unique ignoring case.
func (t Thing) Same(other Thing) bool { return t != "" && strings.EqualFold(string(t), string(other)) }

// Limit says until when somebody's account lasts. Said again, it lasts longer or shorter; at the minute it ends by itself.
type Limit struct {
	ID    string    `json:"id"`
	Until time.Time `json:"until"`
}

// Give says which things a guest may see; it replaces what they were given before.
type Give struct {
	ID      string  `json:"id"`
	Things  []Thing `json:"things"`
	Unknown []Thing `json:"-"` // filled in by the hub: those that do not exist
}

// Expire ends every account whose time has come. The hub's timer gives it.
type Expire struct{}

func (Limit) Name() string  { return "access.limit" }
func (Give) Name() string   { return "access.give" }
func (Expire) Name() string { return "access.expire" }

func (Limit) command()  {}
func (Give) command()   {}
func (Expire) command() {}

// Things are what the person may see and do whatever their roles are.
func (p Person) Things() []Thing {
	own := []Thing{thing(ofUser, p.ID), thing(ofCustomer, p.Customer)}
	return append(own, p.Given...)
}

// NextWake is when the next account ends by itself; zero when none does.
func (s State) NextWake() time.Time {
	var next time.Time
	for _, until := range s.ending {
		if next.IsZero() || until.Before(next) {
			next = until
		}
	}
	return next
}

// Over says whether the person's time has come, also while nothing can be entered that says so.
func (p Person) Over(now time.Time) bool { return !p.Until.IsZero() && !now.Before(p.Until) }

func (s State) limit(c Limit, at Stamp) ([]Event, error) {
	p, err := s.find(c.ID)
	if err != nil {
		return nil, err
	}
	if at.By == p.Actor() {
		return nil, fault.New(fault.Conflict, "access.self_limit", "could not say until when %s stays: nobody says that of themselves", p.ID).Hinted("ask another admin")
	}
	if err := checkUntil(p.ID, p.Is(Guest), c.Until, at); err != nil {
		return nil, err
	}
	return []Event{Limited{ID: p.ID, Until: c.Until.UTC()}}, nil
}

func (s State) give(c Give) ([]Event, error) {
	p, err := s.find(c.ID)
	if err != nil {
		return nil, err
	}
	if err := checkThings(p.ID, p.Is(Guest), c.Things, c.Unknown); err != nil {
		return nil, err
	}
	return []Event{Given{ID: p.ID, Things: c.Things}}, nil
}

func (s State) expire(at Stamp) ([]Event, error) {
	var all []Event
	for _, p := range s.All() {
		if p.Over(at.At) {
			all = append(all, Expired{ID: p.ID})
		}
	}
	if len(all) == 0 {
		return nil, fault.New(fault.Conflict, "access.nothing_over", "could not end any account: nobody's time has come")
	}
	return all, nil
}

// checkStay refuses a stay that cannot be: a guest's without an end, or with more than they can be given.
func checkStay(c AddUser, at Stamp) error {
	guest := slices.Contains(c.Roles, Guest)
	if guest && len(c.Roles) > 1 {
		return fault.New(fault.Invalid, "access.guest_alone", "could not add user %s: a guest can have no other role", c.ID)
	}
	if guest || !c.Until.IsZero() {
		if err := checkUntil(c.ID, guest, c.Until, at); err != nil {
			return err
		}
	}
	return checkThings(c.ID, guest, c.Given, c.Unknown)
}

func checkUntil(id string, guest bool, until time.Time, at Stamp) error {
	switch {
	case until.IsZero():
		return fault.New(fault.Invalid, "access.no_end", "could not let %s in: until when is not said", id)
	case !until.After(at.At):
		return fault.New(fault.Invalid, "access.end_past", "could not let %s stay until %s: that is over", id, until.Format(time.RFC3339)).Hinted("to end an account at once, remove it")
	case guest && until.Sub(at.At) > MaxStay:
		return fault.New(fault.Invalid, "access.end_far", "could not let %s stay until %s: a guest stays %d days at most", id, until.Format(time.RFC3339), MaxStay/(24*time.Hour)).Hinted("extend it then")
	case until.Sub(at.At) > MaxTerm:
		return fault.New(fault.Invalid, "access.end_far", "could not let %s stay until %s: that is too far", id, until.Format(time.RFC3339)).Hinted("leave the end out if there is none")
	}
	return nil
}

func checkThings(id string, guest bool, things, unknown []Thing) error {
	switch {
	case !guest && len(things) > 0:
		return fault.New(fault.Conflict, "access.not_guest", "could not give %s anything: what others see follows from their roles", id)
	case len(things) > MaxThings:
		return fault.New(fault.Invalid, "access.too_many_things", "could not give %s %d things: at most %d", id, len(things), MaxThings)
	}
	for _, t := range things {
		kind, name := t.Cut()
		if !slices.Contains([]string{ofIncident, ofReport, ofOrder}, kind) || CheckID("thing", name) != nil || slices.Contains(unknown, t) {
			return fault.New(fault.Invalid, "access.no_such_thing", "could not give %s %.80q: there is no such thing", id, t).Hinted("incident:ID, report:ID or order:ID")
		}
	}
	return nil
}

// ends notes when somebody's account ends.
func (s State) ends(e Limited) {
	s.people[strings.ToLower(e.ID)].Until = e.Until
	s.ending[strings.ToLower(e.ID)] = e.Until
}

// drop ends somebody's rights.
func (s State) drop(id string) {
	delete(s.people, strings.ToLower(id))
	delete(s.ending, strings.ToLower(id))
}
