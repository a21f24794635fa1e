package cli

import (
	"cmp"
	"context"

	"blackstart/internal/edge/web"
	"blackstart/internal/hub"
	"blackstart/internal/subject/access"
)

// sessions lets the pages know who is behind a cookie.
type sessions struct{ hub *hub.Hub }

// Resolve gives the person of a session.
func (s sessions) Resolve(ctx context.Context, token string) (web.Visitor, bool) {
	p, ok := s.hub.Session(ctx, token)
	return web.Visitor{Person: p, Name: cmp.Or(s.hub.RealName(ctx, p), p.ID)}, ok
}

// Login opens a session.
func (s sessions) Login(ctx context.Context, id, password string) (string, error) {
	return s.hub.SignIn(ctx, id, password)
}

// Logout ends one.
func (s sessions) Logout(ctx context.Context, token string) { _ = s.hub.SignOut(ctx, token) } // what cannot be deleted runs out

// Fresh says whether a set-up link is good.
func (s sessions) Fresh(ctx context.Context, link string) bool { return s.hub.SetUpFresh(ctx, link) }

// Begin lets the first person in. They lead and keep the keys of the house until they have added others.
func (s sessions) Begin(ctx context.Context, link, id, realName, password string) (string, error) {
	return s.hub.SetUp(ctx, link, password, access.AddUser{ID: id, RealName: realName, Roles: []access.Role{access.Lead, access.Admin, access.Approver}})
}
