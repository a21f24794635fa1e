package web

import (
	"context"
	"io"
	"strconv"

	"github.com/a-h/templ"

	"blackstart/internal/hub"
)

// matrix writes the table of cells by hand, since it is the one part of any page with thousands of elements: 1,400 cells must stay
// within the bytes and milliseconds that limits.go names. Every value is escaped as templ would.
func matrix(p *page, v hub.BoardView) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		m := matrixWriter{out: make([]byte, 0, matrixBuffer), p: p, services: v.Services}
		m.table(v)
		_, err := w.Write(m.out)
		return err
	})
}

type matrixWriter struct {
	out      []byte
	p        *page
	services []hub.Choice
}

func (m *matrixWriter) raw(text string)  { m.out = append(m.out, text...) }
func (m *matrixWriter) text(text string) { m.raw(templ.EscapeString(text)) }

func (m *matrixWriter) table(v hub.BoardView) {
	if len(v.Groups) == 0 {
		m.raw(`<p class="empty">`)
		m.text(m.p.t(wNoRows))
		m.raw(`</p>`)
		return
	}
	m.raw(`<div class="scroll" tabindex="0" role="region" aria-label="`)
	m.text(m.p.t(wMatrix))
	m.raw(`"><table class="matrix"><thead><tr><th scope="col">`)
	m.text(m.p.t(wEnv))
	for _, s := range m.services {
		m.raw(`<th scope="col" title="`)
		m.text(m.p.name(s.Name))
		m.raw(`">`)
		m.text(s.ID)
	}
	for _, g := range v.Groups {
		m.group(g)
	}
	m.raw(`</table></div>`)
}

// group writes a site. End tags that HTML lets one leave out (13.1.2.4) are left out here.
func (m *matrixWriter) group(g hub.BoardGroup) {
	m.raw(`<tbody><tr class="site"><th scope="rowgroup" colspan="`)
	m.raw(strconv.Itoa(len(m.services) + 1))
	m.raw(`"><span>`)
	m.text(m.p.called(g.Site))
	m.raw(`</span>`)
	for _, row := range g.Rows {
		m.raw(`<tr><th scope="row" class="`)
		m.text(row.Kind)
		m.raw(`">`)
		m.text(m.p.called(row.Env))
		for i, slot := range row.Slots {
			m.slot(m.services[i].ID, row.Env.ID, slot)
		}
	}
}

func (m *matrixWriter) slot(service, env string, s hub.Slot) {
	switch s.Kind {
	case hub.SlotOwn:
		m.own(service, env, s)
	case hub.SlotShared:
		m.shared(service, s)
	default:
		m.raw(`<td class=e>·`)
	}
}

func (m *matrixWriter) own(service, env string, s hub.Slot) {
	l := lookOf(s.State)
	m.raw("<td class=")
	m.raw(l.class)
	m.raw(` data-cell="`)
	m.text(service + "@" + env)
	m.raw(`" data-state="`)
	m.text(string(s.State))
	if s.Seq > 0 {
		m.raw(`" data-seq="`)
		m.raw(strconv.FormatUint(s.Seq, 10))
	}
	m.raw(`"><a href="`)
	m.text(local("cell", service, env))
	m.raw(`" aria-label="`)
	m.text(m.p.state(s.State))
	m.raw(`">`)
	m.raw(l.glyph)
	m.raw(`</a>`)
}

// shared marks a service that the row uses but that runs elsewhere; it links there, and carries no data-cell, since the cell is not this row's.
func (m *matrixWriter) shared(service string, s hub.Slot) {
	l := lookOf(s.State)
	m.raw(`<td class="h `)
	m.raw(l.class)
	m.raw(`"><a href="`)
	m.text(local("cell", service, s.Env))
	m.raw(`" aria-label="`)
	m.text(m.p.state(s.State))
	m.raw(`">`)
	m.raw(l.glyph)
	m.raw(`</a>`)
}
