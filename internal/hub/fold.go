package hub

import (
	"context"
	"errors"
	"slices"
	"strings"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/journal"
	"blackstart/internal/subject/access"
	"blackstart/internal/subject/catalogue"
	"blackstart/internal/subject/cell"
)

// begin writes the first entry.
func (h *Hub) begin(ctx context.Context, drill bool) error {
	h.state, h.index = newState(), newIndex()
	_, err := h.together(ctx, func(p *pass) (Result, error) {
		at, err := p.stamp(Request{Actor: access.ByConsole})
		if err == nil {
			_, err = p.write(Opened{journal.Opened{Origin: h.key.Name(), Key: h.key.Public(), Drill: drill}}, consequence{at: at})
		}
		return p.result(), err
	})
	return err
}

// refold makes the state from the record alone. Reactions do not run: what they led to stands in the record. When the record cannot be read to
// its end, the state is left empty: in an empty house nobody has a right, so nobody is shown what is not so. A record that is damaged is another
// thing: what can be read of it is shown, under a banner on every page that says so, and nothing can be written.
func (h *Hub) refold(ctx context.Context) (err error) {
	h.state, h.index = newState(), newIndex()
	defer func() {
		if err != nil {
			h.state, h.index = newState(), newIndex()
		}
	}()
	for entry, err := range h.log.Entries(ctx, 1, h.log.Next()-1) {
		if err != nil {
			return err
		}
		if err := h.foldOne(ctx, entry); err != nil && h.log.ReadOnly() == nil {
			return err
		}
		h.views.register.take(entry)
	}
	return nil
}

// foldOne applies one entry. A defect in a subject is a fault like any other.
func (h *Hub) foldOne(ctx context.Context, entry journal.Entry) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fault.New(fault.Internal, "hub.defect", "could not fold entry %d of the record: %v", entry.Seq, r).Hinted("a defect in this program: %s", firstFrames())
		}
	}()
	e, err := Decode(entry)
	if err != nil {
		return err
	}
	if a, ok := e.(catalogue.Adopted); ok {
		if err := h.load(ctx, a.SHA256); err != nil {
			return err
		}
	}
	at := access.Stamp{By: access.Actor(entry.Actor), At: entry.At, HappenedAt: entry.HappenedAt, Seq: entry.Seq}
	h.apply(e, at)
	h.state.remember(e, at, entry.Cause, entry.Batch)
	return nil
}

// newState is the state before the first entry.
func newState() State { return State{done: map[string]span{}} }

// remember keeps a request's key with the entries it made: the first of them says in its cause which key it was, the rest of the batch belongs to it.
func (s *State) remember(e Event, at access.Stamp, cause string, batch uint64) {
	if key, ok := strings.CutPrefix(cause, keyPrefix); ok && at.Seq == batch {
		s.keyed, s.done[key] = key, span{first: at.Seq, last: at.Seq, by: at.By, kind: e.Kind()}
		return
	}
	if made, ok := s.done[s.keyed]; ok && made.first == batch {
		made.last = at.Seq
		s.done[s.keyed] = made
	}
}

// repeated gives the result of a request that was done before under the same key: from the record, so that a client whose answer was lost learns
// everything it would have learned then. A key under which somebody else, or something else, was done is refused: "done" would be a lie.
func (h *Hub) repeated(ctx context.Context, r Request) (Result, bool, error) {
	made, ok := h.state.done[r.Key]
	if !ok {
		return Result{}, false, nil
	}
	if made.by != r.Actor || !slices.Contains(emits[r.Command.Name()], made.kind) {
		return Result{}, true, fault.New(fault.Conflict, "hub.key_used", "could not do %s under the key %.80q: entry %d was made under it", r.Command.Name(), r.Key, made.first).
			Hinted("every request has a key of its own; use it again only to send the same request again")
	}
	again := Result{First: made.first, Last: made.last, Repeated: true}
	for entry, err := range h.log.Entries(ctx, made.first, made.last) {
		if err != nil {
			break // uncommitted as yet, decided in the same group; the numbers say what there is to say
		}
		if e, err := Decode(entry); err == nil {
			again.Events = append(again.Events, e)
		}
	}
	return again, true, nil
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
	h.hold(c)
	return nil
}

// hold makes a parsed catalogue ready for its adoption. The caller holds mu or is alone.
func (h *Hub) hold(c *catalogue.Catalogue) {
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
