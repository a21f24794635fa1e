package cli

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/seal"
	"blackstart/internal/subject/catalogue"
	"blackstart/internal/subject/contain"
	"blackstart/internal/subject/incident"
	"blackstart/internal/subject/order"
)

// OrderCmd drafts, approves and carries orders from the command line: the second path, beside the browser, by which an approver sees what they sign.
type OrderCmd struct {
	Client `embed:""`

	Key     OrderKeyCmd     `cmd:"" help:"Make a key to approve orders with."`
	New     OrderNewCmd     `cmd:"" help:"Propose to cut a host off, or to open it again."`
	Save    OrderSaveCmd    `cmd:"" help:"Fetch an order from the hub into a file."`
	Approve OrderApproveCmd `cmd:"" help:"Approve an order: from a file into a file, or at the hub."`
	Verify  OrderVerifyCmd  `cmd:"" help:"Check an order in a file: what it says and who stands behind it."`
	Root    OrderRootCmd    `cmd:"" help:"Print whom agents obey, and what is due about it."`
	Trust   OrderTrustCmd   `cmd:"" help:"Propose that agents obey the people, keys and hub of this house as they are now."`
}

// OrderKeyCmd makes an approver's key.
type OrderKeyCmd struct {
	Out  string `required:"" type:"path" help:"File for the private key; the public one goes to the same name with .pub."`
	Name string `default:"approver" help:"Name that the key file carries."`
}

// Run makes the key and prints its fingerprint.
func (c OrderKeyCmd) Run(io *IO) error {
	key, err := seal.Generate(c.Name)
	if err != nil {
		return err
	}
	if err := writeNew(c.Out, key.PEM(), 0o600); err != nil {
		return err
	}
	if err := writeNew(c.Out+".pub", []byte(key.Public().String()+"\n"), 0o644); err != nil {
		return err
	}
	if io.JSON {
		return printJSON(io, keyReport{Schema: "blackstart/order-key/1", Fingerprint: key.Public().Fingerprint(), Public: key.Public().String()})
	}
	_, err = fmt.Fprintf(io.Out, "%s\nprivate key  %s\npublic key   %s.pub\n", key.Public().Fingerprint(), c.Out, c.Out)
	return err
}

type keyReport struct {
	Schema      string `json:"schema"`
	Fingerprint string `json:"fingerprint"`
	Public      string `json:"public"`
}

// OrderNewCmd proposes a cut or an opening; the order follows from it.
type OrderNewCmd struct {
	Cut      string `xor:"what" required:"" help:"Host to cut off."`
	Open     string `xor:"what" required:"" help:"Measure whose host is to be opened again."`
	Incident string `help:"For --cut: the incident it belongs to; default: the one that runs."`
	Reason   string `required:"" help:"Why. It stands with the measure, for the house to read; the order itself names only the measure."`
}

// Run gives the proposal to the hub.
func (c OrderNewCmd) Run(io *IO, all *commands) error {
	if c.Open != "" {
		o := contain.Open{ID: contain.ID(c.Open), Reason: c.Reason}
		d, err := all.Order.do(io.Ctx, o.Name(), When{}, o)
		if err != nil {
			return err
		}
		return d.print(io, "proposed to open, order")
	}
	p := contain.Propose{Incident: incident.ID(c.Incident), Host: catalogue.NewRef(catalogue.RefHost, c.Cut), Reason: c.Reason}
	d, err := all.Order.do(io.Ctx, p.Name(), When{}, p)
	if err != nil {
		return err
	}
	if err := d.print(io, "proposed to cut, measure"); err != nil || io.JSON || len(d.IDs) < 2 {
		return err
	}
	_, err = fmt.Fprintf(io.Out, "approve it with: blackstart order approve %s --with KEYFILE\n", d.IDs[1])
	return err
}

// OrderSaveCmd fetches an order.
type OrderSaveCmd struct {
	ID  string `arg:"" help:"Order id."`
	Out string `required:"" type:"path" help:"File to write."`
	PAE string `name:"to-sign" type:"path" help:"Also write the bytes that are signed, for 'ssh-keygen -Y sign -n order@blackstart' elsewhere."`
}

// Run writes the envelope into the file.
func (c OrderSaveCmd) Run(io *IO, all *commands) error {
	e, _, err := all.Order.fetch(io, c.ID)
	if err != nil {
		return err
	}
	if err := writeNew(c.Out, e.Marshal(), 0o644); err != nil {
		return err
	}
	if c.PAE != "" {
		if err := writeNew(c.PAE, e.Bytes(), 0o644); err != nil {
			return err
		}
	}
	return c.say(io, e)
}

func (c OrderSaveCmd) say(io *IO, e seal.Envelope) error {
	if io.JSON {
		return printJSON(io, orderReport(e))
	}
	_, err := fmt.Fprintf(io.Out, "saved %s (%s), %d approvals, %d signatures\n", c.ID, filepath.Base(c.Out), len(e.Approvals), len(e.Signatures))
	return err
}

// fetch asks the hub for an order, and believes only an answer that is that order.
func (c OrderCmd) fetch(io *IO, id string) (seal.Envelope, order.Order, error) {
	var e seal.Envelope
	if err := c.call(io.Ctx, http.MethodGet, "/api/v1/order/"+url.PathEscape(id), struct{}{}, &e); err != nil {
		return e, order.Order{}, err
	}
	if e.PayloadType != order.PayloadType {
		return e, order.Order{}, fault.New(fault.Conflict, "order.type", "could not take order %s from the hub: it holds %q, not an order", id, e.PayloadType)
	}
	o, err := order.Parse(e.Payload)
	if err == nil && !strings.EqualFold(string(o.ID), id) {
		err = fault.New(fault.Conflict, "order.other", "could not take order %s from the hub: it answered with order %s", id, o.ID).Hinted("the hub is broken or captured: approve nothing that it shows")
	}
	return e, o, err
}

// load reads an order from a file if there is one of that name, else from the hub.
func (c OrderCmd) load(io *IO, from string) (seal.Envelope, order.Order, error) {
	var e seal.Envelope
	var err error
	if _, statErr := os.Stat(from); statErr == nil || from == "-" {
		var data []byte
		if data, err = readFile(io.In, from, seal.MaxEnvelope); err == nil {
			e, err = seal.ParseEnvelope(data, order.PayloadType)
		}
	} else {
		return c.fetch(io, from)
	}
	if err != nil {
		return e, order.Order{}, err
	}
	o, err := order.Parse(e.Payload)
	return e, o, err
}

// OrderVerifyCmd checks an order in a file.
type OrderVerifyCmd struct {
	File string `arg:"" help:"File from 'order save', or - for standard input."`
	Root string `type:"path" help:"Trust root to check signatures and approvals against: root.json of an agent's directory."`
}

// Run says what the order says, and whether an agent with that root would obey it.
func (c OrderVerifyCmd) Run(io *IO, all *commands) error {
	e, o, err := all.Order.load(io, c.File)
	if err != nil {
		return err
	}
	report := orderReport(e)
	if c.Root != "" {
		if err := c.judge(io, e, &report); err != nil {
			return err
		}
	}
	if io.JSON {
		if err := printJSON(io, report); err != nil {
			return err
		}
	} else {
		fmt.Fprint(io.Out, describe(o, order.Hash(e.Payload)))
		for _, line := range report.By {
			fmt.Fprintf(io.Out, "approval   %s\n", plainText(line))
		}
		fmt.Fprintf(io.Out, "approvals  %d\nverdict    %s\n", len(e.Approvals), report.Verdict)
		if report.Why != "" {
			fmt.Fprintf(io.Out, "because    %s (%s)\n", indented(report.Why), report.Code)
		}
	}
	if report.Verdict == "refused" {
		return Exit(fault.ExitNegative)
	}
	return nil
}

// judge asks the same question that an agent asks, but for number, host and time, which are the agent's own, and says of each approval whose it is.
func (c OrderVerifyCmd) judge(io *IO, e seal.Envelope, report *orderSaid) error {
	file, err := readFile(io.In, c.Root, maxRoot)
	if err != nil {
		return err
	}
	var root order.Root
	if err := json.Unmarshal(file, &root, json.RejectUnknownMembers(true)); err != nil {
		return fault.New(fault.Invalid, "order.root", "could not read the trust root %s: %w", c.Root, err)
	}
	if err := root.Check(); err != nil {
		return err
	}
	o, err := order.Parse(e.Payload)
	if err != nil {
		return err
	}
	for _, given := range e.Approvals {
		a, err := root.Approver(given, e.Payload)
		if err != nil {
			report.By = append(report.By, err.Error())
			continue
		}
		report.By = append(report.By, fmt.Sprintf("%s, %s %s", a.Person, a.Kind, a.Fingerprint()))
	}
	self := order.Host("host:any")
	if len(o.Targets) > 0 {
		self = o.Targets[0]
	}
	if _, err := order.Verify(e, root, self, order.Last{}, o.NotBefore.Add(time.Second)); err != nil {
		report.Verdict, report.Code, report.Why = "refused", fault.CodeOf(err), err.Error()
		return nil
	}
	report.Verdict = "obeyed"
	return nil
}

const maxRoot = 256 << 10 // bytes; a trust root of a hundred approvers has about 30 KB

type orderSaid struct {
	Schema    string   `json:"schema"`
	Order     string   `json:"order"` // the payload, byte for byte
	Hash      string   `json:"hash"`
	Approvals int      `json:"approvals"`
	Signed    bool     `json:"signed"`
	Verdict   string   `json:"verdict"` // obeyed, refused, or unchecked without a root
	Code      string   `json:"code,omitempty"`
	Why       string   `json:"why,omitempty"` // the same in words
	By        []string `json:"by,omitempty"`  // each approval: whose it is, or why it is nobody's
}

func orderReport(e seal.Envelope) orderSaid {
	return orderSaid{Schema: "blackstart/order/1", Order: string(e.Payload), Hash: order.Hash(e.Payload), Approvals: len(e.Approvals), Signed: len(e.Signatures) > 0, Verdict: "unchecked"}
}
