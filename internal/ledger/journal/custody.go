package journal

import (
	"github.com/go-json-experiment/json"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/seal"
)

// The two kinds of records whose bodies the journal itself must read, since they say by whose key the rest is to be checked.
const (
	KindOpened    = "journal.opened"    // entry 1, and only that
	KindContinued = "journal.continued" // the record was carried to another machine and goes on there
)

// Opened is the body of entry 1: under which name and key the journal is kept, and whether it is a drill, for life.
type Opened struct {
	Origin string   `json:"origin"`
	Key    seal.Key `json:"key"`
	Drill  bool     `json:"drill"`
}

// Continued is the body of the first entry after an import: the last checkpoint of the old hub, which covers everything before this entry, and the new name and key.
// The old hub does not sign it, it may be gone: that the new key is entitled is for people to know, and to pin.
type Continued struct {
	OldHead string   `json:"old_head"` // the whole signed note
	Origin  string   `json:"origin"`
	Key     seal.Key `json:"key"`
}

// Custody says from which entry on which key vouches for a journal.
type Custody struct {
	From        uint64 `json:"from"`
	Origin      string `json:"origin"`
	Fingerprint string `json:"key"`
	key         seal.Key
}

// Key is the public key that vouches from there on.
func (c Custody) Key() seal.Key { return c.key }

// custody reads who keeps the journal from this entry on, if the entry says so; before gives the head of the tree without it.
func custody(e Entry, before func() Head, now Custody) (Custody, bool, error) {
	switch {
	case e.Seq == 1 && e.Kind != KindOpened:
		return now, false, fault.New(fault.Invalid, "journal.opened", "the first entry must be %s, which names the key; it is %s", KindOpened, e.Kind)
	case e.Seq > 1 && e.Kind == KindOpened:
		return now, false, fault.New(fault.Invalid, "journal.opened", "%s may only be the first entry", KindOpened)
	case e.Kind == KindOpened:
		var o Opened
		if err := json.Unmarshal(e.Body, &o); err != nil {
			return now, false, bad("%w", err)
		}
		c, err := keeper(e.Seq, o.Origin, o.Key)
		return c, o.Drill, err
	case e.Kind == KindContinued:
		c, err := takeover(e, before(), now)
		return c, false, err
	}
	return now, false, nil
}

// takeover checks that the old keeper signed exactly what stands before.
func takeover(e Entry, before Head, now Custody) (Custody, error) {
	var c Continued
	if err := json.Unmarshal(e.Body, &c); err != nil {
		return now, bad("%w", err)
	}
	old, err := openNote([]byte(c.OldHead), now.key)
	if err != nil {
		return now, err
	}
	if old.origin != now.Origin || old.head != before {
		return now, fault.New(fault.Invalid, "journal.continued", "the old head in it is of %q at %s, what stands before it is of %q at %s", old.origin, old.head.Short(), now.Origin, before.Short())
	}
	return keeper(e.Seq, c.Origin, c.Key)
}

func keeper(from uint64, origin string, key seal.Key) (Custody, error) {
	if key == "" {
		return Custody{}, fault.New(fault.Invalid, "journal.key", "it names no key")
	}
	return Custody{From: from, Origin: origin, Fingerprint: key.Fingerprint(), key: key}, checkOrigin(origin)
}
