package cli

import (
	"blackstart/internal/subject/access"
	"blackstart/internal/subject/incident"
)

// IncidentCmd runs an incident from the command line, for the hours in which a browser is too much to ask.
type IncidentCmd struct {
	Client `embed:""`

	Open  IncidentOpenCmd  `cmd:"" help:"Open an incident."`
	Log   IncidentLogCmd   `cmd:"" help:"Add a line to the log book, or correct one."`
	Set   IncidentSetCmd   `cmd:"" help:"Hand over the lead, or say when an anchor's moment was."`
	Close IncidentCloseCmd `cmd:"" help:"Close an incident; name what is left open."`
}

// IncidentOpenCmd opens an incident.
type IncidentOpenCmd struct {
	Title string `arg:"" help:"What is known, in one line."`
	ID    string `name:"id" help:"Its id; default: the next inc-N."`
	Lead  string `help:"User who leads; default: you."`
	At    When   `help:"When it began or was noticed, if not now."`
}

// Run opens the incident.
func (c IncidentOpenCmd) Run(io *IO, all *commands) error {
	o := incident.Open{ID: incident.ID(c.ID), Title: c.Title}
	if c.Lead != "" {
		o.Lead = access.UserActor(c.Lead)
	}
	d, err := all.Incident.do(io.Ctx, o.Name(), c.At, o)
	if err != nil {
		return err
	}
	return d.print(io, "opened incident")
}

// IncidentLogCmd adds a line to the log book.
type IncidentLogCmd struct {
	Incident string `arg:"" help:"Which incident."`
	Text     string `arg:"" help:"What happened."`
	Corrects uint64 `help:"Number of the entry that this one corrects."`
	At       When   `help:"When it happened, if not now."`
}

// Run adds the line.
func (c IncidentLogCmd) Run(io *IO, all *commands) error {
	l := incident.Log{Incident: incident.ID(c.Incident), Text: c.Text, Corrects: c.Corrects}
	d, err := all.Incident.do(io.Ctx, l.Name(), c.At, l)
	if err != nil {
		return err
	}
	return d.print(io, "logged")
}

// IncidentSetCmd changes who leads or an anchor; both at once are two entries.
type IncidentSetCmd struct {
	Incident string `arg:"" help:"Which incident."`
	Lead     string `help:"User who leads from now on."`
	Anchor   string `help:"Which anchor: first_alert, first_knowledge, significant, major, data_breach." enum:",first_alert,first_knowledge,significant,major,data_breach" default:""`
	Moment   When   `help:"When the anchor's moment was."`
}

// Run makes the changes.
func (c IncidentSetCmd) Run(io *IO, all *commands) error {
	if c.Lead == "" && c.Anchor == "" {
		return Usage("nothing to set: name --lead or --anchor with --moment")
	}
	if c.Lead != "" {
		s := incident.SetLead{Incident: incident.ID(c.Incident), Lead: access.UserActor(c.Lead)}
		d, err := all.Incident.do(io.Ctx, s.Name(), When{}, s)
		if err != nil {
			return err
		}
		if err := d.print(io, "handed over"); err != nil {
			return err
		}
	}
	if c.Anchor == "" {
		return nil
	}
	s := incident.SetAnchor{Incident: incident.ID(c.Incident), Anchor: incident.Anchor(c.Anchor), Moment: c.Moment.Time}
	d, err := all.Incident.do(io.Ctx, s.Name(), When{}, s)
	if err != nil {
		return err
	}
	return d.print(io, "anchored")
}

// IncidentCloseCmd closes an incident.
type IncidentCloseCmd struct {
	Incident  string   `arg:"" help:"Which incident."`
	Summary   string   `arg:"" help:"How it ended."`
	OpenPoint []string `sep:"none" help:"A point left open; may be repeated."`
}

// Run closes the incident.
func (c IncidentCloseCmd) Run(io *IO, all *commands) error {
	o := incident.Close{Incident: incident.ID(c.Incident), Summary: c.Summary, OpenPoints: c.OpenPoint}
	d, err := all.Incident.do(io.Ctx, o.Name(), When{}, o)
	if err != nil {
		return err
	}
	return d.print(io, "closed")
}
