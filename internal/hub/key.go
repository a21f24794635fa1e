package hub

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"strings"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/journal"
	"blackstart/internal/ledger/seal"
)

// hubKey gives the key of an existing record, or makes the one for a new record. Its name is the record's origin: a drill's begins with
// `drill/`, so that nothing a drill signed can ever be taken for the real thing.
func hubKey(ctx context.Context, o Options) (*seal.Signer, error) {
	file, err := o.Store.Secret(ctx, journal.HubKey)
	if err == nil {
		return drillKey(o.Drill)(seal.ParseSigner(file))
	}
	if fault.KindOf(err) != fault.NotFound {
		return nil, err
	}
	key := o.Key
	if key == nil {
		var id [6]byte
		rand.Read(id[:]) // never fails (crypto/rand, Go 1.24)
		if key, err = seal.Generate(originOf(o.Drill) + hex.EncodeToString(id[:])); err != nil {
			return nil, err
		}
	}
	if key, err = drillKey(o.Drill)(key, nil); err != nil {
		return nil, err
	}
	return key, o.Store.PutSecret(ctx, journal.HubKey, key.PEM())
}

func originOf(drill bool) string {
	if drill {
		return "drill/"
	}
	return "blackstart/"
}

// drillKey refuses a key whose name belongs to the other kind of house.
func drillKey(drill bool) func(*seal.Signer, error) (*seal.Signer, error) {
	return func(key *seal.Signer, err error) (*seal.Signer, error) {
		if err == nil && strings.HasPrefix(key.Name(), originOf(true)) != drill {
			return nil, fault.New(fault.Conflict, "hub.drill", "could not open the record as %s: its key is %s", drillWord(drill), key.Name()).Hinted("use another data directory")
		}
		return key, err
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
