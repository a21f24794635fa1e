package hub

import (
	"bytes"
	"context"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/journal"
	"blackstart/internal/subject/access"
)

// Names of the secrets by which people prove who they are, beside the password.
const (
	passkeyPrefix  = "passkey/"  // + user / id; value: a passkey
	totpPrefix     = "totp/"     // + user; value: an authenticator
	recoveryPrefix = "recovery/" // + user; value: paper
)

// factors are what a person has beside the password. What is in it is replaced, never changed: readers keep it without a lock.
type factors struct {
	passkeys []*passkey
	totp     *authenticator
	paper    *paper
}

// second says whether there is a second factor that can be used again and again; paper is only for losing that one.
func (f *factors) second() bool { return len(f.passkeys) > 0 || f.totp != nil }

// Factors is what a person can sign in with, as they see it.
type Factors struct {
	Passkeys []PasskeyLine
	TOTP     bool
	App      string    // id of the authenticator
	Since    time.Time // and when it was set up
	Codes    int       // recovery codes that are left
	Printed  time.Time // when they were made; zero: never
}

// PasskeyLine is one passkey.
type PasskeyLine struct {
	ID, Label   string
	RP          string // the host name under which it works
	Added, Used time.Time
}

// readFactors reads all people's factors.
func (h *Hub) readFactors(ctx context.Context) error {
	for prefix, take := range map[string]func(*factors, []byte) error{
		passkeyPrefix:  func(f *factors, v []byte) error { return appendFile(&f.passkeys, v) },
		totpPrefix:     func(f *factors, v []byte) error { f.totp = new(authenticator); return json.Unmarshal(v, f.totp) },
		recoveryPrefix: func(f *factors, v []byte) error { f.paper = new(paper); return json.Unmarshal(v, f.paper) },
	} {
		all, err := h.store.Secrets(ctx, prefix)
		if err != nil {
			return err
		}
		for _, file := range all {
			user, _, _ := strings.Cut(strings.TrimPrefix(file.Name, prefix), "/")
			f := h.factorsOf(user)
			if err := take(&f, file.Value); err != nil {
				return fault.New(fault.Unavailable, "door.unreadable", "could not read %s: %w", file.Name, err)
			}
			h.door.factors[user] = &f
		}
	}
	return nil
}

func appendFile(list *[]*passkey, value []byte) error {
	k := new(passkey)
	*list = append(*list, k)
	return json.Unmarshal(value, k)
}

// factorsOf gives a copy that may be changed and put back.
func (h *Hub) factorsOf(user string) factors {
	h.door.mu.Lock()
	defer h.door.mu.Unlock()
	if f, ok := h.door.factors[strings.ToLower(user)]; ok {
		c := *f
		c.passkeys = append([]*passkey(nil), f.passkeys...)
		return c
	}
	return factors{}
}

// changeFactors changes what a person has, in memory; the store was changed before.
func (h *Hub) changeFactors(user string, change func(*factors)) {
	f := h.factorsOf(user)
	change(&f)
	h.door.mu.Lock()
	h.door.factors[strings.ToLower(user)] = &f
	h.door.mu.Unlock()
}

// unfinished says whether a person must add something before they may do anything else: outside drills, a second factor and then the recovery codes.
// Whoever was given an authenticator at the console is not held up for codes: that is how machines are set up unattended. While nothing can be
// written nothing can be added, and whoever came in may read.
func (h *Hub) unfinished(user string) bool {
	f := h.factorsOf(user)
	return !h.isDrill() && h.ReadOnly() == nil && (!f.second() || f.paper == nil && (f.totp == nil || !f.totp.Given))
}

// Factors gives what a person can sign in with.
func (h *Hub) Factors(user string) Factors {
	f := h.factorsOf(user)
	var v Factors
	for _, k := range f.passkeys {
		v.Passkeys = append(v.Passkeys, PasskeyLine{ID: k.ID, Label: k.Label, RP: k.RP, Added: k.Added, Used: k.Used})
	}
	if f.totp != nil {
		v.TOTP, v.App, v.Since = true, f.totp.ID, f.totp.Added
	}
	if f.paper != nil {
		v.Codes, v.Printed = len(f.paper.Hashes), f.paper.Made
	}
	return v
}

// RemoveCredential takes one of the own credentials away; the last second factor stays, or its owner would be locked out of everything.
func (h *Hub) RemoveCredential(ctx context.Context, token string, kind access.Credential, id string) error {
	s, ok := h.find(ctx, token)
	if !ok {
		return errSessionOver
	}
	h.adding.Lock() // two removals at once must not take the last two
	defer h.adding.Unlock()
	f := h.factorsOf(s.User)
	name, err := f.remove(s.User, kind, id)
	if err != nil {
		return err
	}
	if !f.second() && !h.isDrill() {
		return fault.New(fault.Conflict, "access.last_factor", "could not remove it: it is the last second factor").Hinted("add another one first")
	}
	if _, err := h.Do(ctx, Request{Actor: access.ByDoor, Command: access.RemoveCredential{User: s.User, Credential: kind, ID: id}}); err != nil {
		return err
	}
	h.changeFactors(s.User, func(now *factors) { *now = f })
	return h.store.DeleteSecret(context.WithoutCancel(ctx), name)
}

// remove takes a credential out, and gives the name of its secret.
func (f *factors) remove(user string, kind access.Credential, id string) (name string, err error) {
	user = strings.ToLower(user)
	if kind == access.TOTP && f.totp != nil && f.totp.ID == id {
		f.totp = nil
		return totpPrefix + user, nil
	}
	for n, k := range f.passkeys {
		if kind == access.Passkey && k.ID == id {
			f.passkeys = append(f.passkeys[:n:n], f.passkeys[n+1:]...)
			return passkeyPrefix + user + "/" + id, nil
		}
	}
	return "", fault.New(fault.NotFound, "access.no_credential", "could not remove it: there is no such credential").Hinted("look at the list again")
}

func (h *Hub) isDrill() (drill bool) {
	h.read(func(s *State) { drill = s.House.Drill })
	return drill
}

// ResetCredentials takes away all that a person has beside the password, and ends their sessions: for somebody who lost everything, in person or by
// phone to somebody who knows their voice.
func (h *Hub) ResetCredentials(ctx context.Context, by access.Actor, user string) error {
	h.adding.Lock()
	defer h.adding.Unlock()
	if _, err := h.Do(ctx, Request{Actor: by, Command: access.ResetCredentials{User: user}}); err != nil {
		return err
	}
	return h.forget(context.WithoutCancel(ctx), user, passkeyPrefix+strings.ToLower(user)+"/", totpPrefix+strings.ToLower(user), recoveryPrefix+strings.ToLower(user))
}

// forget deletes a person's secrets whose names are given, or begin with what ends in a slash.
func (h *Hub) forget(ctx context.Context, user string, names ...string) error {
	h.changeFactors(user, func(f *factors) { *f = factors{} })
	for _, name := range names {
		all := []journal.Secret{{Name: name}}
		if strings.HasSuffix(name, "/") {
			var err error
			if all, err = h.store.Secrets(ctx, name); err != nil {
				return err
			}
		}
		for _, s := range all {
			if err := h.store.DeleteSecret(ctx, s.Name); err != nil {
				return err
			}
		}
	}
	return nil
}

// ownerOf finds the person and the passkey by the credential's raw id.
func (h *Hub) ownerOf(rawID []byte) (access.Person, *passkey, bool) {
	h.door.mu.Lock()
	var owner string
	var key *passkey
	for user, f := range h.door.factors {
		for _, k := range f.passkeys {
			if bytes.Equal(k.Credential.ID, rawID) {
				owner, key = user, k
			}
		}
	}
	h.door.mu.Unlock()
	p, ok := h.person(owner)
	return p, key, ok && key != nil
}
