package cli

// commands is the command line. A command stands here from the day it works.
type commands struct {
	JSON   bool     `help:"Print one JSON object."`
	Strict bool     `help:"Let warnings fail the command."`
	Key    []string `name:"unseal" placeholder:"FILE" help:"File with a key or with shares that open a sealed record; - to enter them. May be repeated."`

	Serve     ServeCmd     `cmd:"" help:"Run a hub over a data directory."`
	Drill     DrillCmd     `cmd:"" help:"Play a scenario with people, hosts and time of its own."`
	Incident  IncidentCmd  `cmd:"" help:"Open, log, set and close incidents at a hub."`
	Catalogue CatalogueCmd `cmd:"" help:"Check, show, compare, export and adopt catalogues."`
	Impact    ImpactCmd    `cmd:"" help:"Say what is lost, for whom, if something goes off."`
	Order     OrderCmd     `cmd:"" help:"Draft, approve, carry and check orders."`
	Agent     AgentCmd     `cmd:"" help:"Enrol a host's agent, run it, carry orders to it by hand."`
	Plan      PlanCmd      `cmd:"" help:"Plan who does what when: the order in which the light comes back."`
	Journal   JournalCmd   `cmd:"" help:"Verify, export, import and compare records, with no hub and no network."`
	Copy      CopyCmd      `cmd:"" help:"Say who can open the copies that 'serve --copy-to' keeps."`
	Takeover  TakeoverCmd  `cmd:"" help:"Go on from a copy on another machine, under a new key."`
	Seal      SealCmd      `cmd:"" help:"Encrypt the record of a stopped hub at rest, for officers' keys or paper shares."`
	Unseal    UnsealCmd    `cmd:"" help:"Bring a sealed record back into the clear."`
	Person    PersonCmd    `cmd:"" help:"Say what a hub holds about somebody, and erase it."`
	User      UserCmd      `cmd:"" help:"Add people and tokens at the machine itself."`
	Version   VersionCmd   `cmd:"" help:"Say which build this is."`
}
