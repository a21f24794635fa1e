package hub

import (
	"context"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/backup"
)

// Names of the secrets by which a hub remembers that another one has taken over its record.
const (
	takenOverSecret = "takeover/by"       // the claim; there while this hub is stale
	defiedSecret    = "takeover/in-spite" // the key of the hub in spite of which people go on here
)

// TakenOver says that another hub goes on with this record, so that this one must not: two that write make two histories.
type TakenOver struct {
	At  time.Time `json:"at"`
	Key string    `json:"key"` // fingerprint
	Dir string    `json:"dir"` // where its claim was found
}

// CopyLag is a copy of the record that is behind, for the people who may be glad of it tomorrow.
type CopyLag struct {
	Dir    string
	Behind time.Duration
	Why    error // nil when it is only slow
}

// Copying is what a copy of this record is made from. It makes the token by which a later claim is believed, and is refused while nobody could read the copy.
func (h *Hub) Copying(ctx context.Context, addresses func() []netip.AddrPort) (backup.Record, error) {
	text, err := h.store.Secret(ctx, backup.RecipientsSecret)
	if fault.KindOf(err) == fault.NotFound || err == nil && len(text) == 0 {
		return backup.Record{}, fault.New(fault.Conflict, "copy.no_recipient", "could not copy the record: nobody is named who could read the copy").
			Hinted("'blackstart copy key --out FILE' makes a key, 'blackstart copy recipients --data DIR add age1…' names it")
	}
	if err != nil {
		return backup.Record{}, err
	}
	to, err := backup.ParseRecipients(string(text))
	if err != nil {
		return backup.Record{}, err
	}
	token, err := h.copyToken(ctx)
	if err != nil {
		return backup.Record{}, err
	}
	r := backup.Record{Store: h.store, Log: h.log, Key: h.key, To: to, Token: token, Now: time.Now, Addresses: addresses,
		Claimed: func(c backup.Claim, dir string) { h.yield(context.WithoutCancel(ctx), c, dir) }}
	h.read(func(s *State) { r.Since = s.House.Since })
	return r, nil
}

func (h *Hub) copyToken(ctx context.Context) ([]byte, error) {
	token, err := h.store.Secret(ctx, backup.TokenSecret)
	if fault.KindOf(err) != fault.NotFound {
		return token, err
	}
	token = backup.NewToken()
	return token, h.store.PutSecret(ctx, backup.TokenSecret, token)
}

// ObeyClaims looks in directories for the claim of a hub that has taken over, before anything is written. One that cannot be read holds none: it is not plugged in.
func (h *Hub) ObeyClaims(ctx context.Context, dirs []string) error {
	token, err := h.store.Secret(ctx, backup.TokenSecret)
	if fault.KindOf(err) == fault.NotFound {
		return nil // never copied, so nobody can have taken over from a copy
	}
	if err != nil {
		return err
	}
	for _, dir := range dirs {
		if c, ok := backup.FindClaim(dir, token); ok && c.Key != h.Key() {
			h.yield(ctx, c, dir)
		}
	}
	return nil
}

// yield makes this hub stale. That outlasts a restart: the stick may be gone by then.
func (h *Hub) yield(ctx context.Context, c backup.Claim, dir string) {
	if defied, err := h.store.Secret(ctx, defiedSecret); err == nil && string(defied) == c.Key.Fingerprint() {
		return
	}
	t := TakenOver{At: c.At, Key: c.Key.Fingerprint(), Dir: dir}
	h.mu.Lock()
	known := h.stale != nil
	h.stale = &t
	h.announce() // the red banner is news, though no entry tells of it
	h.mu.Unlock()
	if data, err := json.Marshal(t); err == nil && !known {
		_ = h.store.PutSecret(ctx, takenOverSecret, data) // it can be read again from where it was found
	}
}

// recall reads at the start whether this hub is stale.
func (h *Hub) recall(ctx context.Context) error {
	data, err := h.store.Secret(ctx, takenOverSecret)
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	var t TakenOver
	if err := json.Unmarshal(data, &t); err != nil {
		return fault.New(fault.Unavailable, "hub.stale", "could not read whether this record was taken over: %w", err)
	}
	h.stale = &t
	return nil
}

// DefyTakeover lets this hub go on although another one has taken over: from here on there are two histories, and people must know which counts.
func (h *Hub) DefyTakeover(ctx context.Context) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.stale == nil {
		return nil
	}
	if err := h.store.PutSecret(ctx, defiedSecret, []byte(h.stale.Key)); err != nil {
		return err
	}
	h.stale = nil
	return h.store.DeleteSecret(ctx, takenOverSecret)
}

// Stale says by whom this record was taken over; false while it was not.
func (h *Hub) Stale() (TakenOver, bool) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	if h.stale == nil {
		return TakenOver{}, false
	}
	return *h.stale, true
}

// ErrStale is the fault with which a stale hub refuses to write.
func (t TakenOver) ErrStale() error {
	return fault.New(fault.Unavailable, "hub.stale", "could not write: this record was taken over at %s by key %s", t.At.Format(time.RFC3339), t.Key).
		Hinted("work at the hub that has this key; 'journal compare' shows whether the records part; continue here only with 'serve --even-though-taken-over'")
}

// ReadOnly says why nothing can be written now; nil while it can.
func (h *Hub) ReadOnly() error {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return h.closed()
}

// closed is ReadOnly for whoever holds mu.
func (h *Hub) closed() error {
	switch {
	case h.broken != nil:
		return h.broken
	case h.stale != nil:
		return h.stale.ErrStale()
	}
	return h.log.ReadOnly()
}

// Copied tells the hub where its copies stand, for the frame of every page. It is called once, before [Hub.Run].
func (h *Hub) Copied(states func() []backup.State) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.copies = states
}

// lags gives the copies that are behind for longer than is worth no word, by the machine's clock: sticks are real even when a drill's time jumps.
func lags(states []backup.State, now time.Time) (all []CopyLag) {
	for _, s := range states {
		if behind := now.Sub(s.Since); !s.Since.IsZero() && behind >= backup.LagShown {
			all = append(all, CopyLag{Dir: s.Dir, Behind: behind, Why: s.Why})
		}
	}
	return all
}

// copyTargetsSecret remembers where this record was copied to: there a claim would stand, whether or not the next start names the directory.
const copyTargetsSecret = "copy/targets"

// RememberCopies adds directories to those in which a claim is looked for at every start, and gives all of them.
func (h *Hub) RememberCopies(ctx context.Context, dirs []string) ([]string, error) {
	text, err := h.store.Secret(ctx, copyTargetsSecret)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return nil, err
	}
	all := dirs
	for dir := range strings.Lines(string(text)) {
		if dir = strings.TrimSuffix(dir, "\n"); len(all) < maxCopies && !slices.Contains(all, dir) {
			all = append(all, dir)
		}
	}
	if joined := strings.Join(all, "\n"); joined != string(text) {
		err = h.store.PutSecret(ctx, copyTargetsSecret, []byte(joined))
	} else {
		err = nil
	}
	return all, err
}
