package order

import "time"

const (
	MaxOrder   = 8 << 10        // bytes of an order: it must fit on paper as a QR sequence and be read by a person
	MaxReason  = 1 << 10        // bytes of the reason: two paragraphs
	MaxHead    = 256            // bytes of the journal head: a short head has 20, a full hash 64
	MaxTargets = 200            // hosts in one order: what still fits into MaxOrder at usual lengths
	MaxN       = 1<<53 - 1      // largest integer that every JSON reader keeps exact (RFC 8259, section 6)
	MaxLife    = 72 * time.Hour // longest validity: a host that was off over a weekend
	MaxLease   = 7 * 24 * 3600  // seconds of the longest lease: nobody who died takes a host off for more than a week
	MaxConfirm = 600            // seconds of the longest trial: what Junos gives by default (commit confirmed, 10 min)
	maxID      = 63             // of an id of the model
	maxKeys    = 64             // keys of each kind in a root: a provider's crisis team with replacements; MaxOrder holds about 40 key files or 18 passkeys
	rootRest   = 2 << 10        // bytes that an order of class trust needs beside its params: reason, names, times
	maxOrigins = 8              // origins in an order of class trust: each takeover adds one
	maxHubs    = 8              // addresses of a hub: four machines in two families

	CutManyPeople = 3 // people with approver keys before many hosts can be cut at once: two who agree, and one who is left to open them again with either

	MaxApproval = 12 // approvals on one order: no class asks for more; a larger number only costs the agent time

	MaxReceipt  = 8 << 10 // bytes of a receipt: as an order
	MaxEvidence = 2 << 10 // bytes of rules text in a receipt: three chains with a few hub addresses take 1 KiB

	DefaultLife    = 15 * time.Minute // validity of an order that says nothing else
	DefaultLease   = 1800             // seconds; renewed every third of it while the order holds
	DefaultConfirm = 120              // seconds of the trial

	backdated = time.Minute // how long before its draft an order begins: agent time may lag behind by a lost exchange

	OfferLife = 15 * time.Minute // validity of an enrolment token: someone is standing at the host
	MinToken  = 16               // bytes of a token as text: 96 bits in base64 cannot be guessed in 15 minutes

	maxWords  = 16   // receipts per order and host: accepted, executed and released, each with a crash or a second way in
	maxStrays = 1000 // refusals per host of orders that the hub never drafted: a captured host must not be able to fill the journal
)
