package web

import (
	"strings"

	"blackstart/internal/hub"
	"blackstart/internal/subject/access"
)

// htmxConfig switches off what a strict content security policy forbids anyhow, and names the one extension that may load.
const htmxConfig = `{"extensions":"sse","includeIndicatorCSS":false,"history":false}`

// entry is one line of the navigation.
type entry struct {
	path    string
	right   string
	word    phrase
	current string // value of aria-current
}

// entries are all entries, in the order of an incident.
var entries = []entry{
	{path: "/board", right: "GET /board", word: wSituation},
	{path: "/log", right: "GET /log", word: wLog},
	{path: "/impact", right: "GET /impact", word: wImpact},
	{path: "/approvals", right: "GET /approvals", word: wOrders},
	{path: "/restore", right: "GET /restore", word: wRestore},
	{path: "/journal", right: "GET /journal", word: wJournal},
	{path: "/catalogue", right: "GET /catalogue", word: wCatalogue},
	{path: "/people", right: "GET /people", word: wPeople},
}

// navigation is what this visitor may go to. A customer's contact sees two entries: their page and the public one.
func (p *page) navigation() []entry {
	var open []entry
	for _, e := range entries {
		if p.may(e.right) {
			open = append(open, e)
		}
	}
	if p.who.Customer != "" {
		open = append(open, entry{path: local("c", p.who.Customer), word: wMyPage})
	}
	for _, t := range p.who.Given {
		if e, ok := givenEntry(t); ok {
			open = append(open, e)
		}
	}
	open = append(open, entry{path: "/status", word: wPublicPage})
	for i := range open {
		open[i].current = "false"
		if open[i].word == p.section || open[i].path == p.here.RequestURI() {
			open[i].current = "page"
		}
	}
	return open
}

// givenEntry is the way to a thing that a guest was given.
func givenEntry(t access.Thing) (entry, bool) {
	called := func(f phrase, id string) phrase { return phrase{f.de + " " + id, f.en + " " + id} }
	switch kind, id := t.Cut(); kind {
	case "incident":
		return entry{path: logPath(id), word: called(wLog, id)}, true
	case "report":
		return entry{path: local("report", id), word: called(wReport, id)}, true
	case "order":
		return entry{path: local("order", id), word: called(wOrder, id)}, true
	}
	return entry{}, false
}

// listens says whether the page is told that the record moved on. A guest's is not: how fast it moves is nothing that they were given.
func (p *page) listens() bool { return p.live && p.may("GET /live") }

func (p *page) otherLang() string {
	if p.lang == german {
		return english
	}
	return german
}

// windowTitle starts with the drill's mark, so that even a row of browser tabs tells them apart.
func (p *page) windowTitle() string {
	title := p.title + " · Blackstart"
	if p.frame.Drill {
		title = p.t(wDrill) + " · " + title
	}
	return title
}

// headShort is the short head of the journal, or words for the time before the first.
func (p *page) headShort() string {
	if p.frame.Head.Short == "" {
		return p.t(wNoHead)
	}
	return p.frame.Head.Short
}

// code says a code that a fact is about: an anchor, a condition, a mode. Names and references stay as they are.
func (p *page) code(ref string) string {
	for _, words := range []map[string]phrase{codeWords, conditionWords, modeWords} {
		if f, ok := words[ref]; ok {
			return f.in(p.lang)
		}
	}
	return ref
}

// by says who did something: a person by name, an agent by its host, a part of the program by what made it act.
func (p *page) by(who string) string {
	if host, ok := strings.CutPrefix(who, "agent:"); ok {
		return p.t(wAgentOf, host)
	}
	return p.word(partWords, who)
}

// phraseOf says what a fact is in a sentence fragment: its kind in words, and what it is about.
func (p *page) phraseOf(f hub.Fact) string {
	text := f.Kind
	if w, ok := kindWords[f.Kind]; ok {
		text = w.in(p.lang)
	}
	refs := make([]string, len(f.Refs))
	for i, ref := range f.Refs {
		refs[i] = p.code(ref)
	}
	if len(refs) > 0 {
		text += ": " + strings.Join(refs, ", ")
	}
	return text
}
