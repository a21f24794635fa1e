package check_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"testing"

	"pgregory.net/rapid"

	"blackstart/internal/plan"
	"blackstart/internal/plan/check"
	"blackstart/internal/plan/picture"
)

// A crisis is a chain: a plan, what happens, a new plan, what happens then. Whatever is told, each plan of the chain keeps the rules of the problem as it is then; what was done stays done
// where it was, what runs or is fixed is not moved; runs of each plan can be made, and its picture drawn.
func TestAnyChainOfEvents(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := problem(t)
		kind := rapid.SampledFrom([]string{plan.KindCost, plan.KindMakespan}).Draw(t, "kind")
		made, _, err := plan.Solve(p, plan.Options{Kind: kind, Schedules: 5, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		follow(t, p, made)
		for range rapid.IntRange(1, 4).Draw(t, "times") {
			e := events(t, p)
			now, _, err := e.Change(p, made)
			if err != nil {
				t.Fatal(err)
			}
			next, _, _, err := plan.Replan(now, made, plan.Options{Kind: kind, Schedules: rapid.IntRange(1, 20).Draw(t, "schedules"), Seed: 2}, e.Notice)
			if err != nil {
				t.Fatal(err)
			}
			shifted, _, err := plan.ShiftRight(p, now, made, kind)
			if err != nil {
				t.Fatal(err)
			}
			keeps(t, now, shifted)
			old, _, err := plan.InOldOrder(now, made, kind)
			if err != nil {
				t.Fatal(err)
			}
			keeps(t, now, old)
			follow(t, now, next)
			unmoved(t, p, now, next)
			p, made = now, next
		}
	})
}

// follow holds a plan against its problem, makes runs of it and draws it.
func follow(t *rapid.T, p *plan.Problem, made *plan.Plan) {
	keeps(t, p, made)
	if _, _, err := plan.Simulate(p, made, 3, 1); err != nil {
		t.Fatalf("no runs: %v", err)
	}
	d := xml.NewDecoder(bytes.NewReader(picture.SVG(p, made, picture.Options{})))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatalf("the picture is not well-formed: %v", err)
		}
	}
}

func keeps(t *rapid.T, p *plan.Problem, made *plan.Plan) {
	file, err := p.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	data, err := made.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	if found, err := check.Plan(file, ".json", data, check.Options{}); err != nil || !check.Valid(found) {
		t.Fatalf("%v, %v\n%s\n%s", err, found, file, data)
	}
}

// unmoved looks at what had a given time before: done work keeps its begin and its end, whatever is told; so does, in the new plan, all that is given now.
func unmoved(t *rapid.T, before, now *plan.Problem, made *plan.Plan) {
	for i := range before.Tasks {
		was, is := &before.Tasks[i], &now.Tasks[i]
		if was.State == plan.StateDone && (is.State != plan.StateDone || *is.At != *was.At || is.Minutes != was.Minutes) {
			t.Fatalf("%s was done in minute %d, and is now %+v", was.ID, *was.At, is)
		}
		if at, planned := made.Start[is.ID]; planned && is.State != "" && at != *is.At {
			t.Fatalf("%s is %s since minute %d and was moved to %d", is.ID, is.State, *is.At, at)
		}
	}
}

// events draws what happened by some minute, sane or not.
func events(t *rapid.T, p *plan.Problem) *plan.Events {
	e := &plan.Events{Schema: plan.EventsSchema, Now: p.Start + rapid.Int64Range(0, 40).Draw(t, "now"), AsPlanned: rapid.Bool().Draw(t, "as planned"),
		Notice: plan.Notice{Minutes: rapid.Int64Range(0, 40).Draw(t, "notice"), Price: rapid.Int64Range(0, 50).Draw(t, "price")}}
	for range rapid.IntRange(0, 5).Draw(t, "events") {
		id := p.Tasks[rapid.IntRange(0, len(p.Tasks)-1).Draw(t, "of")].ID
		at := sometimes(t, e.Now-rapid.Int64Range(-2, 40).Draw(t, "at"))
		minutes := rapid.Int64Range(-1, 40).Draw(t, "minutes")
		switch rapid.IntRange(0, 7).Draw(t, "what") {
		case 0, 1:
			e.Done = append(e.Done, plan.Ended{Task: id, At: at, Minutes: sometimes(t, minutes), Over: sometimes(t, e.Now-minutes)})
		case 2:
			e.Running = append(e.Running, plan.Begun{Task: id, At: at, Left: sometimes(t, minutes)})
		case 3:
			e.Paused = append(e.Paused, plan.Interrupted{Task: id, Left: sometimes(t, minutes)})
		case 4:
			e.Slipped = append(e.Slipped, plan.Prolonged{Task: id, Minutes: sometimes(t, minutes)})
		case 5:
			e.Opens = append(e.Opens, plan.GateReported{Task: id, Opens: &plan.Opening{Range: plan.Exactly(e.Now + minutes), Unknown: at == nil}})
		case 7:
			by := rapid.Int64Range(-3, 3).Draw(t, "by")
			e.Heads = append(e.Heads, plan.Joined{Team: team(t, rapid.IntRange(0, len(p.Teams)).Draw(t, "team")).ID, By: &by, From: at, Until: sometimes(t, e.Now+minutes)})
		case 6:
			e.Teams = append(e.Teams, team(t, rapid.IntRange(0, len(p.Teams)).Draw(t, "team")))
		}
	}
	if rapid.IntRange(0, 4).Draw(t, "slip") == 0 {
		e.Slip = "dev"
	}
	return e
}

// sometimes is a number, or none.
func sometimes(t *rapid.T, n int64) *int64 {
	if rapid.Bool().Draw(t, "none") {
		return nil
	}
	return &n
}
