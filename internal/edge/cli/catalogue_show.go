package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"blackstart/internal/fault"
	"blackstart/internal/subject/catalogue"
)

// CatalogueShowCmd is `catalogue show`.
type CatalogueShowCmd struct {
	Dir  string `arg:"" help:"Catalogue directory or bundle."`
	Ref  string `arg:"" optional:"" help:"One thing, as site:ID, service:ID, env:ID, cell:SERVICE@ENV, customer:ID, host:ID …"`
	Lang string `enum:"en,de" default:"en" help:"Language of names (${enum})."`
}

type showAnswer struct {
	Schema string             `json:"schema"`
	SHA256 string             `json:"sha256"`
	Ref    catalogue.Ref      `json:"ref,omitempty"`
	File   string             `json:"file,omitempty"`
	Line   int                `json:"line,omitempty"`
	Thing  any                `json:"thing,omitempty"`
	Needs  []catalogue.CellID `json:"needs,omitempty"` // of a cell, resolved
	Cells  []catalogue.CellID `json:"cells,omitempty"` // that go off with it
	Counts *catalogue.Counts  `json:"counts,omitempty"`
}

// Run prints the whole in tables, or one thing with everything known about it.
func (c *CatalogueShowCmd) Run(io *IO) error {
	cat, err := goodCatalogue(io, c.Dir)
	if err != nil {
		return err
	}
	if c.Ref == "" {
		return c.whole(io, cat)
	}
	ref, err := catalogue.ParseRef(c.Ref)
	if err != nil {
		return err
	}
	a := showAnswer{Schema: "blackstart/catalogue-show/1", SHA256: cat.SHA256(), Ref: ref}
	if a.Thing, err = cat.Thing(ref); err != nil {
		return err
	}
	a.File, a.Line = cat.Where(ref)
	if ref.Kind() == catalogue.RefCell {
		a.Needs = cat.NeedsOf(catalogue.CellID(ref.ID()))
	} else if cells, err := cat.CellIDs(ref); err == nil { // what cannot go off has no cells
		a.Cells = cells
	}
	if io.JSON {
		return printJSON(io, a)
	}
	return a.print(io.Out)
}

func (c *CatalogueShowCmd) whole(io *IO, cat *catalogue.Catalogue) error {
	if io.JSON {
		counts := cat.Counts()
		return printJSON(io, showAnswer{Schema: "blackstart/catalogue-show/1", SHA256: cat.SHA256(), Counts: &counts})
	}
	fmt.Fprintf(io.Out, "%s: %s\n\n", cat.Provider.Name, sizes(cat))
	w := table(io.Out)
	fmt.Fprintln(w, "SITE\tNAME\tENVIRONMENTS\tCELLS")
	for _, s := range cat.Sites {
		envs := 0
		for _, e := range cat.Environments {
			if e.Site == s.ID {
				envs++
			}
		}
		cells, _ := cat.CellIDs(catalogue.NewRef(catalogue.RefSite, s.ID)) // the site is from the catalogue itself
		fmt.Fprintf(w, "%s\t%s\t%d\t%d\n", s.ID, s.Name.In(c.Lang), envs, len(cells))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(io.Out)
	w = table(io.Out)
	fmt.Fprintln(w, "SERVICE\tNAME\tCLASS\tPRIORITY\tRTO\tMTPD\tNEEDS")
	for _, s := range cat.Services {
		fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%dh\t%s\t%s\n", s.ID, s.Name.In(c.Lang), s.Class, s.Priority, s.RTO, limit(s, c.Lang), needsText(s.Needs))
	}
	return w.Flush()
}

func limit(s catalogue.Service, lang string) string {
	if s.MTPD > 0 {
		return fmt.Sprintf("%dh", s.MTPD)
	}
	return s.Clock.In(lang)
}

// needsText writes needs in one line: hard ones as they are, soft ones in brackets, alternatives with a stroke.
func needsText(n catalogue.Needs) string {
	parts := append([]string(nil), n.Hard...)
	for _, g := range n.Any {
		parts = append(parts, strings.Join(g, "|"))
	}
	for _, s := range n.Soft {
		parts = append(parts, "("+s+")")
	}
	return strings.Join(parts, " ")
}

func (a showAnswer) print(w io.Writer) error {
	fmt.Fprint(w, a.Ref)
	if a.File != "" {
		fmt.Fprintf(w, "  %s:%d", a.File, a.Line)
	}
	fmt.Fprintln(w)
	if a.Ref.Kind() != catalogue.RefCell {
		b, err := json.Marshal(a.Thing, jsontext.WithIndent("  "), json.Deterministic(true))
		if err != nil {
			return fault.New(fault.Internal, "cli.show", "could not print %s: %w", a.Ref, err)
		}
		fmt.Fprintln(w, string(b))
	}
	printCells(w, "needs", a.Needs)
	printCells(w, "goes off with it", a.Cells)
	return nil
}

func printCells(w io.Writer, label string, cells []catalogue.CellID) {
	const most = 40 // a screen; --json gives all
	if len(cells) == 0 {
		return
	}
	fmt.Fprintf(w, "%s (%s):", label, plural(len(cells), "cell"))
	for _, id := range cells[:min(len(cells), most)] {
		fmt.Fprintf(w, " %s", id)
	}
	if len(cells) > most {
		fmt.Fprintf(w, " … and %s more", thousands(len(cells)-most))
	}
	fmt.Fprintln(w)
}
