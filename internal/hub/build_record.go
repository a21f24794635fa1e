package hub

import (
	"bytes"
	"context"
	"errors"
	"io"

	"github.com/go-json-experiment/json/jsontext"
	"golang.org/x/mod/sumdb/tlog"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/journal"
	"blackstart/internal/subject/access"
)

// Record builds one entry with its proof. The private part is left out unless the reader works here.
func (h *Hub) Record(ctx context.Context, seq uint64, reader access.Actor) (RecordView, error) {
	var ours bool
	var goneBy uint64
	sc, err := h.scene(ctx, func(s *State) { ours, goneBy = s.isHouse(reader), h.index.gone[seq] })
	if err != nil {
		return RecordView{}, err
	}
	e, err := h.log.Entry(ctx, seq)
	if err != nil {
		return RecordView{}, err
	}
	v := RecordView{Frame: sc.frame, Raw: e.Raw, Leaf: tlog.RecordHash(e.Raw).String(), Gone: e.Private != "" && e.Salted == nil, GoneBy: goneBy}
	v.Hidden = e.Salted != nil && !ours
	if v.Private, err = privateFields(e, ours); err != nil {
		return v, err
	}
	v.Fact = factOf(shown(e, ours), h.names(ctx))
	if v.Batch, err = h.batch(ctx, e.Batch, ours); err != nil {
		return v, err
	}
	return v, h.prove(ctx, seq, &v)
}

// shown is the entry as this reader may see it.
func shown(e journal.Entry, ours bool) journal.Entry {
	if !ours {
		e.Salted = nil
	}
	return e
}

// privateFields gives the members of the private part in their order: text as it is, anything else as JSON.
func privateFields(e journal.Entry, ours bool) ([]PrivateField, error) {
	if !ours || e.Salted == nil {
		return nil, nil
	}
	d := jsontext.NewDecoder(bytes.NewReader(e.Unsalted()))
	var all []PrivateField
	if _, err := d.ReadToken(); err != nil {
		return nil, unreadable(e, err)
	}
	for d.PeekKind() == '"' {
		name, err := d.ReadToken()
		if err != nil {
			return nil, unreadable(e, err)
		}
		f := PrivateField{Name: name.String()}
		value, err := d.ReadValue()
		if err != nil {
			return nil, unreadable(e, err)
		}
		if f.Value = string(value); value.Kind() == '"' {
			text, _ := jsontext.AppendUnquote(nil, value) // it was just read as a string
			f.Value = string(text)
		}
		all = append(all, f)
	}
	if _, err := d.ReadToken(); err != nil && !errors.Is(err, io.EOF) {
		return nil, unreadable(e, err)
	}
	return all, nil
}

func unreadable(e journal.Entry, err error) error {
	return fault.New(fault.Internal, "hub.private", "could not read the private part of entry %d: %w", e.Seq, err)
}

// batch gives what was written in the same append, up to maxBatch entries.
func (h *Hub) batch(ctx context.Context, first uint64, ours bool) ([]Fact, error) {
	var all []Fact
	who := h.names(ctx)
	for e, err := range h.log.Entries(ctx, first, first+maxBatch-1) {
		if err != nil {
			return nil, err
		}
		if e.Batch != first {
			break
		}
		all = append(all, factOf(shown(e, ours), who))
	}
	return all, nil
}

// prove adds the proof; an entry that no checkpoint covers yet has none, which is no fault.
func (h *Hub) prove(ctx context.Context, seq uint64, v *RecordView) error {
	p, err := h.log.Prove(ctx, seq)
	if fault.KindOf(err) == fault.Unavailable {
		return nil
	}
	if err != nil {
		return err
	}
	for _, hash := range p.Path {
		v.Path = append(v.Path, hash.String())
	}
	v.Note = p.Checkpoint
	if head, ok := headOf(p.Checkpoint); ok {
		v.Size, v.Root, v.Signed = head.Size, head.Root.String(), h.log.Signed()
	}
	return nil
}
