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
			_, err = access.Decide(s.Access, u, access.Stamp{By: by}) // asked before the password is stored, decided again when it is written
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

// May says whether the actor may do what the table of rights names.
func (h *Hub) May(a access.Actor, what string) (err error) {
	h.read(func(s *State) { err = s.Access.May(a, what) })
	return err
}
