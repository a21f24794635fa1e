package seal

import (
	"fmt"

	"github.com/go-json-experiment/json"

	"blackstart/internal/fault"
)

// PAE is the pre-authentication encoding of DSSE v1.0.2: it binds the type to the payload, so that bytes signed as one thing can never be shown as another.
func PAE(payloadType string, payload []byte) []byte {
	return fmt.Appendf(nil, "DSSEv1 %d %s %d %s", len(payloadType), payloadType, len(payload), payload)
}

// Envelope is a DSSE envelope, extended by Approvals: signatures of machines and of people over the same [PAE] stand apart, since they answer different questions.
type Envelope struct {
	PayloadType string      `json:"payloadType"`
	Payload     []byte      `json:"payload"` // base64 in JSON; kept byte for byte, never encoded anew
	Signatures  []Signature `json:"signatures"`
	Approvals   []Approval  `json:"approvals,omitempty"`
}

// Signature is a machine's: the hub's under an order, an agent's under a receipt.
type Signature struct {
	KeyID string `json:"keyid"` // the key's fingerprint; a hint for looking it up, never trusted
	Sig   []byte `json:"sig"`
}

// Bytes is what signatures and approvals of the envelope cover.
func (e Envelope) Bytes() []byte { return PAE(e.PayloadType, e.Payload) }

// Sign adds a machine's signature.
func (e *Envelope) Sign(s *Signer) {
	e.Signatures = append(e.Signatures, Signature{KeyID: s.Public().Fingerprint(), Sig: s.Sign(e.Bytes())})
}

// SignedBy says whether one of the signatures is the given key's.
func (e Envelope) SignedBy(k Key) bool {
	for _, s := range e.Signatures {
		if k.Verify(e.Bytes(), s.Sig) {
			return true
		}
	}
	return false
}

// ParseEnvelope reads an envelope from foreign bytes and requires its type: unknown members, duplicates and trailing data are refused.
func ParseEnvelope(data []byte, wantType string) (Envelope, error) {
	var e Envelope
	if len(data) > MaxEnvelope {
		return e, fault.New(fault.Invalid, "envelope.size", "could not read the envelope: %d bytes, at most %d", len(data), MaxEnvelope)
	}
	if err := json.Unmarshal(data, &e, json.RejectUnknownMembers(true)); err != nil {
		return e, fault.New(fault.Invalid, "envelope.form", "could not read the envelope: %w", err)
	}
	if e.PayloadType != wantType {
		return e, fault.New(fault.Invalid, "envelope.type", "could not read the envelope: it holds %q, not %q", e.PayloadType, wantType)
	}
	return e, nil
}

// Marshal writes the envelope as JSON.
func (e Envelope) Marshal() []byte {
	data, err := json.Marshal(e)
	if err != nil {
		panic("an envelope did not marshal: " + err.Error()) // impossible: strings and bytes only
	}
	return data
}
