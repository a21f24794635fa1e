package hub

import (
	"cmp"
	"context"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"blackstart/internal/fault"
	"blackstart/internal/subject/access"
)

const sessionPrefix = "session/" // + hash of the token; value: a session

// Stage says how far in somebody is.
type Stage string

const (
	StageIn    Stage = ""      // all that their roles allow
	StageCode  Stage = "code"  // the password was right, the second factor is awaited: nobody is signed in yet
	StageEnrol Stage = "enrol" // a second factor or the recovery codes must be added before anything else
)

// session is somebody's stay, as it is stored. It is named by the entry that began it; a half-open one, which has none, by the last before it: it ends
// with another password as well.
type session struct {
	User          string     `json:"user"`
	Seq           uint64     `json:"seq"`
	Begun         time.Time  `json:"begun"`
	Used          time.Time  `json:"used"`
	Proved        time.Time  `json:"proved"` // when they last proved who they are
	How           access.How `json:"how"`
	From          string     `json:"from"`
	Browser       string     `json:"browser"`
	Half          bool       `json:"-"` // in StageCode; lives in memory only
	hash          string     // of the token
	written       time.Time  // when it was last stored
	tries         int        // proofs that failed
	authenticator string     // TOTP secret that is being enrolled
}

// Session is a stay as others see it.
type Session struct {
	access.Person
	RealName      string // as the house sees the person; empty when that was never said, or was shredded
	Stage         Stage
	Seq           uint64 // entry that began it
	How           access.How
	Begun, Used   time.Time
	Proved        time.Time
	From, Browser string
}

// readSessions reads the sessions that outlived a restart. What cannot be read has ended.
func (h *Hub) readSessions(ctx context.Context) error {
	all, err := h.store.Secrets(ctx, sessionPrefix)
	for _, file := range all {
		s := &session{hash: strings.TrimPrefix(file.Name, sessionPrefix)}
		if json.Unmarshal(file.Value, s) != nil || !h.lasts(s) {
			if err := h.store.DeleteSecret(ctx, file.Name); err != nil {
				return err
			}
			continue
		}
		s.written = s.Used
		h.door.sessions[s.hash] = s
	}
	return err
}

// lasts says whether a session is still good: neither too old nor forgotten, of a person who is still here, and not ended by them or by an admin.
// The caller holds no lock of the hub's state.
func (h *Hub) lasts(s *session) bool {
	now := h.door.now()
	life := sessionLife
	if s.Half {
		life = halfLife
	}
	p, ok := h.person(s.User)
	return ok && s.Seq >= p.Ended && now.Sub(s.Begun) < life && now.Sub(s.Used) < sessionIdle
}

// openSession makes the token of a new session. The oldest sessions of somebody who never signs out end by themselves.
func (h *Hub) openSession(ctx context.Context, s *session) (token string, err error) {
	token = newToken()
	s.hash = hex.EncodeToString(hashToken(token))
	h.door.mu.Lock()
	own := slices.DeleteFunc(h.door.sessionsOf(s.User), func(old *session) bool { return old.Half != s.Half }) // the password alone ends nobody's stay
	surplus := own[:max(0, len(own)-maxSessions+1)]
	h.door.sessions[s.hash] = s
	h.door.mu.Unlock()
	for _, old := range surplus {
		h.drop(ctx, old)
	}
	if s.Half {
		return token, nil
	}
	return token, h.keep(ctx, *s)
}

// sessionsOf gives a person's sessions, the one that was used longest ago first. The caller holds mu.
func (d *door) sessionsOf(user string) []*session {
	var own []*session
	for _, s := range d.sessions {
		if strings.EqualFold(s.User, user) {
			own = append(own, s)
		}
	}
	slices.SortFunc(own, func(a, b *session) int { return cmp.Or(a.Used.Compare(b.Used), cmp.Compare(a.Seq, b.Seq)) })
	return own
}

// keep stores a session. While nothing can be stored it lives in memory, until the next start.
func (h *Hub) keep(ctx context.Context, s session) error {
	value, err := json.Marshal(s)
	if err != nil {
		return err
	}
	if err := h.store.PutSecret(ctx, sessionPrefix+s.hash, value); err != nil && h.ReadOnly() == nil {
		return err
	}
	return nil
}

// drop ends a session at once. What cannot be deleted from the store is void all the same: a restart checks its age and its person.
func (h *Hub) drop(ctx context.Context, s *session) {
	h.door.mu.Lock()
	delete(h.door.sessions, s.hash)
	h.door.mu.Unlock()
	if !s.Half {
		_ = h.store.DeleteSecret(context.WithoutCancel(ctx), sessionPrefix+s.hash)
	}
}

// find gives the session of a token, ending it when its time has come.
func (h *Hub) find(ctx context.Context, token string) (*session, bool) {
	h.door.mu.Lock()
	s, ok := h.door.sessions[hex.EncodeToString(hashToken(token))]
	var seen session
	if ok {
		seen = *s
	}
	h.door.mu.Unlock()
	if ok && !h.lasts(&seen) {
		h.drop(ctx, s)
		return nil, false
	}
	return s, ok
}

// Session gives the stay behind a token, and notes that it was used; false when it is unknown or has ended.
func (h *Hub) Session(ctx context.Context, token string) (Session, bool) {
	s, ok := h.find(ctx, token)
	if !ok {
		return Session{}, false
	}
	p, ok := h.person(s.User)
	if !ok {
		return Session{}, false
	}
	now := h.door.now()
	h.door.mu.Lock()
	s.Used = now
	due := !s.Half && now.Sub(s.written) > sessionNote
	if due {
		s.written = now
	}
	seen := *s
	h.door.mu.Unlock()
	if due {
		_ = h.keep(ctx, seen) // only when it was last used: the next note comes soon
	}
	v := h.shown(seen, p)
	v.RealName = h.RealName(ctx, p)
	return v, true
}

func (h *Hub) shown(s session, p access.Person) Session {
	return Session{Person: p, Stage: h.stageOf(&s), Seq: s.Seq, How: s.How, Begun: s.Begun, Used: s.Used, Proved: s.Proved, From: s.From, Browser: s.Browser}
}

// stageOf says how far in a session is.
func (h *Hub) stageOf(s *session) Stage {
	switch {
	case s.Half:
		return StageCode
	case h.unfinished(s.User):
		return StageEnrol
	}
	return StageIn
}

// Sessions gives all stays of a person, the last used first.
func (h *Hub) Sessions(user string) []Session {
	p, ok := h.person(user)
	if !ok {
		return nil
	}
	h.door.mu.Lock()
	var own []session
	for _, s := range h.door.sessionsOf(user) {
		own = append(own, *s)
	}
	h.door.mu.Unlock()
	var all []Session
	for _, s := range slices.Backward(own) {
		if !s.Half && h.lasts(&s) {
			all = append(all, h.shown(s, p))
		}
	}
	return all
}

// SignOut ends the session of a token.
func (h *Hub) SignOut(ctx context.Context, token string) error {
	if s, ok := h.find(ctx, token); ok {
		h.drop(ctx, s)
	}
	return nil
}

// EndSession ends another of one's own sessions, named by the entry that began it; EndOthers ends all of them but this one.
func (h *Hub) EndSession(ctx context.Context, token string, seq uint64) error {
	ended, err := h.endThose(ctx, token, func(s *session) bool { return s.Seq == seq })
	if err == nil && ended == 0 {
		err = fault.New(fault.NotFound, "access.no_session", "could not end the session: it has ended already").Hinted("look at the list again")
	}
	return err
}

// EndOthers ends all of one's own sessions but this one.
func (h *Hub) EndOthers(ctx context.Context, token string) error {
	_, err := h.endThose(ctx, token, func(*session) bool { return true })
	return err
}

func (h *Hub) endThose(ctx context.Context, token string, chosen func(*session) bool) (ended int, err error) {
	mine, ok := h.find(ctx, token)
	if !ok {
		return 0, errSessionOver
	}
	h.door.mu.Lock()
	own := h.door.sessionsOf(mine.User)
	h.door.mu.Unlock()
	for _, s := range own {
		if s == mine || s.Half || !chosen(s) {
			continue
		}
		if _, err := h.Do(ctx, Request{Actor: access.ByDoor, Command: access.EndSession{User: s.User, Session: s.Seq}}); err != nil && h.ReadOnly() == nil {
			return ended, err
		}
		h.drop(ctx, s) // also while the record is read-only: a stolen session must end whatever the disk does
		ended++
	}
	return ended, nil
}

var errSessionOver = fault.New(fault.Conflict, "access.session_over", "could not go on: the session has ended").Hinted("sign in again")
