package cli

import (
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"runtime/debug"
	"strings"
	"time"

	"blackstart/internal/edge/agent"
	"blackstart/internal/edge/wire"
	"blackstart/internal/fault"
	"blackstart/internal/ledger/seal"
	"blackstart/internal/subject/order"
)

// AgentCmd is the host's side: it enrols, obeys, takes orders carried by hand, and says how it stands.
type AgentCmd struct {
	Offer  AgentOfferCmd  `cmd:"" help:"At the hub: make a one-time token with which one host can enrol."`
	Enrol  AgentEnrolCmd  `cmd:"" help:"Make this host's agent, with a one-time token from the hub."`
	Run    AgentRunCmd    `cmd:"" help:"Obey the hub's orders until interrupted."`
	Apply  AgentApplyCmd  `cmd:"" help:"Execute an order that was carried here as a file."`
	Status AgentStatusCmd `cmd:"" help:"Say how the agent in a directory stands."`
}

// AgentEnrolCmd enrols.
type AgentEnrolCmd struct {
	Hub   string `required:"" placeholder:"https://IP:PORT" help:"The hub at a literal address; names are not resolved."`
	CA    string `required:"" name:"ca" placeholder:"FINGERPRINT" help:"Fingerprint of the hub's authority, as the hub printed it."`
	Token string `env:"BLACKSTART_ENROL_TOKEN" help:"One-time token for this host, good for 15 minutes. Everybody on this machine can read an argument: better give --token-file or the variable."`
	File  string `name:"token-file" type:"path" help:"File with the token, or - for standard input."`
	Host  string `required:"" placeholder:"ID" help:"This host's id in the catalogue."`
	Dir   string `required:"" type:"path" help:"Directory for the agent's key and memory; must be on a disk that keeps what is synced."`
}

type enrolReport struct {
	Schema    string     `json:"schema"`
	Host      order.Host `json:"host"`
	Root      uint64     `json:"root_version"`
	Origin    string     `json:"origin"`
	Hubs      []string   `json:"hub_keys"`
	Approvers []string   `json:"approvers"` // person and fingerprint
}

// Run enrols and reads the trust root out, so that it can be compared on the phone.
func (c AgentEnrolCmd) Run(io *IO) error {
	hub, err := hubAddress(c.Hub)
	if err != nil {
		return err
	}
	pin, err := wire.ParsePin(c.CA)
	if err != nil {
		return err
	}
	host := hostRef(c.Host)
	if !host.Valid() {
		return fault.New(fault.Invalid, "agent.host", "could not enrol %q: it is not an id", c.Host)
	}
	token, err := c.token(io)
	if err != nil {
		return err
	}
	root, err := agent.Enrol(io.Ctx, c.Dir, hub, pin, host, token)
	if err != nil {
		return err
	}
	r := enrolReport{Schema: "blackstart/agent-enrol/1", Host: host, Root: root.Version, Origin: plainText(root.Origin)}
	for _, k := range root.Hub {
		r.Hubs = append(r.Hubs, k.Fingerprint())
	}
	for _, a := range root.Approvers {
		r.Approvers = append(r.Approvers, string(a.Person)+" "+a.Fingerprint())
	}
	if io.JSON {
		return printJSON(io, r)
	}
	_, err = fmt.Fprintf(io.Out, "enrolled   %s\nobeys      %s, trust root %d\nhub key    %s\napprovers  %s\n\nCompare these with the hub's before you rely on this agent.\n",
		r.Host, r.Origin, r.Root, strings.Join(r.Hubs, "\n           "), strings.Join(r.Approvers, "\n           "))
	return err
}

// token is what the hub offered: from a file before the variable or the argument.
func (c AgentEnrolCmd) token(io *IO) (string, error) {
	if c.File != "" {
		file, err := readFile(io.In, c.File, maxPasswordFile)
		return strings.TrimSpace(string(file)), err
	}
	if c.Token == "" {
		return "", Usage("could not enrol: no token is given; ask for one with 'blackstart agent offer' and give it by --token-file, - for standard input")
	}
	return c.Token, nil
}

// hubAddress reads https://IP:PORT; 443 where no port is given.
func hubAddress(text string) (netip.AddrPort, error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" || u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" {
		return netip.AddrPort{}, badHub(text)
	}
	port := u.Port()
	if port == "" {
		port = "443"
	}
	host := u.Hostname()
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	a, err := netip.ParseAddrPort(host + ":" + port)
	if err != nil {
		return netip.AddrPort{}, badHub(text)
	}
	return a, nil
}

func badHub(text string) error {
	return fault.New(fault.Invalid, "agent.hub", "could not read the hub's address %q: want https://IP:PORT", text).Hinted("a name would need a name service, which the attacker may own")
}

// hostRef takes an id or a reference.
func hostRef(text string) order.Host { return order.Host("host:" + order.Host(text).ID()) }

// Isolating is what 'run' and 'apply' have in common.
type Isolating struct {
	Dir      string `required:"" type:"path" help:"The agent's directory."`
	Simulate bool   `help:"Cut nothing off, for drills without namespaces; every page says so."`
}

func (c Isolating) config(io *IO) (agent.Config, error) {
	config := agent.Config{Dir: c.Dir, Simulated: c.Simulate, Version: revisionOf(debug.ReadBuildInfo()), Log: slog.New(slog.NewTextHandler(io.Err, nil))}
	if c.Simulate {
		config.Isolation = agent.NewSimulated(time.Now)
		return config, nil
	}
	var err error
	config.Isolation, err = agent.NewKernel()
	return config, err
}

// revisionOf is the revision that the linker recorded, which the agent tells its hub.
func revisionOf(info *debug.BuildInfo, ok bool) string {
	if ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				return s.Value
			}
		}
	}
	return "unknown"
}

// AgentRunCmd is the agent's life.
type AgentRunCmd struct{ Isolating }

// Run obeys until the context ends. A standing cut is left to its lease.
func (c AgentRunCmd) Run(io *IO) error {
	config, err := c.config(io)
	if err != nil {
		return err
	}
	return agent.Run(io.Ctx, config)
}

// AgentApplyCmd executes one order.
type AgentApplyCmd struct {
	Isolating
	Order string `arg:"" placeholder:"ORDERFILE" help:"File from 'order save', with approvals and signature, or - for standard input."`
	Out   string `type:"path" help:"Write the signed receipt into this file, to be carried back."`
}

type applyReport struct {
	Schema string       `json:"schema"`
	Order  order.ID     `json:"order"`
	Status order.Status `json:"status"`
	Code   order.Code   `json:"code,omitempty"`
	Before string       `json:"before"`
	After  string       `json:"after"`
}

// Run executes the order and says what came of it. A refusal is a negative verdict, not a failure.
func (c AgentApplyCmd) Run(io *IO) error {
	config, err := c.config(io)
	if err != nil {
		return err
	}
	file, err := readFile(io.In, c.Order, seal.MaxEnvelope)
	if err != nil {
		return err
	}
	receipt, err := agent.Apply(io.Ctx, config, file)
	if err != nil {
		return err
	}
	if c.Out != "" {
		if err := writeNew(c.Out, receipt.Marshal(), 0o644); err != nil {
			return err
		}
	}
	r, err := order.ParseReceipt(receipt)
	if err != nil {
		return err
	}
	if err := c.say(io, applyReport{"blackstart/agent-apply/1", r.Order, r.Status, r.Code, r.Before, r.After}); err != nil {
		return err
	}
	if r.Status == order.Refused {
		return Exit(fault.ExitNegative)
	}
	return nil
}

func (c AgentApplyCmd) say(io *IO, r applyReport) error {
	if io.JSON {
		return printJSON(io, r)
	}
	_, err := fmt.Fprintf(io.Out, "order  %s\n%-6s %s\nhost   %s, was %s\n", r.Order, r.Status, r.Code, r.After, r.Before)
	return err
}

// AgentStatusCmd looks at a directory.
type AgentStatusCmd struct {
	Dir string `required:"" type:"path" help:"The agent's directory."`
}

type agentReport struct {
	Schema string `json:"schema"`
	agent.Status
}

// Run prints how the agent stands.
func (c AgentStatusCmd) Run(io *IO) error {
	s, err := agent.Look(c.Dir)
	if err != nil {
		return err
	}
	if io.JSON {
		return printJSON(io, agentReport{"blackstart/agent-status/1", s})
	}
	if s.Ahead >= aheadWorth {
		fmt.Fprintf(io.Err, "warning: the hub has put the time %s before what this host counted itself: it was switched off that long, or the hub lied\n", time.Duration(s.Ahead)*time.Second)
	}
	fmt.Fprintf(io.Out, "host       %s\nrunning    %v\nisolation  %s%s\nlast order %d (read %d)\nwaiting    %d receipts\nhub        %s\nas of      %s agent time\n",
		s.Host, s.Running, s.Isolation, under(s), s.Last.Approved, s.Last.Read, s.Waiting, strings.Trim(fmt.Sprint(s.Hubs), "[]"), s.Time.Format("2006-01-02 15:04:05 MST"))
	return nil
}

// aheadWorth is how many seconds of difference are worth a word: a reboot takes less.
const aheadWorth = 300

// under names the order that a cut goes back to, and its end.
func under(s agent.Status) string {
	switch {
	case s.Order == "":
		return ""
	case s.Ends.IsZero():
		return " by order " + string(s.Order) + ", until released"
	default:
		return " by order " + string(s.Order) + ", until " + s.Ends.Format("2006-01-02 15:04:05 MST")
	}
}
