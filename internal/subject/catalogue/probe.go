package catalogue

// Probe is a check as data: what to ask, where, and how deep the answer goes. Running it is the business of others.
type Probe struct {
	ID      string `json:"id"`
	Service string `json:"service,omitempty"` // on a host: whose cell the answer is about
	Kind    string `json:"kind"`
	Target  string `json:"target,omitempty"` // HOST:PORT, or an URL for kinds of HTTP; on a host always a literal address of that host
	Depth   int    `json:"depth"`
	From    string `json:"from"` // vantage point
}

// The depths of a probe: how much an answer proves. Below DepthFunction nothing counts as restored.
const (
	DepthName     = 0 // the name resolves
	DepthPort     = 1 // TCP connects
	DepthTLS      = 2 // TLS stands, and the certificate's facts are known
	DepthGreeting = 3 // the protocol answers
	DepthFunction = 4 // a functional round trip
)

// probeKinds is the closed list of kinds with the depth each can reach and the way its target is written.
var probeKinds = map[string]struct {
	deepest int
	url     bool
}{
	"dns":       {DepthFunction, false},
	"ntp":       {DepthFunction, false},
	"tcp":       {DepthPort, false},
	"tls":       {DepthTLS, false},
	"http":      {DepthFunction, true},
	"https":     {DepthFunction, true},
	"smtp":      {DepthFunction, false},
	"pop3":      {DepthFunction, false},
	"imap":      {DepthFunction, false},
	"ldap":      {DepthFunction, false},
	"sql":       {DepthFunction, false},
	"sftp":      {DepthFunction, false},
	"sip":       {DepthGreeting, false}, // OPTIONS answered with 200 or 401, RFC 3261 section 11
	"ike":       {DepthGreeting, false}, // IKE_SA_INIT answered, RFC 7296 section 1.2
	"ebics":     {DepthFunction, true},  // HEV is depth 3, an own-account transfer depth 4
	"connector": {DepthFunction, true},  // connector.sds is depth 3, GetResourceInformation depth 4
	"kim":       {DepthFunction, true},  // serviceinfo is depth 3, a self-addressed test mail depth 4
	"epa":       {DepthFunction, true},  // Information Service
}

// vantages are the points from which a probe may look: inside the telematics infrastructure, the internet, the cell's own segment, the hub.
var vantages = []string{"ti", "internet", "segment", "hub"}
