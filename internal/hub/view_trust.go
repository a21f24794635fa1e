package hub

import "time"

// RootView is a trust root as people read it, on the page and on paper for the safe.
type RootView struct {
	Version   uint64 // 0 when there is none
	Origin    string
	Hubs      []string // fingerprints
	Threshold int
	People    int
	Keys      []KeyLine
	Since     time.Time // when it came into force here
	Seq       uint64
}

// TrustState says whom agents obey, and what stands between that and whom this house would have them obey.
type TrustState struct {
	Version uint64 `json:"version"`
	Ruled   bool   `json:"ruled"`            // only an order of class trust changes it
	Known   bool   `json:"known"`            // the root names this hub's key; after a takeover it does not
	Differs bool   `json:"differs"`          // the keys or the hub here are not those of the root
	People  int    `json:"people"`           // who can approve
	Missing int    `json:"cut_many_missing"` // people with keys who are missing before many hosts can be cut off at once
	Order   string `json:"order,omitempty"`  // the order of class trust that is on its way; empty when none is
	Waits   bool   `json:"waits"`            // it waits for approval, else for agents
	Behind  int    `json:"behind"`           // agents that obey an older root
	Agents  int    `json:"agents"`
}

// TrustChange is what an order of class trust changes.
type TrustChange struct {
	From, To       RootView
	Added, Removed []KeyLine
	NewHub         bool
	Addresses      []string // where agents call from then on; none when that stays
	CA             string   // the certificate they shall find there; empty when that stays
	Behind         int      // agents that do not obey it yet
}

// PasskeyRef is a passkey of the reader, for a browser to find.
type PasskeyRef struct {
	Credential  []byte
	Fingerprint string
	RP          string
}
