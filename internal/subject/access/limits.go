package access

import "time"

const (
	MaxUsers = 10_000 // a contact or two for each of 80 insurers and a staff of hundreds; practices do not sign in
	MaxKeys  = 48     // approvers' keys ever enrolled; the trust root holds at most 64 of each kind
	MaxName  = 200    // bytes of a person's or an organisation's name
	MaxShred = 4096   // entries erased at once, as many as any act names; whoever wrote more is erased in several

	MaxCredential = 1023 // bytes of a passkey's id (WebAuthn, section 4, "Credential ID")

	MaxThings      = 32                        // what a guest is given: an incident, its report, a few orders
	MaxInvitations = 200                       // open at once: a whole crisis team and every customer's contact on the first day
	MaxStay        = 90 * 24 * time.Hour       // a guest's, before somebody has to say again that they are still needed
	MaxTokens      = 16                        // of one person at once: a program each, and a few that were forgotten
	MaxTokenLife   = 90 * 24 * time.Hour       // a token that nobody renews for a quarter of a year is one that nobody remembers
	MaxTerm        = 10 * 365 * 24 * time.Hour // of an account with an end at all: beyond that it is a mistyped century
)
