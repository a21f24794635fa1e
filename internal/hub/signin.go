package hub

import (
	"context"
	"strings"

	"blackstart/internal/fault"
	"blackstart/internal/subject/access"
)

var errSignIn = fault.New(fault.Forbidden, "access.sign_in", "could not sign in: user or password is wrong")

// SignIn checks a password. Whoever has no account waits as long as who has one, and is told the same. Who has a second factor gets a half-open
// session, which [Hub.Complete] or [Hub.EnterByPasskey] opens.
func (h *Hub) SignIn(ctx context.Context, c Caller, user, password string) (Entered, error) {
	if user == "" || password == "" {
		return Entered{}, errSignIn // nothing was tried
	}
	seen := h.log.Next() - 1 // looked at first: a password that is changed while the old one is checked must end what the old one opens
	p, known := h.person(user)
	if err := h.checkSecret(ctx, c, user, func(ctx context.Context, lane lane) (bool, error) {
		same, err := h.samePasswordOf(ctx, lane, user, password)
		return same && known, err
	}, failedPassword); err != nil {
		return Entered{}, err
	}
	if f := h.factorsOf(p.ID); f.second() && !h.isDrill() {
		token, err := h.openSession(ctx, &session{User: p.ID, Seq: seen, Half: true, Begun: h.door.now(), Used: h.door.now(), From: c.Address.String(), Browser: clipped(c.Browser)})
		return Entered{Token: token, Stage: StageCode}, err
	}
	h.door.throttle.forgive(c, user, h.deviceOf(c, user))
	return h.enter(ctx, c, p, access.SignIn{How: access.ByPassword})
}

// checkSecret lets one secret be tried, unless too many were: it takes a try before and gives it back when the secret was right. A failure is counted.
func (h *Hub) checkSecret(ctx context.Context, c Caller, user string, right func(context.Context, lane) (bool, error), what failure) error {
	device := h.deviceOf(c, user)
	if err := h.door.throttle.take(h.door.now(), c, user, device, what); err != nil {
		h.failed(c, failedUnheard, "", false)
		return err
	}
	lane := lane{address: c.Address, rank: h.door.throttle.rank(c, device)}
	ok, err := right(ctx, lane)
	switch {
	case err != nil:
		h.door.throttle.giveBack(c, user, device, what) // it was not looked at
		return err
	case !ok:
		_, known := h.person(user)
		h.failed(c, what, user, known)
		return errSignIn
	}
	h.door.throttle.giveBack(c, user, device, what)
	return nil
}

// Complete opens a half-open session by a code: of the authenticator, or from paper.
func (h *Hub) Complete(ctx context.Context, c Caller, token, code string) (Entered, error) {
	s, ok := h.find(ctx, token)
	if !ok || !s.Half {
		return Entered{}, errSessionOver
	}
	p, ok := h.person(s.User)
	if !ok {
		return Entered{}, errSessionOver
	}
	in, err := h.checkCode(ctx, c, s, code)
	if err != nil {
		return Entered{}, err
	}
	h.door.throttle.forgive(c, s.User, h.deviceOf(c, s.User))
	h.drop(ctx, s)
	return h.enter(ctx, c, p, in)
}

// checkCode tries a code of either kind. After a few wrong ones the session ends, half-open or not.
func (h *Hub) checkCode(ctx context.Context, c Caller, s *session, code string) (in access.SignIn, err error) {
	code = plainCode(code)
	err = h.checkSecret(ctx, c, s.User, func(ctx context.Context, _ lane) (ok bool, err error) {
		if len(code) == totpDigits {
			in.How = access.ByPasswordTOTP
			return h.spendTOTP(ctx, s.User, code)
		}
		in.How = access.ByPasswordRecovery
		in.Left, ok, err = h.spendRecovery(ctx, s.User, code)
		return ok, err
	}, failedCode)
	if err == errSignIn {
		h.strike(ctx, s)
		err = fault.New(fault.Forbidden, "access.code", "could not take the code: it is wrong, used already, or of another time").Hinted("wait for the next one, and compare the clocks")
	}
	return in, err
}

// strike counts a failed proof against a session.
func (h *Hub) strike(ctx context.Context, s *session) {
	h.door.mu.Lock()
	s.tries++
	over := s.tries >= maxTries
	h.door.mu.Unlock()
	if over {
		h.drop(ctx, s)
	}
}

// plainCode takes out what people put between groups of a code.
func plainCode(code string) string {
	return strings.ToUpper(strings.NewReplacer(" ", "", "-", "", "\u00a0", "", "–", "").Replace(code))
}

// ProveAgain asks the person of a session once more who they are: by password, and by a code where they have a second factor outside a drill.
func (h *Hub) ProveAgain(ctx context.Context, c Caller, token, password, code string) error {
	s, ok := h.find(ctx, token)
	if !ok || s.Half {
		return errSessionOver
	}
	err := h.checkSecret(ctx, c, s.User, func(ctx context.Context, lane lane) (bool, error) {
		return h.samePasswordOf(ctx, lane, s.User, password)
	}, failedPassword)
	if err != nil {
		if err == errSignIn {
			h.strike(ctx, s)
		}
		return err
	}
	in := access.SignIn{How: access.ByPassword}
	if f := h.factorsOf(s.User); f.second() && !h.isDrill() {
		if in, err = h.checkCode(ctx, c, s, code); err != nil {
			return err
		}
	}
	_, err = h.provedAgain(ctx, s, in, c)
	return err
}

// provedAgain notes a proof in the middle of a session.
func (h *Hub) provedAgain(ctx context.Context, s *session, in access.SignIn, c Caller) (Entered, error) {
	in.User, in.Again, in.From, in.Browser = s.User, true, c.Address.String(), clipped(c.Browser)
	if _, err := h.enterIn(ctx, in); err != nil {
		return Entered{}, err
	}
	h.door.mu.Lock()
	s.Proved, s.tries = h.door.now(), 0
	seen := *s
	h.door.mu.Unlock()
	return Entered{Stage: h.stageOf(&seen), Left: in.Left}, h.keep(ctx, seen)
}

// Fresh says whether the person of the session proved who they are so lately that a grave act needs no other proof.
func (h *Hub) Fresh(s Session) bool { return h.door.now().Sub(s.Proved) < freshFor }

// fresh gives session and person, and refuses when the last proof is too old. What opens a way in for ever must not be done with a stolen session.
func (h *Hub) fresh(ctx context.Context, token string) (*session, access.Person, error) {
	s, ok := h.find(ctx, token)
	if !ok || s.Half {
		return nil, access.Person{}, errSessionOver
	}
	p, ok := h.person(s.User)
	if !ok {
		return nil, p, errSessionOver
	}
	h.door.mu.Lock()
	proved := s.Proved
	h.door.mu.Unlock()
	if h.door.now().Sub(proved) >= freshFor {
		return nil, p, fault.New(fault.Forbidden, "access.prove_again", "could not do this: the last proof of who you are is too old").Hinted("prove it again")
	}
	return s, p, nil
}
