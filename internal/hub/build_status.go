package hub

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"blackstart/internal/subject/catalogue"
	"blackstart/internal/subject/cell"
	"blackstart/internal/subject/incident"
	"blackstart/internal/subject/statuspage"
)

// told is an incident with what was published about it, taken under the lock. Of the incident itself only times leave the house.
type told struct {
	number         int // counted in the order of opening: IDs are chosen by people and may say too much
	opened, closed time.Time
	said           []statuspage.Publication
}

// Status builds the public page: it knows no customer, no host, no person, and of incidents only what was published. Everything on it is a count, a published
// text or the word for a service.
func (h *Hub) Status(ctx context.Context) (StatusView, error) {
	var all []told
	sc := h.stage(func(s *State) { all = s.told() })
	return h.publicView(ctx, sc, all)
}

// told gives every incident with its publications, oldest first.
func (s *State) told() []told {
	var all []told
	for n, i := range s.Incident.All() {
		all = append(all, told{number: n + 1, opened: beginOf(i), closed: i.ClosedAt, said: s.Status.Of(i.ID)})
	}
	return all
}

// publicView builds the public part of a page from a scene of which it takes nothing that is not public.
func (h *Hub) publicView(ctx context.Context, sc scene, all []told) (StatusView, error) {
	v := StatusView{Frame: publicFrame(sc.frame)}
	v.Worst = shownOfLevel[statuspage.Banner(sc.sight.words(), sc.open)]
	v.Groups = sc.sight.groups()
	for _, t := range slices.Backward(all) {
		i, err := h.statusIncident(ctx, t)
		if err != nil {
			return v, err
		}
		switch {
		case i.Closed.IsZero():
			v.Incidents = append(v.Incidents, i)
		case len(i.Updates) > 0: // an incident of which nothing was ever said stays inside
			v.Past = append(v.Past, i)
		}
		if n := len(t.said); n > 0 && t.said[n-1].At.After(v.Updated) {
			v.Updated, v.Digest = t.said[n-1].At, t.said[n-1].Digest
		}
	}
	return v, nil
}

// publicFrame leaves out who leads what, and why nothing can be written: the reason may name machines.
func publicFrame(f Frame) Frame {
	f.Incident, f.ReadOnly, f.Damage, f.TakenOver, f.Copies = nil, "", nil, nil, nil
	return f
}

// beginOf is when an incident began, as known today: the earliest of its opening and of the moments at which it was seen.
func beginOf(i incident.Incident) time.Time {
	begin := i.OpenedAt
	for _, a := range []incident.Anchor{incident.FirstAlert, incident.FirstKnowledge} {
		if at, ok := i.Anchors[a]; ok && at.Before(begin) {
			begin = at
		}
	}
	return begin
}

// statusIncident reads the published texts of one incident, newest first. Its title is the beginning of the first of them.
func (h *Hub) statusIncident(ctx context.Context, t told) (StatusIncident, error) {
	i := StatusIncident{ID: fmt.Sprintf("incident-%d", t.number), Opened: t.opened, Closed: t.closed}
	for _, p := range slices.Backward(t.said) {
		text, err := h.published(ctx, p.Seq)
		if err != nil {
			return i, err
		}
		i.Updates = append(i.Updates, StatusUpdate{At: p.At, Text: text, Seq: p.Seq})
		i.Title = Label{DE: headline(text.DE), EN: headline(text.EN)}
	}
	return i, nil
}

func (h *Hub) published(ctx context.Context, seq uint64) (Label, error) {
	entry, err := h.log.Entry(ctx, seq)
	if err != nil {
		return Label{}, err
	}
	e, err := Decode(entry)
	p, _ := e.(statuspage.Published)
	return Label{DE: p.DE, EN: p.EN}, err
}

// headline is the first sentence or line of a text, at most maxHeadline characters of it.
func headline(text string) string {
	text = strings.TrimSpace(text)
	if n := strings.IndexByte(text, '\n'); n >= 0 {
		text = text[:n]
	}
	for _, end := range []string{". ", "! ", "? "} {
		if n := strings.Index(text, end); n >= 0 {
			text = text[:n]
		}
	}
	text = strings.TrimRight(text, ".")
	if utf8.RuneCountInString(text) > maxHeadline {
		text = strings.TrimRight(string([]rune(text)[:maxHeadline-1]), " ") + "…"
	}
	return text
}

// classes are the groups of services in the order of the page: what everything stands on comes first.
var classes = []catalogue.ServiceClass{catalogue.Infrastructure, catalogue.TI, catalogue.Business, catalogue.Internal}

// groups sums all cells up by service, and the services by class.
func (g *sight) groups() []StatusGroup {
	if g.cat == nil {
		return nil
	}
	parts := make([]statuspage.Part, 0, len(g.cells))
	for id, x := range g.cells {
		parts = append(parts, statuspage.Part{Cell: id, Word: x.Word, Visible: true, Customers: g.layout.users[id]})
	}
	since := g.shownSince()
	byClass := map[catalogue.ServiceClass][]StatusService{}
	worst := map[catalogue.ServiceClass]statuspage.Level{}
	for _, x := range statuspage.View(parts, false).Services {
		s, _ := g.cat.Service(x.ID)
		m := since[levelKey{x.ID, x.Worst}]
		byClass[s.Class] = append(byClass[s.Class], StatusService{
			Service: serviceOf(g.cat, x.ID), State: shownOfLevel[forAll(x)], Affected: x.Affected, Of: x.Of, Since: m.at, Seq: m.seq,
		})
		if _, ok := worst[s.Class]; !ok {
			worst[s.Class] = statuspage.Operational
		}
		worst[s.Class] = statuspage.Worse(worst[s.Class], forAll(x))
	}
	var all []StatusGroup
	for _, class := range classes {
		if list := byClass[class]; len(list) > 0 {
			g.sortServices(list)
			all = append(all, StatusGroup{Class: string(class), Worst: shownOfLevel[worst[class]], Services: list})
		}
	}
	return all
}

// forAll is the level of a service as the public sees it: what is out for some of its customers is a partial outage. One insurer's core system
// switched off is not everybody's, and the count beside it says how many are concerned.
func forAll(x statuspage.Service) statuspage.Level {
	if x.Affected < x.Of && x.Worst.Rank() > statuspage.Partial.Rank() {
		return statuspage.Partial
	}
	return x.Worst
}

type levelKey struct {
	service string
	level   statuspage.Level
}

// shownSince gives, for each service and level, since when the first of its cells shows it, and the newest entry behind any of them.
func (g *sight) shownSince() map[levelKey]moment {
	all := map[levelKey]moment{}
	for id, x := range g.cells {
		k := levelKey{id.Service(), statuspage.LevelOf(x.Word)}
		m := earlier(all[k], moment{at: x.Since})
		all[k] = moment{m.at, max(all[k].seq, x.Seq)}
	}
	return all
}

// sortServices brings services into the order of the catalogue.
func (g *sight) sortServices(list []StatusService) {
	at := map[string]int{}
	for n, s := range g.layout.services {
		at[s.ID] = n
	}
	slices.SortFunc(list, func(a, b StatusService) int { return at[a.Service.ID] - at[b.Service.ID] })
}

// wordsOf are the words of some cells.
func (g *sight) wordsOf(ids []cell.ID) []cell.Word {
	words := make([]cell.Word, len(ids))
	for n, id := range ids {
		words[n] = g.cells[id].Word
	}
	return words
}
