package hub

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"blackstart/internal/fault"
	"blackstart/internal/subject/access"
)

// passkey is one WebAuthn credential, as it is stored.
type passkey struct {
	ID         string              `json:"id"` // part of the hash of the credential's id; the record names it by this
	Label      string              `json:"label"`
	RP         string              `json:"rp"`
	Handle     []byte              `json:"handle"` // the user handle that it was made for: it outlives the hub that made it
	Added      time.Time           `json:"added"`
	Used       time.Time           `json:"used"`
	Credential webauthn.Credential `json:"credential"`
}

// holder is a person as the library wants one: with the passkeys that work under one RP id.
type holder struct {
	handle     []byte
	id, name   string
	credential []webauthn.Credential
}

func (h holder) WebAuthnID() []byte                         { return h.handle }
func (h holder) WebAuthnName() string                       { return h.id }
func (h holder) WebAuthnDisplayName() string                { return h.name }
func (h holder) WebAuthnCredentials() []webauthn.Credential { return h.credential }

// holderOf gives the person with what works under the site's name.
func (h *Hub) holderOf(ctx context.Context, p access.Person, at Site) holder {
	who := holder{handle: h.door.handle(p.ID), id: p.ID, name: p.ID}
	if name := h.RealName(ctx, p); name != "" {
		who.name = name
	}
	for _, k := range h.factorsOf(p.ID).passkeys {
		who.handle = k.Handle
		if k.RP == at.RP {
			who.credential = append(who.credential, k.Credential)
		}
	}
	return who
}

// party is the library set up for a site. User verification is required everywhere: a passkey stands for two factors only with it.
func party(at Site) (*webauthn.WebAuthn, error) {
	if at.RP == "" {
		return nil, fault.New(fault.Conflict, "access.no_passkeys_here", "could not use a passkey: they need a name in the address bar, not a number").
			Hinted("open the hub under its name, or as localhost on its own machine")
	}
	return webauthn.New(&webauthn.Config{RPID: at.RP, RPDisplayName: "Blackstart", RPOrigins: []string{at.Origin},
		AttestationPreference:  protocol.PreferNoAttestation, // who made the authenticator is nobody's business here
		AuthenticatorSelection: protocol.AuthenticatorSelection{ResidentKey: protocol.ResidentKeyRequirementPreferred, UserVerification: protocol.VerificationRequired},
		Timeouts:               webauthn.TimeoutsConfig{Login: webauthn.TimeoutConfig{Timeout: challengeLife}, Registration: webauthn.TimeoutConfig{Timeout: challengeLife}}})
}

// Purposes of challenges; those for a session are followed by the hash of its token.
const (
	toEnter = "enter"
	toProve = "prove/"
	toAdd   = "add/"
)

// AskPasskey gives the question for a passkey, as browsers take it. Without a session it is about coming in: for a user id with the credentials of that
// person, else for any that the authenticator knows. With a session it asks its person, as the second factor or once more.
func (h *Hub) AskPasskey(ctx context.Context, token string, at Site, user string) (options []byte, err error) {
	w, err := party(at)
	if err != nil {
		return nil, err
	}
	purpose, allowed := toEnter, []protocol.CredentialDescriptor(nil)
	if s, ok := h.find(ctx, token); ok {
		purpose, user = toProve+s.hash, s.User
	}
	if user != "" {
		allowed = h.descriptors(ctx, user, at)
	}
	ask, _, err := w.BeginDiscoverableLogin(webauthn.WithChallenge(h.door.challenge(purpose)), webauthn.WithAllowedCredentials(allowed))
	if err != nil {
		return nil, fault.New(fault.Internal, "access.passkey_options", "could not ask for a passkey: %w", err)
	}
	return json.Marshal(ask)
}

// descriptors are the credentials of a person. For somebody who has none, or does not exist, they are made up, always the same for the same
// name, so that asking tells nobody who is here (WebAuthn 3, section 14.6.2).
func (h *Hub) descriptors(ctx context.Context, user string, at Site) []protocol.CredentialDescriptor {
	if p, ok := h.person(user); ok {
		if who := h.holderOf(ctx, p, at); len(who.credential) > 0 {
			return webauthn.Credentials(who.credential).CredentialDescriptors()
		}
	}
	return []protocol.CredentialDescriptor{{Type: protocol.PublicKeyCredentialType, CredentialID: h.door.mac("imaginary", strings.ToLower(user)+"@"+at.RP)}}
}

var errPasskey = fault.New(fault.Forbidden, "access.passkey", "could not accept the passkey").Hinted("was it removed, or added under another name of the hub?")

// EnterByPasskey takes the browser's answer: it lets somebody in, completes a half-open session, or proves anew who has one.
func (h *Hub) EnterByPasskey(ctx context.Context, c Caller, token string, at Site, answer []byte) (Entered, error) {
	s, in := h.find(ctx, token)
	purpose := toEnter
	if in {
		purpose = toProve + s.hash
	}
	p, key, err := h.verifyPasskey(ctx, at, answer, purpose)
	if err == nil && in && !strings.EqualFold(p.ID, s.User) {
		err = errPasskey // somebody else's, however good it is
	}
	if err != nil {
		h.failed(c, failedPasskey, "", false)
		return Entered{}, err
	}
	switch {
	case !in:
		return h.enter(ctx, c, p, access.SignIn{How: access.ByPasskey, Credential: key})
	case s.Half:
		h.drop(ctx, s)
		return h.enter(ctx, c, p, access.SignIn{How: access.ByPasswordPasskey, Credential: key})
	}
	return h.provedAgain(ctx, s, access.SignIn{How: access.ByPasskey, Credential: key}, c)
}

// verifyPasskey checks an answer all through (WebAuthn 3, section 7.2), uses its challenge up, and notes the counter.
func (h *Hub) verifyPasskey(ctx context.Context, at Site, answer []byte, purpose string) (p access.Person, id string, err error) {
	w, err := party(at)
	if err != nil {
		return p, "", err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return p, "", errPasskey
	}
	challenge := parsed.Response.CollectedClientData.Challenge
	if err := h.door.asked(challenge, purpose); err != nil {
		return p, "", err
	}
	p, key, ok := h.ownerOf(parsed.RawID)
	if !ok {
		return p, "", errPasskey
	}
	who := h.holderOf(ctx, p, at)
	checked, err := w.ValidateLogin(who, webauthn.SessionData{Challenge: challenge, RelyingPartyID: at.RP, UserID: who.handle, UserVerification: protocol.VerificationRequired}, parsed)
	if err != nil {
		return p, "", errPasskey
	}
	if checked.Authenticator.CloneWarning {
		return p, "", fault.New(fault.Forbidden, "access.cloned", "could not accept the passkey: its counter ran backwards, so it may have been copied").Hinted("remove it under My access, and use another way in")
	}
	if err := h.door.spend(challenge); err != nil {
		return p, "", err
	}
	used := *key
	used.Credential, used.Used = *checked, h.door.now()
	h.changeFactors(p.ID, func(f *factors) { replacePasskey(f, &used) })
	return p, key.ID, h.putPasskey(ctx, p.ID, used)
}

func replacePasskey(f *factors, k *passkey) {
	if n := slices.IndexFunc(f.passkeys, func(old *passkey) bool { return old.ID == k.ID }); n >= 0 {
		f.passkeys[n] = k
	}
}

// putPasskey stores a passkey. A counter that cannot be stored while the record is read-only must keep nobody out.
func (h *Hub) putPasskey(ctx context.Context, user string, k passkey) error {
	value, err := json.Marshal(k)
	if err != nil {
		return fault.New(fault.Internal, "access.passkey_file", "could not store the passkey: %w", err)
	}
	if err = h.store.PutSecret(ctx, passkeyPrefix+strings.ToLower(user)+"/"+k.ID, value); h.ReadOnly() != nil {
		return nil
	}
	return err
}

// OfferPasskey gives the question by which a browser makes a new passkey for the person of the session.
func (h *Hub) OfferPasskey(ctx context.Context, token string, at Site) (options []byte, err error) {
	s, p, err := h.fresh(ctx, token)
	if err != nil {
		return nil, err
	}
	w, err := party(at)
	if err != nil {
		return nil, err
	}
	who := h.holderOf(ctx, p, at)
	offer, _, err := w.BeginRegistration(who, webauthn.WithCredentialParameters(webauthn.CredentialParametersRecommendedL3()),
		webauthn.WithExclusions(webauthn.Credentials(who.credential).CredentialDescriptors())) // not twice on the same authenticator
	if err != nil {
		return nil, fault.New(fault.Internal, "access.passkey_options", "could not offer a passkey: %w", err)
	}
	offer.Response.Challenge = h.door.challenge(toAdd + s.hash)
	return json.Marshal(offer)
}

// AddPasskey takes the new passkey that a browser made for the person of the session.
func (h *Hub) AddPasskey(ctx context.Context, token string, at Site, label string, answer []byte) error {
	s, p, err := h.fresh(ctx, token)
	if err != nil {
		return err
	}
	if err := access.CheckText("name of the passkey", label, maxLabel); err != nil {
		return err
	}
	made, err := h.verifyNew(ctx, at, p, toAdd+s.hash, answer)
	if err != nil {
		return err
	}
	h.adding.Lock() // of two that bring the same credential only one may have it
	defer h.adding.Unlock()
	switch _, _, taken := h.ownerOf(made.ID); { // WebAuthn 3, section 7.1, step 26: no credential belongs to two
	case taken:
		return fault.New(fault.Conflict, "access.passkey_taken", "could not add the passkey: it is here already")
	case len(h.factorsOf(p.ID).passkeys) >= maxPasskeys:
		return fault.New(fault.Conflict, "access.too_many_passkeys", "could not add the passkey: there are %d already", maxPasskeys).Hinted("remove one that you do not use")
	}
	sum := sha256.Sum256(made.ID)
	k := passkey{ID: hex.EncodeToString(sum[:6]), Label: label, RP: at.RP, Handle: h.holderOf(ctx, p, at).handle, Added: h.door.now(), Credential: *made}
	if err := h.putPasskey(ctx, p.ID, k); err != nil {
		return err
	}
	if _, err := h.Do(ctx, Request{Actor: access.ByDoor, Command: access.AddCredential{User: p.ID, Credential: access.Passkey, ID: k.ID}}); err != nil {
		_ = h.store.DeleteSecret(context.WithoutCancel(ctx), passkeyPrefix+strings.ToLower(p.ID)+"/"+k.ID) // what stays behind is no one's: only what is in memory counts until the next start
		return err
	}
	h.changeFactors(p.ID, func(f *factors) { f.passkeys = append(f.passkeys, &k) })
	return nil
}

// verifyNew checks a new credential (WebAuthn 3, section 7.1) and uses its challenge up.
func (h *Hub) verifyNew(ctx context.Context, at Site, p access.Person, purpose string, answer []byte) (*webauthn.Credential, error) {
	w, err := party(at)
	if err != nil {
		return nil, err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return nil, errPasskey
	}
	challenge := parsed.Response.CollectedClientData.Challenge
	if err := h.door.asked(challenge, purpose); err != nil {
		return nil, err
	}
	who := h.holderOf(ctx, p, at)
	made, err := w.CreateCredential(who, webauthn.SessionData{Challenge: challenge, RelyingPartyID: at.RP, UserID: who.handle, UserVerification: protocol.VerificationRequired,
		CredParams: webauthn.CredentialParametersRecommendedL3()}, parsed)
	if err != nil || len(made.ID) > maxCredentialID {
		return nil, errPasskey
	}
	made.Attestation = webauthn.CredentialAttestation{} // none was asked for, and nothing is checked against it later
	return made, h.door.spend(challenge)
}
