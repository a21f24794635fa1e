package catalogue

// Event is something that happened to the catalogue in force.
//
//sumtype:decl
type Event interface {
	Kind() string
	event()
}

// Adopted says that a revision came into force. Its bundle is the blob of that digest; what changed follows from the two bundles and is not repeated here.
type Adopted struct {
	SHA256 string `json:"sha256"`
	Counts Counts `json:"counts"`
}

// Kind is the word in the journal.
func (Adopted) Kind() string { return "catalogue.adopted" }
func (Adopted) event()       {}

// Counts says how large a revision is.
type Counts struct {
	Sites        int `json:"sites"`
	Environments int `json:"environments"`
	Services     int `json:"services"`
	Cells        int `json:"cells"`
	Customers    int `json:"customers"`
	Hosts        int `json:"hosts"`
	Teams        int `json:"teams"`
	Contacts     int `json:"contacts"`
	Stakeholders int `json:"stakeholders"`
}

// Counts gives the size of the catalogue.
func (c *Catalogue) Counts() Counts {
	return Counts{
		Sites: len(c.Sites), Environments: len(c.Environments), Services: len(c.Services), Cells: len(c.graph.cells), Customers: len(c.Customers),
		Hosts: len(c.Hosts), Teams: len(c.Teams), Contacts: len(c.Contacts), Stakeholders: len(c.Stakeholders),
	}
}
