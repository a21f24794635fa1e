package web

import (
	"cmp"
	"crypto/rand"
	"net/http"
	"net/url"
	"strings"
	"time"

	"blackstart/internal/hub"
	"blackstart/internal/subject/access"
)

// page is what every template knows: for whom it is drawn, in which language, and what stands around it.
type page struct {
	lang    string
	who     Visitor
	in      bool // somebody is signed in
	may     func(what string) bool
	mayWith func(what string, t access.Thing) bool // the same, done to one thing
	frame   hub.Frame
	here    *url.URL
	section phrase     // the entry of the navigation that is marked
	title   string     // names the page in the window's title
	live    bool       // the page listens for news
	signs   bool       // the page needs the scripts that sign: with a key file, with a passkey
	scripts []string   // further scripts that the page needs
	back    int        // seconds after which a page without script loads itself anew; 0 never
	wrong   error      // what the visitor asked for and did not get
	form    url.Values // what was typed, to be shown again beside wrong
	key     string     // idempotency key of the forms on this page
}

// newPage draws the visitor's side of a page; the handler adds the view's.
func (s *server) newPage(r *http.Request) *page {
	who, in := visitorOf(r)
	p := &page{lang: language(r), who: who, in: in, here: r.URL, key: rand.Text()}
	p.may = func(what string) bool { return s.deps.House.May(who.Actor(), what) == nil }
	p.mayWith = func(what string, t access.Thing) bool { return s.deps.House.MayWith(who.Actor(), what, t) == nil }
	return p
}

func (p *page) t(f phrase, args ...any) string { return f.in(p.lang, args...) }

// n fills a plural with a number written in the page's language.
func (p *page) n(f plural, n int) string {
	if n == 1 {
		return f.one.in(p.lang, number(p.lang, n))
	}
	return f.many.in(p.lang, number(p.lang, n))
}

func (p *page) num(n int) string            { return number(p.lang, n) }
func (p *page) clock(t time.Time) string    { return clock(p.lang, t) }
func (p *page) long(d time.Duration) string { return lasting(p.lang, d) }

// damage names what is damaged.
func (p *page) damage(d *hub.Damage) string {
	switch {
	case d.Where == "checkpoint":
		return p.t(wBadNote)
	case d.First == 0:
		return p.t(wBadFile, d.Where)
	case d.First == d.Last:
		return p.t(wBadEntry, p.num(int(d.First)))
	}
	return p.t(wBadEntries, p.num(int(d.First)), p.num(int(d.Last)))
}

// copyLag says in one sentence which copy is behind, how far, and why.
func (p *page) copyLag(l hub.CopyLag) string {
	behind, why := p.t(wUnderAMin), p.t(wCopySlow)
	if l.Behind >= time.Minute {
		behind = p.long(l.Behind)
	}
	if l.Why != nil {
		why = p.explain(l.Why)
	}
	return p.t(wCopyLag, l.Dir, behind, why)
}

func (p *page) name(l hub.Label) string    { return l.In(p.lang) }
func (p *page) state(s hub.Shown) string   { return stateWord(p.lang, s) }
func (p *page) called(c hub.Choice) string { return cmp.Or(c.Name.In(p.lang), c.ID) }
func (p *page) was(field string) string    { return p.form.Get(field) }

// weight says how many people stand behind customers: the catalogue counts insured persons in thousands.
func (p *page) weight(w int) string { return number(p.lang, w) + "\u00a0" + p.t(wThousands) }

// otherTongue is this page in the other language.
func (p *page) otherTongue() string {
	q := p.here.Query()
	q.Set("lang", english)
	if p.lang == english {
		q.Set("lang", german)
	}
	return "/" + strings.TrimLeft(p.here.EscapedPath(), "/") + "?" + q.Encode() // a path that begins with two slashes is another site
}

// local is a path with a query of this site; ids in it are escaped.
func local(segments ...string) string {
	var b strings.Builder
	for _, s := range segments {
		b.WriteString("/" + url.PathEscape(s))
	}
	return b.String()
}
