package cli

import (
	"bufio"
	"bytes"
	"cmp"
	"fmt"
	stream "io"
	"os"
	"os/exec"
	"strings"

	"github.com/go-json-experiment/json"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/seal"
	"blackstart/internal/subject/order"
)

// OrderApproveCmd approves an order.
type OrderApproveCmd struct {
	Order string `arg:"" help:"Order id at the hub, or a file from 'order save'."`
	With  string `xor:"key" required:"" type:"path" help:"Private key file of the approver."`
	SSH   string `name:"ssh" xor:"key" required:"" type:"path" placeholder:"KEY.pub" help:"SSH key of the approver, on disk, in an agent or in a security key: ssh-keygen signs with it."`
	Made  string `name:"signature" xor:"key" required:"" type:"path" help:"SSH signature made elsewhere, over the file of 'order save --to-sign': ssh-keygen -Y sign -n order@blackstart."`
	Hash  string `placeholder:"HEX" help:"Hash of the order, or its first 12 digits or more, as you were told it over a second path. Without it you are asked on the terminal."`
	Out   string `type:"path" help:"Write the approval into this file instead of giving it to the hub."`
}

// Run shows what is approved, asks, signs it, and hands the approval on.
func (c OrderApproveCmd) Run(io *IO, all *commands) error {
	sign, err := c.signer(io)
	if err != nil {
		return err
	}
	e, o, err := all.Order.load(io, c.Order)
	if err != nil {
		return err
	}
	hash := order.Hash(e.Payload)
	fmt.Fprint(io.Err, describe(o, hash)) // before anything is signed, and on the stream that no pipe swallows
	if err := c.consent(io, hash); err != nil {
		return err
	}
	approval, err := sign(e)
	if err != nil {
		return err
	}
	if c.Out != "" {
		data, err := json.Marshal(approval)
		if err != nil {
			return fault.New(fault.Internal, "order.approval", "could not write the approval: %w", err)
		}
		return writeNew(c.Out, data, 0o644)
	}
	a := order.Approve{ID: o.ID, Approval: approval}
	d, err := all.Order.do(io.Ctx, a.Name(), When{}, a)
	if err != nil {
		return err
	}
	return d.print(io, "approved "+string(o.ID))
}

// signer is the way to sign that was asked for. What can be wrong with a key is said before anybody reads an order.
func (c OrderApproveCmd) signer(io *IO) (func(seal.Envelope) (seal.Approval, error), error) {
	switch {
	case c.SSH != "":
		return func(e seal.Envelope) (seal.Approval, error) { return signSSH(io, c.SSH, e) }, nil
	case c.Made != "":
		armor, err := readFile(io.In, c.Made, maxPasswordFile)
		if err != nil {
			return nil, err
		}
		a, err := seal.ParseSSHApproval(armor)
		return func(seal.Envelope) (seal.Approval, error) { return a, nil }, err
	}
	file, err := readFile(io.In, c.With, maxPasswordFile)
	if err != nil {
		return nil, err
	}
	key, err := seal.ParseSigner(file)
	return func(e seal.Envelope) (seal.Approval, error) {
		return seal.Approve(key, e.PayloadType, e.Payload), nil
	}, err
}

// signSSH has OpenSSH sign, which knows agents, security keys and passphrases; it asks for a PIN or a touch on the terminal itself.
func signSSH(io *IO, key string, e seal.Envelope) (seal.Approval, error) {
	var armor bytes.Buffer
	sign := exec.CommandContext(io.Ctx, "ssh-keygen", "-Y", "sign", "-f", key, "-n", seal.SSHNamespace)
	sign.Stdin, sign.Stdout, sign.Stderr = bytes.NewReader(e.Bytes()), &armor, io.Err
	if err := sign.Run(); err != nil {
		return seal.Approval{}, fault.New(fault.Unavailable, "order.ssh", "could not sign with %s: ssh-keygen: %w", key, err).
			Hinted("OpenSSH 8.2 or newer signs; without it: 'order save --to-sign FILE', sign elsewhere, and give --signature")
	}
	return seal.ParseSSHApproval(armor.Bytes())
}

const (
	minHash = 12 // hex digits: 48 bits; nobody finds a second order with the same while the first is being approved
	maxYes  = 64 // bytes of an answer that are read
)

// consent makes sure that somebody agreed to these very bytes: by their hash, or by looking at them. The order comes from a hub that may be captured.
func (c OrderApproveCmd) consent(io *IO, hash string) error {
	switch told := strings.ToLower(c.Hash); {
	case told == "" && terminal(io.In):
		return asked(io)
	case len(told) < minHash:
		return fault.New(fault.Invalid, "order.unseen", "could not approve the order: nobody has agreed to what it says").
			Hinted("compare its hash over a second path and give --hash with at least %d digits, or approve it on a terminal", minHash)
	case !strings.HasPrefix(hash, told):
		return fault.New(fault.Conflict, "order.hash", "could not approve the order: its hash is %s, not %s", hash, told).Hinted("this is not the order that you were told of; nothing was signed")
	}
	return nil
}

func asked(io *IO) error {
	fmt.Fprint(io.Err, "Type yes to approve exactly this: ")
	line, err := bufio.NewReader(stream.LimitReader(io.In, maxYes)).ReadString('\n')
	if answer := strings.TrimSpace(line); answer != "yes" {
		return fault.New(fault.Invalid, "order.unseen", "could not approve the order: the answer was %q, not yes", cmp.Or(answer, fmt.Sprint(err)))
	}
	return nil
}

// terminal says whether a person can be asked. A device that is none, /dev/null say, answers nothing, which is not yes.
func terminal(in any) bool {
	f, ok := in.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// describe says in a few lines what an order does; it is read before signing. What others wrote in it can neither steer the terminal nor pass for a line of ours.
func describe(o order.Order, hash string) string {
	text := fmt.Sprintf("order      %s (number %d)\nclass      %s\nverb       %s\ntargets    %v (%d)\n", o.ID, o.N, o.Class, o.Verb, o.Targets, len(o.Targets))
	if p, ok := o.NewTrust(); ok {
		text = fmt.Sprintf("order      %s\nclass      %s\nverb       %s\nfor        every agent that obeys %s\n", o.ID, o.Class, o.Verb, plainText(strings.Join(p.Of, " or "))) + describeRoot(p.Root)
		if len(p.Hubs) > 0 || p.CA != "" {
			text += fmt.Sprintf("calls      %v %s\n", p.Hubs, p.CA)
		}
	}
	if o.End != order.EndNone {
		text += fmt.Sprintf("lasts      %d s, then %s; trial of %d s\n", o.LeaseS, o.End, o.ConfirmS)
	}
	return text + fmt.Sprintf("begins     %s\nexpires    %s\nreason     %s\nhash       %s\n", o.NotBefore.Format(orderTime), o.Expires.Format(orderTime), indented(o.Reason), hash)
}

const orderTime = "2006-01-02 15:04:05 MST"

func indented(text string) string {
	return strings.ReplaceAll(plainText(text), "\n", "\n           ")
}
