package hub

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"strings"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/journal"
	"blackstart/internal/ledger/seal"
	"blackstart/internal/subject/access"
	"blackstart/internal/subject/catalogue"
	"blackstart/internal/subject/cell"
)

// hubKey gives the key of an existing record, or makes the one for a new record. Its name is the record's origin: a drill's begins with
// `drill/`, so that nothing a drill signed can ever be taken for the real thing.
func hubKey(ctx context.Context, o Options) (*seal.Signer, error) {
	file, err := o.Store.Secret(ctx, journal.HubKey)
	if err == nil {
		return seal.ParseSigner(file)
	}
	if fault.KindOf(err) != fault.NotFound {
		return nil, err
	}
	key := o.Key
	if key == nil {
		var id [6]byte
		rand.Read(id[:]) // never fails (crypto/rand, Go 1.24)
		house := "blackstart/"
		if o.Drill {
			house = "drill/"
		}
		if key, err = seal.Generate(house + hex.EncodeToString(id[:])); err != nil {
			return nil, err
		}
	}
	return key, o.Store.PutSecret(ctx, journal.HubKey, key.PEM())
}

// begin writes the first entry.
func (h *Hub) begin(ctx context.Context, drill bool) error {
	h.state, h.index = State{done: map[string]uint64{}}, newIndex()
	_, err := h.together(ctx, func(p *pass) (Result, error) {
		at, err := p.stamp(Request{Actor: access.ByConsole})
		if err == nil {
			e := Opened{journal.Opened{Origin: h.key.Name(), Key: h.key.Public(), Drill: drill}}
			h.apply(e, p.write(e, consequence{at: at}))
		}
		return p.result(), err
	})
	return err
}

// refold makes the state from the record alone. Reactions do not run: what they led to stands in the record.
func (h *Hub) refold(ctx context.Context) error {
	h.state, h.index = State{done: map[string]uint64{}}, newIndex()
	for entry, err := range h.log.Entries(ctx, 1, h.log.Next()-1) {
		if err != nil {
			return err
		}
		e, err := Decode(entry)
		if err != nil {
			return err
		}
		if a, ok := e.(catalogue.Adopted); ok {
			if err := h.load(ctx, a.SHA256); err != nil {
				return err
			}
		}
		h.apply(e, access.Stamp{By: access.Actor(entry.Actor), At: entry.At, HappenedAt: entry.HappenedAt, Seq: entry.Seq})
		h.state.keep(entry.Cause, entry.Seq, entry.Batch)
	}
	return nil
}

// keep remembers the key of a request by the first entry that it made.
func (s *State) keep(cause string, seq, batch uint64) {
	if key, ok := strings.CutPrefix(cause, keyPrefix); ok && seq == batch {
		s.done[key] = seq
	}
}

// load reads an adopted catalogue from its bundle, once.
func (h *Hub) load(ctx context.Context, sha256 string) error {
	if h.bundles[sha256] != nil {
		return nil
	}
	bundle, err := h.store.Blob(ctx, sha256)
	if err != nil {
		return fault.New(fault.Unavailable, "hub.bundle", "could not read the adopted catalogue %s: %w", sha256, err)
	}
	c, findings := catalogue.Open(bundle)
	if c == nil {
		return fault.New(fault.Conflict, "hub.bundle", "could not read the adopted catalogue %s: %w", sha256, errors.New(findings[0].String()))
	}
	h.keep(c)
	return nil
}

// keep makes a parsed catalogue ready for its adoption. The caller holds mu or is alone.
func (h *Hub) keep(c *catalogue.Catalogue) {
	if h.bundles == nil {
		h.bundles = map[string]*catalogue.Catalogue{}
	}
	h.bundles[c.SHA256()] = c
}

// attach gives the state the catalogue that was just adopted, and the cells that follow from it: both are derived, neither is an event.
func (h *Hub) attach(e catalogue.Event) {
	if a, ok := e.(catalogue.Adopted); ok {
		h.state.Catalogue.Current = h.bundles[a.SHA256]
		h.state.Cell = cell.Establish(h.state.Cell, h.state.Catalogue.Current.Cells())
	}
}

// IsDrill says whether the record in a store is a drill; an empty store is none.
func IsDrill(ctx context.Context, store journal.Store) (bool, error) {
	rows, err := store.Page(ctx, 1, 1)
	if err != nil || len(rows) == 0 {
		return false, err
	}
	r, err := journal.ParseRecord(rows[0].Raw)
	if err != nil {
		return false, err
	}
	e, err := Decode(journal.Entry{Record: r})
	opened, ok := e.(Opened)
	if err != nil || !ok {
		return false, fault.New(fault.Conflict, "hub.first", "could not read the record: its first entry is %s", r.Kind)
	}
	return opened.Drill, nil
}
