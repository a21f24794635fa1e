package cli

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
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
	Incident string `help:"For --cut: the incident it belongs to."`
	Reason   string `required:"" help:"Why; those who approve read it."`
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
	return d.print(io, "proposed to cut, measure")
}

// OrderSaveCmd fetches an order.
type OrderSaveCmd struct {
	ID  string `arg:"" help:"Order id."`
	Out string `required:"" type:"path" help:"File to write."`
}

// Run writes the envelope into the file.
func (c OrderSaveCmd) Run(io *IO, all *commands) error {
	e, err := all.Order.fetch(io, c.ID)
	if err != nil {
		return err
	}
	if err := writeNew(c.Out, e.Marshal(), 0o644); err != nil {
		return err
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

func (c OrderCmd) fetch(io *IO, id string) (seal.Envelope, error) {
	var e seal.Envelope
	return e, c.call(io.Ctx, http.MethodGet, "/api/v1/order/"+id, struct{}{}, &e)
}

// OrderApproveCmd approves an order.
type OrderApproveCmd struct {
	Order string `arg:"" help:"Order id at the hub, or a file from 'order save'."`
	With  string `required:"" type:"path" help:"Private key file of the approver."`
	Out   string `type:"path" help:"Write the approval into this file instead of giving it to the hub."`
}

// Run shows what is approved, signs it, and hands the approval on.
func (c OrderApproveCmd) Run(io *IO, all *commands) error {
	file, err := readFile(io.In, c.With, maxPasswordFile)
	if err != nil {
		return err
	}
	key, err := seal.ParseSigner(file)
	if err != nil {
		return err
	}
	e, o, err := all.Order.load(io, c.Order)
	if err != nil {
		return err
	}
	approval := seal.Approve(key, e.PayloadType, e.Payload)
	if c.Out != "" {
		data, err := json.Marshal(approval)
		if err != nil {
			return fault.New(fault.Internal, "order.approval", "could not write the approval: %w", err)
		}
		if err := writeNew(c.Out, data, 0o644); err != nil {
			return err
		}
		fmt.Fprint(io.Err, describe(o, order.Hash(e.Payload)))
		return nil
	}
	a := order.Approve{ID: o.ID, Approval: approval}
	d, err := all.Order.do(io.Ctx, a.Name(), When{}, a)
	if err != nil {
		return err
	}
	return d.print(io, "approved "+string(o.ID))
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
		e, err = c.fetch(io, from)
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
		report.Verdict, report.Code, err = c.judge(io, e)
		if err != nil {
			return err
		}
	}
	if io.JSON {
		if err := printJSON(io, report); err != nil {
			return err
		}
	} else {
		fmt.Fprint(io.Out, describe(o, order.Hash(e.Payload)))
		fmt.Fprintf(io.Out, "approvals  %d\nverdict    %s\n", len(e.Approvals), report.Verdict)
	}
	if report.Verdict == "refused" {
		return Exit(fault.ExitNegative)
	}
	return nil
}

// judge asks the same question that an agent asks, but for number, host and time, which are the agent's own.
func (c OrderVerifyCmd) judge(io *IO, e seal.Envelope) (verdict, code string, err error) {
	file, err := readFile(io.In, c.Root, maxRoot)
	if err != nil {
		return "", "", err
	}
	var root order.Root
	if err := json.Unmarshal(file, &root, json.RejectUnknownMembers(true)); err != nil {
		return "", "", fault.New(fault.Invalid, "order.root", "could not read the trust root %s: %w", c.Root, err)
	}
	o, err := order.Parse(e.Payload)
	if err != nil {
		return "", "", err
	}
	if _, err := order.Verify(e, root, o.Targets[0], order.Last{}, o.NotBefore.Add(time.Second)); err != nil {
		return "refused", fault.CodeOf(err), nil
	}
	return "obeyed", "", nil
}

const maxRoot = 256 << 10 // bytes; a trust root of a hundred approvers has about 30 KB

type orderSaid struct {
	Schema    string `json:"schema"`
	Order     string `json:"order"` // the payload, byte for byte
	Hash      string `json:"hash"`
	Approvals int    `json:"approvals"`
	Signed    bool   `json:"signed"`
	Verdict   string `json:"verdict"` // obeyed, refused, or unchecked without a root
	Code      string `json:"code,omitempty"`
}

func orderReport(e seal.Envelope) orderSaid {
	return orderSaid{Schema: "blackstart/order/1", Order: string(e.Payload), Hash: order.Hash(e.Payload), Approvals: len(e.Approvals), Signed: len(e.Signatures) > 0, Verdict: "unchecked"}
}

// describe says in a few lines what an order does; it is read before signing.
func describe(o order.Order, hash string) string {
	return fmt.Sprintf("order      %s (number %d)\nclass      %s\nverb       %s\ntargets    %v\nexpires    %s\nreason     %s\nhash       %s\n",
		o.ID, o.N, o.Class, o.Verb, o.Targets, o.Expires.Format("2006-01-02 15:04:05 MST"), o.Reason, hash)
}
