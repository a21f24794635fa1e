package catalogue

import "net/netip"

// Provider is the one whose catalogue this is. Customer is the customer of class internal that stands for the provider itself; empty when its own cells are not listed.
type Provider struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Customer string `json:"customer,omitempty"`
	Note     Text   `json:"note,omitzero"`
}

// Site is a place that can go dark as a whole: a data centre, a room, an outside host. Zones are its security zones.
type Site struct {
	ID    string   `json:"id"`
	Name  Text     `json:"name"`
	Zones []string `json:"zones"`
}

// EnvKind says for whom an environment is.
type EnvKind string

// The kinds of environment. A need is looked for in the cell's own environment, then in the shared ones of its site, then in the provider's.
const (
	EnvCustomer EnvKind = "customer"
	EnvShared   EnvKind = "shared"
	EnvProvider EnvKind = "provider"
)

var envKinds = []EnvKind{EnvCustomer, EnvShared, EnvProvider}

// Environment is where services run for one customer, several, a site, or the provider (Umgebung). It is cleared as a whole.
type Environment struct {
	ID        string   `json:"id"`
	Name      Text     `json:"name"`
	Kind      EnvKind  `json:"kind"`
	Profile   string   `json:"profile,omitempty"` // set when the environment was made from a customer's row
	Site      string   `json:"site"`
	Zone      string   `json:"zone"`
	Customers []string `json:"customers,omitempty"`
}

// Profile is the pattern of an environment of one customer's own: each row of customers.csv that names it gets one, with the customer's id.
type Profile struct {
	ID   string `json:"id"`
	Name Text   `json:"name"`
	Site string `json:"site"`
	Zone string `json:"zone"`
}

// Host is a machine that can be cut off on its own. When it is off, the cells of its services in its environment are off.
// Addresses are literal, because in the hour of need no name service may answer.
type Host struct {
	ID        string       `json:"id"`
	Name      Text         `json:"name,omitzero"`
	Names     []string     `json:"names,omitempty"` // names it is known by in logs
	Env       string       `json:"env"`
	Services  []string     `json:"services,omitempty"`
	Addresses []netip.Addr `json:"addresses"`
	Probes    []Probe      `json:"probes,omitempty"`
}

// Cells are the cells that the host carries.
func (h *Host) Cells() []CellID {
	out := make([]CellID, len(h.Services))
	for i, s := range h.Services {
		out[i] = NewCellID(s, h.Env)
	}
	return out
}

// Team is people who restore: how many heads it has at work by day, by night and on weekends.
type Team struct {
	ID      string `json:"id"`
	Name    Text   `json:"name"`
	Day     int    `json:"day"`
	Night   int    `json:"night"`
	Weekend int    `json:"weekend"`
}
