package scenario

import (
	"maps"
	"slices"
	"strings"
	"time"

	"blackstart/internal/subject/catalogue"
	"blackstart/internal/subject/cell"
	"blackstart/internal/subject/incident"
	"blackstart/internal/subject/restore"
)

// Deed is what somebody does in a step: one of the closed list below. Commands are given to the hub; what is done to the stage is logged there.
//
//sumtype:decl
type Deed interface{ deed() }

type (
	// OpenIncident opens the incident of the scenario. A scenario has exactly one.
	OpenIncident struct{ Title string }
	// SetLead hands the lead to a person.
	SetLead struct{ Person string }
	// SetAnchor says when a moment was, counted from the start of the scenario.
	SetAnchor struct {
		Anchor incident.Anchor
		Moment time.Duration
	}
	// Log writes a line into the log book.
	Log struct{ Text string }
	// ObserveCells records the condition of all cells of the references at once.
	ObserveCells struct {
		Cells     []catalogue.Ref
		Condition cell.Condition
	}
	// ProposeCut proposes to cut a host off; the measure's id is chosen here, so that later steps can name it.
	ProposeCut struct {
		Measure string
		Host    catalogue.Ref
		Reason  string
	}
	// Approve signs the order that an earlier step drafted, by the acting person's own key. Somebody who was never given one signs with a key that
	// nobody knows, and must be refused.
	Approve struct{ Of string }
	// ProposeOpen proposes to open the host of a measure again.
	ProposeOpen struct{ Measure, Reason string }
	// AdoptPlan adopts a plan back for all cells of the references.
	AdoptPlan struct {
		Plan  string
		Cells []catalogue.Ref
		Steps []restore.Planned
	}
	// StartStep begins a step of the plan.
	StartStep struct{ Plan, Step string }
	// FinishStep ends a step of the plan.
	FinishStep struct{ Plan, Step string }
	// Grant says yes at a gate.
	Grant struct{ Plan, Step string }
	// Deny says no at a gate.
	Deny struct{ Plan, Step, Reason string }
	// Publish tells the public something.
	Publish struct{ Text catalogue.Text }
	// CloseIncident ends the incident.
	CloseIncident struct {
		Summary    string
		OpenPoints []string
	}
	// KillAgent ends the agent of a host on the stage, as an attacker would.
	KillAgent struct{ Host string }
	// StartAgent starts it again.
	StartAgent struct{ Host string }
)

func (OpenIncident) deed()  {}
func (SetLead) deed()       {}
func (SetAnchor) deed()     {}
func (Log) deed()           {}
func (ObserveCells) deed()  {}
func (ProposeCut) deed()    {}
func (Approve) deed()       {}
func (ProposeOpen) deed()   {}
func (AdoptPlan) deed()     {}
func (StartStep) deed()     {}
func (FinishStep) deed()    {}
func (Grant) deed()         {}
func (Deny) deed()          {}
func (Publish) deed()       {}
func (CloseIncident) deed() {}
func (KillAgent) deed()     {}
func (StartAgent) deed()    {}

// deeds is the closed list for `do:`, each with what `with:` takes.
var deeds = map[string]func(*parsing, *record) Deed{
	"open_incident": func(p *parsing, m *record) Deed {
		p.openIncident(m)
		return OpenIncident{m.str("title", true)}
	},
	"set_lead": func(p *parsing, m *record) Deed { return SetLead{p.person(m, "person")} },
	"set_anchor": func(_ *parsing, m *record) Deed {
		return SetAnchor{incident.Anchor(m.word("anchor", words(incident.Anchors), true)), m.span("moment", true)}
	},
	"log": func(_ *parsing, m *record) Deed { return Log{m.str("text", true)} },
	"observe_cells": func(p *parsing, m *record) Deed {
		return ObserveCells{p.refsOf(m, "cells"), cell.Condition(m.word("condition", words(cell.Conditions), true))}
	},
	"propose_cut": func(p *parsing, m *record) Deed {
		return ProposeCut{p.name(m, "measure", p.measures), p.ref(m, "host", catalogue.RefHost), m.str("reason", true)}
	},
	"approve": func(p *parsing, m *record) Deed { return Approve{p.drafting(m, "of")} },
	"propose_open": func(p *parsing, m *record) Deed {
		return ProposeOpen{p.named(m, "measure", p.measures), m.str("reason", true)}
	},
	"adopt_plan":  func(p *parsing, m *record) Deed { return p.plan(m) },
	"start_step":  func(p *parsing, m *record) Deed { a, b := p.planStep(m); return StartStep{a, b} },
	"finish_step": func(p *parsing, m *record) Deed { a, b := p.planStep(m); return FinishStep{a, b} },
	"grant":       func(p *parsing, m *record) Deed { a, b := p.planStep(m); return Grant{a, b} },
	"deny":        func(p *parsing, m *record) Deed { a, b := p.planStep(m); return Deny{a, b, m.str("reason", true)} },
	"publish":     func(_ *parsing, m *record) Deed { return Publish{m.text("text", true)} },
	"close_incident": func(_ *parsing, m *record) Deed {
		points, _ := m.strs("open_points", false)
		return CloseIncident{m.str("summary", true), points}
	},
	"kill_agent":  func(p *parsing, m *record) Deed { return KillAgent{p.staged(m, "host")} },
	"start_agent": func(p *parsing, m *record) Deed { return StartAgent{p.staged(m, "host")} },
}

// Deeds are the words of the closed list for `do:`, sorted.
func Deeds() []string { return slices.Sorted(maps.Keys(deeds)) }

func words[T ~string](list []T) []string {
	out := make([]string, len(list))
	for n, x := range list {
		out[n] = string(x)
	}
	return out
}

// plan reads a plan back. What a plan may look like is said by package restore when it is adopted.
func (p *parsing) plan(m *record) Deed {
	d := AdoptPlan{Plan: p.name(m, "plan", p.plans), Cells: p.refsOf(m, "cells")}
	m.records("steps", restore.MaxSteps, true, func(s *record) {
		d.Steps = append(d.Steps, restore.Planned{
			ID: restore.StepID(s.id("id", true)), Title: s.text("title", true), Kind: restore.Kind(s.word("kind", words(restore.Kinds), true)),
			Team: p.team(s, "team"), Minutes: int64(s.number("minutes", restore.MaxMinutes, true)),
		})
	})
	for _, s := range d.Steps {
		p.planSteps[d.Plan+"/"+strings.ToLower(string(s.ID))] = true
	}
	return d
}
