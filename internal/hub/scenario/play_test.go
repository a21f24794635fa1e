package scenario

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"blackstart/internal/fault"
	"blackstart/internal/hub"
	"blackstart/internal/ledger/journal"
	"blackstart/internal/ledger/journal/journaltest"
	"blackstart/internal/ledger/seal"
	"blackstart/internal/subject/catalogue"
	"blackstart/internal/subject/probe"
)

// painted is a stage without agents, whose hosts answer as they are told.
type painted struct {
	answers map[string]bool
	agents  []string
}

func (*painted) Raise(context.Context) error { return nil }
func (*painted) Still(context.Context) error { return nil }
func (s *painted) Agent(_ context.Context, host string, run bool) error {
	s.agents = append(s.agents, map[bool]string{true: "start ", false: "kill "}[run]+host)
	return nil
}
func (s *painted) Look(_ context.Context, host string) (map[string]bool, error) {
	return map[string]bool{"tcp": s.answers[host]}, nil
}

// forged is a store whose record somebody can change behind the log's back.
type forged struct {
	journaltest.Memory
	on bool
}

func (f *forged) Page(ctx context.Context, from, to uint64) ([]journal.Row, error) {
	rows, err := f.Memory.Page(ctx, from, to)
	if f.on && len(rows) > 0 {
		rows[0].Raw = append([]byte(nil), rows[0].Raw...)
		rows[0].Raw[len(rows[0].Raw)-3] ^= 1
	}
	return rows, err
}

var insurers = func() []byte {
	b, err := catalogue.Pack(os.DirFS("../../../examples/insurers"))
	if err != nil {
		panic(err)
	}
	return b
}()

// theatre is all that a scenario needs, with a record that outlives the play.
type theatre struct {
	store *forged
	stage *painted
	told  []Progress
	keys  map[string]*seal.Signer
	spoil func() // called at every step that is told
}

func newTheatre() *theatre {
	return &theatre{store: new(forged), stage: &painted{answers: map[string]bool{"kern-bkk-ahornwerk": true}}, keys: map[string]*seal.Signer{}}
}

// play plays a scenario on the theatre's record.
func (h *theatre) play(t *testing.T, s *Scenario) (Summary, error) {
	t.Helper()
	clock := NewClock(s.Start)
	house, err := hub.Open(t.Context(), hub.Options{Store: h.store, Clock: clock, Drill: true})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() {
		ended <- house.Run(ctx, hub.Effects{Probe: func(context.Context, probe.Spec) probe.Result { return probe.Result{} }})
	}()
	sum, err := Run(ctx, Config{Scenario: s, Bundle: insurers, Clock: clock, House: house, Stage: h.stage, Key: h.key,
		Password: func(string) (string, error) { return "four random words", nil },
		Tell: func(p Progress) {
			h.told = append(h.told, p)
			if h.spoil != nil {
				h.spoil()
			}
		}})
	stop()
	<-ended // a forged record cannot be signed at the end; that is not what is tested
	return sum, err
}

func (h *theatre) key(person string) (*seal.Signer, error) {
	if h.keys[person] == nil {
		k, err := seal.Generate(person)
		if err != nil {
			return nil, err
		}
		h.keys[person] = k
	}
	return h.keys[person], nil
}

func TestPlay(t *testing.T) {
	h := newTheatre()
	sum, err := h.play(t, parsed(t, short))
	if err != nil {
		t.Fatal(err)
	}
	if !sum.Verdict.OK || sum.Steps != 2 || sum.Skipped != 0 || sum.To.Sub(sum.From) != 15*time.Minute {
		t.Errorf("summary %+v", sum)
	}
	if len(h.told) != 2 || h.told[1].Number != 2 || h.told[1].Who.Name != "Anna" || !h.told[1].At.Equal(sum.To) {
		t.Errorf("told %+v", h.told)
	}
}

// Played again on the same record, everything is done already: no entry is added.
func TestPlayedTwiceCountsOnce(t *testing.T) {
	h := newTheatre()
	first, err := h.play(t, parsed(t, short))
	if err != nil {
		t.Fatal(err)
	}
	again, err := h.play(t, parsed(t, short))
	if err != nil {
		t.Fatal(err)
	}
	if again.Head != first.Head || again.Skipped != 2 || !again.To.Equal(first.To) {
		t.Errorf("first %+v, again %+v", first, again)
	}
}

// A drill that goes on repeats what was done to the stage, since the stage was built anew.
func TestResumeRepeatsTheStage(t *testing.T) {
	h := newTheatre()
	text := short + "  - {id: kill, title: {de: K, en: K}, delay: 1m, who: anna, do: kill_agent, with: {host: kern-bkk-ahornwerk}}\n" +
		"  - {id: last, title: {de: L, en: L}, delay: 1m, who: anna, do: log, with: {text: x}}\n"
	for range 2 {
		if _, err := h.play(t, parsed(t, text)); err != nil {
			t.Fatal(err)
		}
	}
	if got := strings.Join(h.stage.agents, ", "); got != "kill kern-bkk-ahornwerk, kill kern-bkk-ahornwerk" {
		t.Errorf("the stage saw %s", got)
	}
}

// expecting is for every kind of expectation one that is met, one that is missed, and what is found then.
var expecting = map[string]struct{ met, missed, found string }{
	"event":    {"event: incident.logged", "event: incident.closed", "only [incident.logged]"},
	"incident": {"incident: open", "incident: closed", "it is open"},
	"cell":     {"cell: {id: S2@bkk-ahornwerk, word: unknown}", `cell: {id: S2@bkk-ahornwerk, word: "off"}`, "unknown"},
	"public":   {"public: {service: S2, state: unknown}", "public: {service: S2, state: operational}", "unknown"},
	"customer": {"customer: {id: bkk-ahornwerk, service: S2, state: unknown}", "customer: {id: bkk-ahornwerk, service: S2, state: returning}", "unknown"},
	"probe":    {"probe: {host: kern-bkk-ahornwerk, passes: true}", "probe: {host: kern-bkk-ahornwerk, passes: false}", "tcp answers"},
	"refused":  {"", "refused: text.empty", "that it was done"},
	"verifies": {"verifies: true", "", ""},
}

// Every kind of expectation is seen to be met and to fail; who fails says what was found.
func TestExpectations(t *testing.T) {
	var met []string
	for name, row := range expecting {
		if row.met != "" {
			met = append(met, row.met)
		}
		if row.missed == "" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			_, err := newTheatre().play(t, parsed(t, strings.Replace(short, "event: incident.logged", row.missed, 1)))
			var failed *Failed
			if !errors.As(err, &failed) || failed.Step != "look" || !strings.Contains(failed.Found, row.found) {
				t.Errorf("got %v, want a failure at look that found %q", err, row.found)
			}
		})
	}
	if _, err := newTheatre().play(t, parsed(t, strings.Replace(short, "event: incident.logged", strings.Join(met, "\n      - "), 1))); err != nil {
		t.Error(err)
	}
}

// What is refused and was not expected to be fails the drill; what was expected to be must be refused for the reason that was expected.
func TestRefusals(t *testing.T) {
	refused := strings.Replace(short, "    who: anna\n    do: log", "    who: ben\n    do: log", 1)
	for name, row := range map[string]struct{ text, found string }{
		"not expected": {refused, "refused with access.forbidden"},
		"as expected":  {strings.Replace(refused, "event: incident.logged", "refused: access.forbidden", 1), ""},
		"otherwise":    {strings.Replace(refused, "event: incident.logged", "refused: incident.closed", 1), "refused with access.forbidden"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := newTheatre().play(t, parsed(t, row.text))
			var failed *Failed
			switch {
			case row.found == "" && err != nil:
				t.Error(err)
			case row.found != "" && (!errors.As(err, &failed) || !strings.Contains(failed.Found, row.found)):
				t.Errorf("got %v, want %q", err, row.found)
			}
		})
	}
}

// A record that was changed does not verify.
func TestVerifiesSeesAForgedRecord(t *testing.T) {
	h := newTheatre()
	h.spoil = func() { h.store.on = true }
	_, err := h.play(t, parsed(t, strings.Replace(short, "event: incident.logged", "verifies: true", 1)))
	var failed *Failed
	if !errors.As(err, &failed) && fault.KindOf(err) != fault.Unavailable {
		t.Errorf("got %v, want a failure", err)
	}
}

// A failed drill that is played again fails again: nothing is passed over because it stands in the record.
func TestAFailureIsNotForgotten(t *testing.T) {
	h := newTheatre()
	text := strings.Replace(short, "event: incident.logged", "incident: closed", 1)
	for range 2 {
		var failed *Failed
		if _, err := h.play(t, parsed(t, text)); !errors.As(err, &failed) {
			t.Fatalf("got %v, want a failure", err)
		}
	}
}
