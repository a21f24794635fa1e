package hub

import (
	"context"
	"strings"

	"blackstart/internal/subject/access"
)

// AddUser adds a person with a password. The password is stored first: a person who stands in the record can always sign in.
func (h *Hub) AddUser(ctx context.Context, by access.Actor, password string, u access.AddUser) error {
	if err := checkPassword(password); err != nil {
		return err
	}
	h.adding.Lock() // of two who add the same id at the same time, the password of the one who succeeds must stand
	defer h.adding.Unlock()
	var err error
	h.read(func(s *State) {
		if err = s.Access.May(by, u.Name()); err == nil {
			at := access.Stamp{By: by, At: h.clock.Now()}
			_, err = s.decide(h.fill(u, at), at) // asked before the password is stored, decided again when it is written
		}
	})
	if err != nil {
		return err
	}
	hash, err := hashPassword(ctx, password)
	if err != nil {
		return err
	}
	if err := h.store.PutSecret(ctx, passwordPrefix+strings.ToLower(u.ID), hash); err != nil {
		return err
	}
	_, err = h.Do(ctx, Request{Actor: by, Command: u})
	return err
}

// Person gives the person with that user ID.
func (h *Hub) person(user string) (p access.Person, ok bool) {
	h.read(func(s *State) { p, ok = s.Access.Find(user) })
	if ok && p.Over(h.clock.Now()) { // the timer enters it at that minute; until then, and while nothing can be entered, nobody gets in either
		return access.Person{}, false
	}
	return p, ok
}

// RealName is who a person is outside this record; empty when that was never said or has been shredded.
func (h *Hub) RealName(ctx context.Context, p access.Person) string {
	entry, err := h.log.Entry(ctx, p.Seq)
	if err != nil {
		return ""
	}
	if e, err := Decode(entry); err == nil {
		if added, ok := e.(access.UserAdded); ok {
			return added.Private.RealName
		}
	}
	return ""
}

// MayWith says whether the actor may do what the table of rights names to that thing.
func (h *Hub) MayWith(a access.Actor, what string, t access.Thing) (err error) {
	h.read(func(s *State) { err = s.Access.MayWith(a, what, t) })
	return err
}

// May says whether the actor may do what the table of rights names.
func (h *Hub) May(a access.Actor, what string) (err error) {
	h.read(func(s *State) { err = s.Access.May(a, what) })
	return err
}
