package hub

import (
	"bytes"
	"context"
	"strings"
	"unicode"
	"unicode/utf8"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/journal"
	"blackstart/internal/subject/access"
)

// Held builds what this house holds about a person, whether they are here or have left. It reads the whole record: no index of names is kept, since
// that would be one more place where names stand.
func (h *Hub) Held(ctx context.Context, user string) (HeldView, error) {
	var p access.Person
	var known bool
	sc, err := h.scene(ctx, func(s *State) {
		p, _ = s.Access.Find(user)
		known = s.Access.Knew(user)
	})
	if err != nil {
		return HeldView{}, err
	}
	if !known {
		return HeldView{}, fault.New(fault.NotFound, "access.unknown_user", "could not find user %q", user)
	}
	v := HeldView{Frame: sc.frame, ID: user}
	if p.ID != "" {
		if err := h.account(ctx, p, &v); err != nil {
			return v, err
		}
	}
	return v, h.lines(ctx, &v)
}

// account adds what belongs to the account itself.
func (h *Hub) account(ctx context.Context, p access.Person, v *HeldView) error {
	v.Here, v.ID, v.Organisation, v.Customer, v.Until = true, p.ID, p.Organisation, p.Customer, p.Until
	for _, r := range p.Roles {
		v.Roles = append(v.Roles, string(r))
	}
	for _, t := range p.Given {
		v.Given = append(v.Given, string(t))
	}
	for _, k := range p.Keys {
		entry, err := h.log.Entry(ctx, k.Seq)
		if err != nil {
			return err
		}
		v.Keys = append(v.Keys, KeyLine{Actor: string(p.Actor()), Organisation: p.Organisation, Kind: string(k.Kind), Fingerprint: k.Fingerprint(), Since: entry.At, Seq: k.Seq})
	}
	var err error
	if v.Tokens, err = h.Tokens(ctx, p); err != nil {
		return err
	}
	v.Sessions, v.Credentials, err = h.credentials(ctx, p.ID)
	return err
}

// Tokens gives the person's tokens that hold.
func (h *Hub) Tokens(ctx context.Context, p access.Person) ([]TokenLine, error) {
	used, err := h.lastUsed(ctx)
	var all []TokenLine
	for _, t := range p.Tokens {
		if h.clock.Now().Before(t.Expires) {
			all = append(all, TokenLine{Label: t.Label, Expires: t.Expires, Used: used[t.Seq], Seq: t.Seq})
		}
	}
	return all, err
}

// lines adds every entry that has to do with the person.
func (h *Hub) lines(ctx context.Context, v *HeldView) error {
	who := h.names(ctx)
	for e, err := range h.log.Entries(ctx, 1, h.log.Next()-1) {
		if err != nil {
			return err
		}
		v.know(e)
		l := v.line(e)
		if !l.Wrote && !l.About && !l.Named {
			continue
		}
		if len(v.Lines) >= maxHeld {
			v.More++
			continue
		}
		l.Fact = factOf(e, who)
		if l.Fields, err = privateFields(e, true); err != nil {
			return err
		}
		h.read(func(s *State) { l.Open, l.GoneBy = s.openIncident(e.Incident), h.index.gone[e.Seq] })
		v.Lines = append(v.Lines, l)
	}
	return nil
}

// know takes the real name from the entry that added the person. All that names them stands behind it.
func (v *HeldView) know(e journal.Entry) {
	if e.Kind != (access.UserAdded{}).Kind() {
		return
	}
	if added, ok := decoded(e).(access.UserAdded); ok && strings.EqualFold(added.ID, v.ID) {
		v.ID, v.Name, v.Since = added.ID, added.Private.RealName, e.At
	}
}

// line says what an entry has to do with the person.
func (v *HeldView) line(e journal.Entry) HeldLine {
	l := HeldLine{Private: e.Salted != nil}
	id, isUser := access.Actor(e.Actor).User()
	l.Wrote = isUser && strings.EqualFold(id, v.ID)
	l.About = bytes.Contains(e.Body, []byte(`"`+string(access.UserActor(v.ID))+`"`))
	if a, ok := decoded(e).(access.Event); ok {
		refs := aboutAccess(a)
		l.About = l.About || len(refs) > 0 && strings.EqualFold(refs[0], v.ID)
	}
	part := string(e.Unsalted())
	words := strings.Fields(v.Name)
	l.Named = mentions(part, v.Name) || mentions(part, string(access.UserActor(v.ID))) || len(words) > 1 && mentions(part, words[len(words)-1])
	return l
}

// decoded is the event of an entry; nil where it cannot be read, which the start refuses.
func decoded(e journal.Entry) Event {
	event, err := Decode(e)
	if err != nil {
		return nil
	}
	return event
}

// mentions says whether the text holds the name as a word of its own, whatever the case. Names of fewer than [minMention] letters would be found in everything.
func mentions(text, name string) bool {
	if utf8.RuneCountInString(name) < minMention {
		return false
	}
	text, name = strings.ToLower(text), strings.ToLower(name)
	for at := 0; ; {
		i := strings.Index(text[at:], name)
		if i < 0 {
			return false
		}
		before, _ := utf8.DecodeLastRuneInString(text[:at+i])
		after, _ := utf8.DecodeRuneInString(text[at+i+len(name):])
		if !unicode.IsLetter(before) && !unicode.IsLetter(after) {
			return true
		}
		at += i + len(name)
	}
}

// credentials gives how many sessions a person has, and by what kinds of proof they sign in; never the secrets themselves.
func (h *Hub) credentials(ctx context.Context, user string) (sessions int, kinds []string, err error) {
	if _, err = h.store.Secret(ctx, passwordPrefix+strings.ToLower(user)); err == nil {
		kinds = append(kinds, "password")
	} else if fault.KindOf(err) != fault.NotFound {
		return 0, nil, err
	}
	f := h.Factors(user)
	for _, k := range []struct {
		kind string
		has  bool
	}{{"passkey", len(f.Passkeys) > 0}, {"totp", f.TOTP}, {"recovery", f.Codes > 0}} {
		if k.has {
			kinds = append(kinds, k.kind)
		}
	}
	return len(h.Sessions(user)), kinds, nil
}
