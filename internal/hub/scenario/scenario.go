// Package scenario knows drills as files: who takes part, which hosts stand on the stage, who does what when, and what must then be the case. It
// plays them against a hub on an event clock, so that six weeks take minutes. It refuses to know how a stage is built, where keys lie and how a host
// is reached: all that comes in with [Config].
//
// Start at [Scenario] and at the lists of what can be done (deed.go) and expected (expect.go); parse.go reads the file, play.go plays it, wait.go says when time may jump. A drill that
// was killed and is started again on the same record skips what is done: every step has a key in the record, and all its times come from there.
package scenario

import (
	"time"

	"blackstart/internal/fault"
	"blackstart/internal/subject/access"
	"blackstart/internal/subject/catalogue"
	"blackstart/internal/subject/incident"
)

// Format is the first line of every scenario: `format: blackstart/scenario/1`.
const Format = "blackstart/scenario/1"

// Scenario is one drill as it is written down. It is immutable.
type Scenario struct {
	Name      string // an id, `first-light`
	Title     catalogue.Text
	Start     time.Time
	Catalogue string // an embedded one by name, or a directory beside the file
	Hosts     []string
	People    []Person
	Incident  incident.ID // the one it is about
	Steps     []Step      // in the order in which they are played

	file string
	refs []referred // what must exist in the catalogue
}

// Person is somebody who takes part.
type Person struct {
	ID           string
	Name         string
	Roles        []access.Role
	Organisation string
	Customer     string // for a customer's contact
}

// Step is one thing that somebody does.
type Step struct {
	ID     string
	Title  catalogue.Text
	Due    time.Duration // after the start. Virtual time stands still while things happen, so this is also when it is done
	Who    string        // id of a person
	Ago    time.Duration // what is entered happened so long before
	Do     Deed
	Expect []Expectation
}

// Key is the key of the step's request: it counts once, also after a restart.
func (s Step) Key() string { return keyPrefix + s.ID }

const keyPrefix = "drill/"

// referred is a reference to the catalogue and where it stands in the file.
type referred struct {
	at  pos
	ref catalogue.Ref
}

// Against says what the scenario refers to and the catalogue does not have.
func (s *Scenario) Against(c *catalogue.Catalogue) []fault.Finding {
	r := reading{file: s.file}
	for _, x := range s.refs {
		if !c.Has(x.ref) {
			r.fail(x.at, "unknown_reference", "look at 'blackstart catalogue show'", "the catalogue %s has no %s", s.Catalogue, x.ref)
		}
	}
	for _, h := range s.Hosts {
		if host, ok := c.Host(h); ok && len(host.Probes) == 0 {
			r.fail(pos{1, 1}, "no_probe", "give it one in the catalogue", "host %s has no probe: nobody could see from outside that it is cut off", h)
		}
	}
	return r.done()
}

// Person finds somebody who takes part.
func (s *Scenario) Person(id string) (Person, bool) {
	for _, p := range s.People {
		if p.ID == id {
			return p, true
		}
	}
	return Person{}, false
}
