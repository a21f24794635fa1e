package catalogue

// CustomerClass decides which law a customer stands under, and so which duties run for it.
type CustomerClass string

// The classes of customers.
const (
	ClassFederal  CustomerClass = "federal"  // insurer under federal supervision
	ClassState    CustomerClass = "state"    // insurer under the supervision of a Land
	ClassPrivate  CustomerClass = "private"  // private insurer, BaFin and DORA
	ClassPractice CustomerClass = "practice" // health care provider
	ClassInternal CustomerClass = "internal" // the provider itself
)

var customerClasses = []CustomerClass{ClassFederal, ClassState, ClassPrivate, ClassPractice, ClassInternal}

var languages = []string{"de", "en"}

// Customer is one for whom services run (Kunde): one row of customers.csv.
type Customer struct {
	ID        string        `json:"id"`
	Name      string        `json:"name"`
	Class     CustomerClass `json:"class"`
	Weight    int           `json:"weight"` // insured persons or doctors; 0 for the provider itself
	Lang      string        `json:"lang"`
	Profile   string        `json:"profile,omitempty"`   // makes an environment of its own with the customer's id
	Authority string        `json:"authority,omitempty"` // id of the stakeholder that supervises it
	Order     []string      `json:"order,omitempty"`     // agreed order of services, first one first
}

// contactKinds is the closed list of channels.
var contactKinds = []string{"mobile", "landline", "mail", "private-mail", "fax", "courier", "webhook"}

// contactRoles is the closed list of who answers a channel.
var contactRoles = []string{"crisis-lead", "it-lead", "data-protection", "board", "press", "office"}

// Contact is one channel to one person or office: one row of contacts.csv.
// Via names the cells' service and environment that the channel runs over: when that cell is off, the channel is skipped at once.
type Contact struct {
	ID      string `json:"id"`
	Who     Ref    `json:"who"` // customer, stakeholder or team
	Role    string `json:"role"`
	Person  string `json:"person,omitempty"`
	Kind    string `json:"kind"`
	Address string `json:"address"`
	Via     CellID `json:"via,omitempty"`
	Lang    string `json:"lang"`
	Checked string `json:"checked"` // day on which someone last reached them, YYYY-MM-DD
}

// stakeholderKinds is the closed list of those who must hear of an incident without being customers.
var stakeholderKinds = []string{"authority", "association", "partner", "press", "supplier", "public", "police"}

// Stakeholder is an authority, an association or another multiplier, a partner, the press, a supplier, or the insured public.
type Stakeholder struct {
	ID   string `json:"id"`
	Name Text   `json:"name"`
	Kind string `json:"kind"`
	Duty Text   `json:"duty,omitzero"` // what for they must be told
}
