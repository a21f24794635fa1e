package hub

import (
	"context"

	"blackstart/internal/fault"
	"blackstart/internal/subject/catalogue"
	"blackstart/internal/subject/order"
)

// ImpactOf works out what is lost, for whom, if the things named go off. Without names it gives only what can be asked for.
func (h *Hub) ImpactOf(ctx context.Context, off []string) (ImpactView, error) {
	enrolled := map[catalogue.Ref]bool{}
	var missing int
	sc, err := h.scene(ctx, func(s *State) {
		missing = s.trustState().Missing
		for _, a := range s.Order.Agents() {
			enrolled[hostRef(a.Host)] = true
		}
	})
	v := ImpactView{Frame: sc.frame, Missing: missing}
	c := sc.sight.cat
	switch {
	case err != nil:
		return v, err
	case c == nil && len(off) > 0:
		return v, fault.New(fault.Conflict, "catalogue.none", "could not reckon an impact: no catalogue is adopted").Hinted("'blackstart catalogue adopt DIR' adopts one")
	case c == nil:
		return v, nil
	}
	v.askable(c)
	if len(off) == 0 {
		return v, nil
	}
	refs := make([]catalogue.Ref, len(off))
	for n, text := range off {
		if refs[n], err = catalogue.ParseRef(text); err != nil {
			return v, err
		}
		v.ask(c, refs[n], enrolled)
	}
	im, err := c.Impact(refs)
	if err != nil {
		return v, err
	}
	v.answer(c, im)
	return v, nil
}

// hostRef is a host as the catalogue names it.
func hostRef(h order.Host) catalogue.Ref { return catalogue.Ref(h) }

// askable lists what can be asked for, as references.
func (v *ImpactView) askable(c *catalogue.Catalogue) {
	for _, x := range c.Sites {
		v.Sites = append(v.Sites, refChoice(catalogue.RefSite, x.ID, label(x.Name)))
	}
	for _, x := range c.Services {
		v.Services = append(v.Services, refChoice(catalogue.RefService, x.ID, label(x.Name)))
	}
	for _, x := range c.Hosts {
		v.Hosts = append(v.Hosts, refChoice(catalogue.RefHost, x.ID, label(x.Name)))
	}
	for _, x := range c.Customers {
		v.Clients = append(v.Clients, refChoice(catalogue.RefCustomer, x.ID, Label{DE: x.Name}))
	}
}

func refChoice(k catalogue.RefKind, id string, name Label) Choice {
	return Choice{ID: string(catalogue.NewRef(k, id)), Name: name}
}

// ask notes one thing that goes off, and for a host whether an agent could cut it.
func (v *ImpactView) ask(c *catalogue.Catalogue, r catalogue.Ref, enrolled map[catalogue.Ref]bool) {
	choice := Choice{ID: string(r), Name: nameOf(c, r)}
	v.Off = append(v.Off, choice)
	if !c.Has(r) || r.Kind() != catalogue.RefHost {
		return
	}
	if enrolled[r] {
		v.Cuttable = append(v.Cuttable, choice)
	} else {
		v.Unmanned = append(v.Unmanned, choice)
	}
}

// nameOf is what the catalogue calls a thing that can go off.
func nameOf(c *catalogue.Catalogue, r catalogue.Ref) Label {
	switch r.Kind() {
	case catalogue.RefSite:
		return siteOf(c, r.ID()).Name
	case catalogue.RefService:
		return serviceOf(c, r.ID()).Name
	case catalogue.RefEnv:
		return envOf(c, r.ID()).Name
	case catalogue.RefCustomer:
		return clientOf(c, r.ID()).Name
	case catalogue.RefCell:
		return serviceOf(c, catalogue.CellID(r.ID()).Service()).Name
	case catalogue.RefHost:
		if x, ok := c.Host(r.ID()); ok {
			return label(x.Name)
		}
	}
	return Label{}
}

func (v *ImpactView) answer(c *catalogue.Catalogue, im catalogue.Impact) {
	v.Totals, v.Customers = totalsOf(im), losersOf(c, im)
	for _, x := range im.Cells[:min(len(im.Cells), maxImpactCells)] {
		cell := ImpactCell{
			Cell: string(x.Cell), Service: serviceOf(c, x.Cell.Service()).Name, Env: envOf(c, x.Cell.Env()).Name, Lost: x.Effect == catalogue.Lost,
		}
		for _, via := range x.Via {
			cell.Via = append(cell.Via, string(via))
		}
		v.Cells = append(v.Cells, cell)
	}
	v.Hidden = len(im.Cells) - len(v.Cells)
}

func totalsOf(im catalogue.Impact) ImpactTotals {
	return ImpactTotals{Lost: im.Totals.Lost, Degraded: im.Totals.Degraded, Customers: im.Totals.Customers, Weight: thousands(im.Totals.Weight)}
}

func losersOf(c *catalogue.Catalogue, im catalogue.Impact) []ImpactCustomer {
	var all []ImpactCustomer
	for _, x := range im.Customers {
		all = append(all, ImpactCustomer{Customer: clientOf(c, x.ID), Weight: thousands(x.Weight), Lost: cellChoices(c, x.Lost), Degraded: cellChoices(c, x.Degraded)})
	}
	return all
}

// cellChoices names cells by their services: for one customer that is enough.
func cellChoices(c *catalogue.Catalogue, ids []catalogue.CellID) []Choice {
	var all []Choice
	for _, id := range ids {
		all = append(all, Choice{ID: string(id), Name: serviceOf(c, id.Service()).Name})
	}
	return all
}
