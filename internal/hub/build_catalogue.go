package hub

import (
	"context"

	"blackstart/internal/fault"
	"blackstart/internal/subject/access"
	"blackstart/internal/subject/catalogue"
)

// waitingSecret is where the digest of the revision stands that waits to be adopted. It is no fact, so it is no part of the record; its bundle is a blob.
const waitingSecret = "catalogue/waiting"

// OfferCatalogue lays a bundle before the house: the catalogue page shows what it would change, and one act adopts it. A bundle with errors is shown with
// its findings and cannot be adopted. A later offer takes its place.
func (h *Hub) OfferCatalogue(ctx context.Context, bundle []byte) error {
	name, err := h.store.PutBlob(ctx, bundle)
	if err != nil {
		return err
	}
	return h.store.PutSecret(ctx, waitingSecret, []byte(name))
}

// AdoptWaiting adopts the revision that waits, if it is still the one that was shown.
func (h *Hub) AdoptWaiting(ctx context.Context, by access.Actor, key, sha256 string) error {
	waits, err := h.store.Secret(ctx, waitingSecret)
	if err != nil || string(waits) != sha256 {
		return fault.New(fault.Stale, "catalogue.waiting", "could not adopt revision %.12s: it does not wait any more", sha256).Hinted("look at the catalogue page again")
	}
	bundle, err := h.store.Blob(ctx, sha256)
	if err != nil {
		return err
	}
	if _, _, err = h.AdoptCatalogue(ctx, by, key, bundle); err != nil {
		return err
	}
	return h.store.DeleteSecret(ctx, waitingSecret)
}

// Catalogue builds what is adopted, and what waits.
func (h *Hub) Catalogue(ctx context.Context) (CatalogueView, error) {
	var inUse []catalogue.Ref
	sc, err := h.scene(ctx, func(s *State) { inUse = s.inUse() })
	v := CatalogueView{Frame: sc.frame}
	if err != nil {
		return v, err
	}
	if c := sc.sight.cat; c != nil {
		n := c.Counts()
		v.SHA256, v.Services, v.Envs, v.Clients, v.Cells = c.SHA256(), n.Services, n.Environments, n.Customers, n.Cells
		if err := h.adoption(ctx, sc.frame.Version, &v); err != nil {
			return v, err
		}
	}
	v.Waiting, err = h.waiting(ctx, sc.sight.cat, inUse)
	return v, err
}

// adoption reads who put the revision into force.
func (h *Hub) adoption(ctx context.Context, version uint64, v *CatalogueView) error {
	var seqs []uint64
	if err := h.registered(ctx, func(r *register) { seqs = upTo(r.kinds[catalogue.Adopted{}.Kind()], version) }); err != nil || len(seqs) == 0 {
		return err
	}
	entry, err := h.log.Entry(ctx, seqs[len(seqs)-1])
	if err != nil {
		return err
	}
	v.Seq, v.At, v.By = entry.Seq, entry.At, h.names(ctx).of(access.Actor(entry.Actor))
	return nil
}

// waiting compares the revision that waits with the one in force; nil when none waits.
func (h *Hub) waiting(ctx context.Context, now *catalogue.Catalogue, inUse []catalogue.Ref) (*CatalogueDiff, error) {
	sha, err := h.store.Secret(ctx, waitingSecret)
	switch {
	case fault.KindOf(err) == fault.NotFound || err == nil && now != nil && string(sha) == now.SHA256():
		return nil, nil
	case err != nil:
		return nil, err
	}
	bundle, err := h.store.Blob(ctx, string(sha))
	if err != nil {
		return nil, err
	}
	next, findings := catalogue.Open(bundle)
	d := &CatalogueDiff{SHA256: string(sha), Findings: findings}
	if next == nil {
		d.Refused = "it has faults"
		return d, nil
	}
	for _, c := range catalogue.Diff(now, next) {
		if len(d.Changes) == maxChanges {
			break
		}
		d.Changes = append(d.Changes, changeLine(c))
	}
	d.Refused = refusal(now, next, inUse)
	return d, nil
}

// refusal asks the subject itself whether it would take the revision, so that page and decision never differ.
func refusal(now, next *catalogue.Catalogue, inUse []catalogue.Ref) string {
	adopt := catalogue.NewAdopt(now, next)
	adopt.InUse = inUse
	var s catalogue.State
	if now != nil {
		s.SHA256 = now.SHA256()
	}
	if _, err := catalogue.Decide(s, adopt, access.Stamp{}); err != nil {
		return err.Error()
	}
	return ""
}

func changeLine(c catalogue.Change) CatalogueChange {
	line := CatalogueChange{Op: string(c.Kind), Ref: string(c.Ref)}
	for _, f := range c.Fields {
		line.Fields = append(line.Fields, f.Field)
	}
	return line
}
