package contain

const (
	MaxMeasures = 100_000 // fifty cuts for each of 2,000 agents; bounds the state against a runaway client
	MaxReason   = 2_000   // bytes; what two approvers must have read before they sign
	MaxCells    = 4_096   // cells of one host in one event; a real host carries a few
	MaxProbes   = 256     // looks in one check: as many probes as the catalogue allows for one host
	MaxProbe    = 500     // bytes of a probe's kind, target or detail: an URL and a sentence
)
