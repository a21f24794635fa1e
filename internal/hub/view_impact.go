package hub

// ImpactView answers "what is lost, for whom, if this goes off?".
type ImpactView struct {
	Frame     Frame
	Off       []Choice // what was asked for, as references
	Sites     []Choice // what can be asked for
	Services  []Choice
	Hosts     []Choice
	Clients   []Choice
	Cells     []ImpactCell
	Customers []ImpactCustomer
	Totals    ImpactTotals
	Hidden    int      // cells left out of Cells because the list is long
	Cuttable  []Choice // hosts among Off for which a cut can be proposed: an agent is enrolled
	Unmanned  []Choice // hosts among Off without an agent
	Missing   int      // people with approver keys who are missing before many hosts can be cut off at once
}

// ImpactCell is one cell that suffers.
type ImpactCell struct {
	Cell    string
	Service Label
	Env     Label
	Lost    bool // else degraded
	Via     []string
}

// ImpactCustomer is what one customer loses.
type ImpactCustomer struct {
	Customer Choice
	Weight   int // thousands of insured persons, or doctors
	Lost     []Choice
	Degraded []Choice
}

// ImpactTotals is the sum in one line.
type ImpactTotals struct {
	Lost, Degraded, Customers, Weight int
}
