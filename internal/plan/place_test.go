package plan

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// evenings is a crew that is there for one evening and five minutes of another one.
func evenings(tasks ...Task) *Problem {
	p := crew(tasks...)
	p.Teams = []Team{{ID: "crew", Shifts: []Shift{{From: 0, Until: 20, Heads: 1}, {From: 100, Until: 105, Heads: 1}}}, {ID: "other", Heads: 1}}
	return p
}

// Work in pieces whose last piece finds no place takes nobody's time with the first ones.
func TestWorkWithoutAPlaceLetsItsPeopleGo(t *testing.T) {
	for _, heads := range [][]Need{{{"crew", 1}}, {{"crew", 1}, {"other", 1}}} {
		long := work("long", 26, "crew")
		long.Pausable, long.Heads = true, heads
		made, _, err := FirstInFirstOut(evenings(long, work("short", 20, "crew")))
		if at, planned := made.Start["short"]; err != nil || !planned || at != 0 || !slices.Equal(made.LeftOut, []string{"long"}) {
			t.Errorf("%v: short begins in %d, left out is %v; %v", heads, at, made.LeftOut, err)
		}
	}
}

// A promise, or the order of old, keeps nothing out of a plan: what no longer fits then begins before.
func TestRatherTooEarlyThanNever(t *testing.T) {
	p := evenings(work("promised", 10, "crew"), work("fixed", 6, "crew"))
	at := int64(14)
	p.Tasks[1].State, p.Tasks[1].At = StateFixed, &at
	old := &Plan{Start: map[string]int64{"promised": 8, "fixed": 14}}
	again, _, _, err := Replan(p, old, Options{Schedules: 9}, Notice{Minutes: 60, Price: 1000})
	if begin, planned := again.Start["promised"]; err != nil || !planned || begin != 0 {
		t.Errorf("planned anew it begins in %d, left out is %v; %v", begin, again.LeftOut, err)
	}
	shifted, _, err := ShiftRight(p, p, old, KindCost)
	if begin, planned := shifted.Start["promised"]; err != nil || !planned || begin != 0 {
		t.Errorf("shifted it begins in %d, left out is %v; %v", begin, shifted.LeftOut, err)
	}
}

// The minute in which an unknown gate is taken to open is told, also where nothing behind it has a place from then on.
func TestTheAssumedMinuteOfWhatHasNoPlace(t *testing.T) {
	gate := work("gate", 10, "crew")
	gate.Opens = &Opening{Unknown: true}
	made, _, err := FirstInFirstOut(evenings(gate, work("before", 15, "crew")))
	if err != nil || made.Assumed == nil || *made.Assumed != 15 || !slices.Equal(made.LeftOut, []string{"gate"}) {
		t.Errorf("assumed %v, left out %v; %v", made.Assumed, made.LeftOut, err)
	}
}

// What a pass remembers of where nothing can begin changes no schedule, and keeps it from looking there again: the next task of a class is looked for behind the last one, or not at all.
func TestWhereNothingCanBegin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := small(rapid.Uint64Range(0, 100_000).Draw(t, "problem"))
		for i := range p.Tasks {
			p.Tasks[i].Pausable = false
		}
		n, err := p.compile()
		if err != nil {
			t.Fatal(err)
		}
		forgetful := *n
		forgetful.class, forgetful.classes = nil, 0
		with, without := newPass(n), newPass(&forgetful)
		with.run(n.firstInFirstOut())
		without.run(n.firstInFirstOut())
		if !slices.Equal(with.start, without.start) || !slices.Equal(with.end, without.end) {
			t.Fatalf("it begins %v, without the memory %v", with.start, without.start)
		}
	})
	n, err := evenings(work("a", 4, "crew"), work("b", 4, "crew"), work("c", 4, "crew"), work("d", 9, "crew"), work("e", 9, "crew")).compile()
	if err != nil {
		t.Fatal(err)
	}
	s := newPass(n)
	s.run(n.firstInFirstOut())
	if a, d := s.barren[n.class[0]], s.barren[n.class[3]]; a != (Span{0, 8}) || d != (Span{0, never}) || n.class[0] != n.class[2] {
		t.Errorf("after three in a row nothing of their class begins in %v, of the other one in %v", a, d)
	}
}

// Shifts of four teams in one profile give what they give one by one.
func TestTeamsInOneProfile(t *testing.T) {
	var lines []calendar
	for team := range int64(3) {
		lines = append(lines, calendar{{minTime, team}, {5 * team, 7}, {30, 4 - team}, {40 + team, team}})
	}
	p, drops := merged(append(lines, nil))
	if got, want := fmt.Sprint(p.at, drops), fmt.Sprint([]int64{minTime, 0, 5, 10, 30, 40, 41, 42, maxTime}, []drop{{30, 0x7fff_7fff_7fff}, {40, 0x7fff}, {41, 0x7fff << 16}}); got != want {
		t.Errorf("it turns in %s, want %s", got, want)
	}
	for i, minute := range p.at[:len(p.at)-1] {
		for team, line := range lines {
			want := int64(0)
			for _, h := range line {
				if h.at <= minute {
					want = h.heads
				}
			}
			if got := int64(p.free[i] >> (16 * team) & 0x7fff); got != want {
				t.Errorf("in minute %d team %d has %d heads, want %d", minute, team, got, want)
			}
		}
	}
}
