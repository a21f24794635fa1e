package hub

import (
	"context"

	"blackstart/internal/fault"
	"blackstart/internal/subject/access"
	"blackstart/internal/subject/catalogue"
)

// AdoptCatalogue makes a bundle the catalogue that the house runs on. The bundle is stored before the entry that names it; a bundle that is
// refused afterwards stays behind as a blob that nothing refers to.
func (h *Hub) AdoptCatalogue(ctx context.Context, by access.Actor, key string, bundle []byte) (Result, []fault.Finding, error) {
	c, findings := catalogue.Open(bundle)
	if c == nil {
		return Result{}, findings, fault.New(fault.Invalid, "catalogue.faults", "could not adopt the catalogue: it has faults")
	}
	name, err := h.store.PutBlob(ctx, bundle)
	if err != nil {
		return Result{}, findings, err
	}
	if name != c.SHA256() {
		return Result{}, findings, fault.New(fault.Internal, "catalogue.digest", "could not adopt the catalogue: stored as %s, read as %s", name, c.SHA256())
	}
	h.mu.Lock()
	h.hold(c)
	h.mu.Unlock()
	r, err := h.Do(ctx, Request{Actor: by, Key: key, Command: catalogue.Adopt{SHA256: name, Counts: c.Counts()}})
	return r, findings, err
}

// AdoptedBundle gives the bytes of the adopted catalogue.
func (h *Hub) AdoptedBundle(ctx context.Context) ([]byte, error) {
	var sha string
	h.read(func(s *State) { sha = s.Catalogue.SHA256 })
	if sha == "" {
		return nil, fault.New(fault.NotFound, "catalogue.none", "could not give the catalogue: none is adopted").Hinted("'blackstart catalogue adopt DIR' adopts one")
	}
	return h.store.Blob(ctx, sha)
}
