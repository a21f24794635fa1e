package cli

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"blackstart/internal/subject/catalogue"
)

// ImpactCmd is `impact`: what is lost, for whom, if this goes off?
type ImpactCmd struct {
	Dir string   `arg:"" help:"Catalogue directory or bundle."`
	Off []string `required:"" help:"What goes off: site:ID, service:ID, env:ID, cell:SERVICE@ENV, customer:ID or host:ID. May be given several times." placeholder:"REF"`
	By  string   `enum:"customer,service,site" default:"customer" help:"What a line of the text stands for (${enum}); JSON always holds all."`
}

// Run prints the answer. What is lost is an answer, not a failure, so it ends with 0.
func (c *ImpactCmd) Run(io *IO) error {
	cat, err := goodCatalogue(io, c.Dir)
	if err != nil {
		return err
	}
	var off []catalogue.Ref
	for _, s := range c.Off {
		off = append(off, catalogue.Ref(s))
	}
	im, err := cat.Impact(off)
	if err != nil {
		return err
	}
	if io.JSON {
		return printJSON(io, im)
	}
	t := im.Totals
	fmt.Fprintf(io.Out, "If %s goes off: %s lost, %s degraded, of %s; %s of weight %s.\n\n",
		strings.Join(c.Off, " and "), plural(t.Lost, "cell"), thousands(t.Degraded), thousands(t.Cells), plural(t.Customers, "customer"), thousands(t.Weight))
	return printImpact(io.Out, c.By, cat, im)
}

func printImpact(w io.Writer, by string, cat *catalogue.Catalogue, im catalogue.Impact) error {
	t := table(w)
	switch by {
	case "service":
		fmt.Fprintln(t, "SERVICE\tNAME\tLOST\tDEGRADED\tBECAUSE OF")
	case "site":
		fmt.Fprintln(t, "SITE\tNAME\tLOST\tDEGRADED\tSERVICES")
	default:
		fmt.Fprintln(t, "CUSTOMER\tNAME\tWEIGHT\tLOST\tDEGRADED")
		for _, k := range im.Customers {
			x, _ := cat.Customer(k.ID) // the impact names only customers of this catalogue
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", k.ID, x.Name, thousands(k.Weight), cellList(k.Lost), cellList(k.Degraded))
		}
		return t.Flush()
	}
	for _, g := range grouped(by, cat, im) {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", g.id, g.name, thousands(g.lost), thousands(g.degraded), cmp.Or(strings.Join(g.words, " "), "switched off"))
	}
	return t.Flush()
}

// cellList writes the services of a customer's cells, shortened to what fits a line.
func cellList(cells []catalogue.CellID) string {
	const most = 6
	var names []string
	for _, id := range cells {
		if s := id.Service(); !slices.Contains(names, s) {
			names = append(names, s)
		}
	}
	switch {
	case len(names) == 0:
		return "-"
	case len(names) > most:
		return fmt.Sprintf("%s … (%d)", strings.Join(names[:most], " "), len(names))
	}
	return strings.Join(names, " ")
}

// impactGroup is one line of the answer by service or by site.
type impactGroup struct {
	id, name       string
	lost, degraded int
	words          []string // services: of the causes, or that are hit
}

// grouped adds the cells up, the most lost first.
func grouped(by string, cat *catalogue.Catalogue, im catalogue.Impact) []*impactGroup {
	groups := map[string]*impactGroup{}
	var list []*impactGroup
	for _, x := range im.Cells {
		id, name := groupOf(by, cat, x.Cell)
		g := groups[id]
		if g == nil {
			g = &impactGroup{id: id, name: name}
			groups[id] = g
			list = append(list, g)
		}
		if x.Effect == catalogue.Lost {
			g.lost++
		} else {
			g.degraded++
		}
		g.note(by, x)
	}
	slices.SortStableFunc(list, func(a, b *impactGroup) int { return cmp.Or(b.lost-a.lost, b.degraded-a.degraded) })
	return list
}

func groupOf(by string, cat *catalogue.Catalogue, id catalogue.CellID) (string, string) {
	if by == "service" {
		s, _ := cat.Service(id.Service()) // the impact names only cells of this catalogue
		return s.ID, s.Name.En
	}
	e, _ := cat.Env(id.Env())
	s, _ := cat.Site(e.Site)
	return s.ID, s.Name.En
}

func (g *impactGroup) note(by string, x catalogue.CellImpact) {
	words := []string{x.Cell.Service()}
	if by == "service" {
		words = nil
		for _, v := range x.Via {
			words = append(words, v.Service())
		}
	}
	for _, s := range words {
		if !slices.Contains(g.words, s) {
			g.words = append(g.words, s)
		}
	}
}
