package cli

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"text/tabwriter"

	"blackstart/internal/fault"
	"blackstart/internal/hub"
	"blackstart/internal/subject/access"
)

// PersonCmd says what a hub holds about somebody, and erases it.
type PersonCmd struct {
	Client

	Show  PersonShowCmd  `cmd:"" help:"Print everything that is held about a person, for whoever asks for it."`
	Shred PersonShredCmd `cmd:"" help:"Erase the private parts of entries about a person for good; look first with --preview."`
}

// heldReport is what the hub answers.
type heldReport struct {
	Schema string `json:"schema"`
	hub.HeldView
}

func (c Client) held(io *IO, user string) (heldReport, error) {
	var v heldReport
	return v, c.call(io.Ctx, http.MethodGet, "/api/v1/person/"+url.PathEscape(user), nil, &v)
}

// PersonShowCmd prints what is held about a person.
type PersonShowCmd struct {
	User string `arg:"" help:"User id."`
}

// Run prints it.
func (c PersonShowCmd) Run(io *IO, all *commands) error {
	v, err := all.Person.held(io, c.User)
	if err != nil {
		return err
	}
	if io.JSON {
		return printJSON(io, v)
	}
	fmt.Fprintf(io.Out, "%s\t%s\nroles %v, %d sessions, %d keys, %d tokens, signs in with %v\n", v.ID, v.Name, v.Roles, v.Sessions, len(v.Keys), len(v.Tokens), v.Credentials)
	return printHeld(io, v.Lines)
}

// printHeld prints entries with the words of their private parts.
func printHeld(io *IO, lines []hub.HeldLine) error {
	w := tabwriter.NewWriter(io.Out, 0, 0, 2, ' ', 0)
	for _, l := range lines {
		state := ""
		if l.Open && l.Private {
			state = "  (the incident is still open)"
		}
		if l.GoneBy > 0 {
			state = fmt.Sprintf("  (erased by entry %d)", l.GoneBy)
		}
		fmt.Fprintf(w, "%d\t%s\t%s%s\n", l.Seq, l.At.UTC().Format("2006-01-02 15:04:05Z"), l.Kind, state)
		for _, f := range l.Fields {
			fmt.Fprintf(w, "\t\t%s: %s\n", f.Name, plainText(f.Value))
		}
	}
	if err := w.Flush(); err != nil {
		return fault.New(fault.Unavailable, "person.print", "could not print the list: %w", err)
	}
	return nil
}

// PersonShredCmd erases.
type PersonShredCmd struct {
	User    string   `arg:"" help:"User id."`
	Preview bool     `help:"Only show what would be erased."`
	Basis   string   `help:"Why: request, over, too-much or unlawful (GDPR, Art. 17(1) and 5(1))."`
	Entry   []uint64 `help:"Erase this entry; may be repeated. Without it: what --preview shows."`
	Despite bool     `help:"Also entries of an incident that is still open."`
}

// Run erases the private parts, or shows what would be erased. Without named entries it takes what is about the person: the name, and texts that mention
// it; not what they merely wrote.
func (c PersonShredCmd) Run(io *IO, all *commands) error {
	v, err := all.Person.held(io, c.User)
	if err != nil {
		return err
	}
	chosen := c.chosen(v.Lines)
	if c.Preview {
		v.Lines = chosen
		if io.JSON {
			v.Schema = "blackstart/person-shred-preview/1"
			return printJSON(io, v)
		}
		fmt.Fprintf(io.Out, "the words of %d entries would be erased; what stays: that they were there, when, of what kind, and user:%s\n", len(chosen), v.ID)
		return printHeld(io, chosen)
	}
	command := access.Shred{User: v.ID, Basis: access.Basis(c.Basis), Despite: c.Despite}
	for _, l := range chosen {
		command.Entries = append(command.Entries, l.Seq)
	}
	done, err := all.Person.do(io.Ctx, command.Name(), When{}, command)
	if err != nil {
		return err
	}
	return done.print(io, "erased the words of "+strconv.Itoa(len(command.Entries))+" entries")
}

// chosen are the lines that are erased.
func (c PersonShredCmd) chosen(lines []hub.HeldLine) []hub.HeldLine {
	named := map[uint64]bool{}
	for _, n := range c.Entry {
		named[n] = true
	}
	var all []hub.HeldLine
	for _, l := range lines {
		if named[l.Seq] || len(named) == 0 && (l.Chosen() || c.Despite && l.Private && l.Named) {
			all = append(all, l)
		}
	}
	return all
}
