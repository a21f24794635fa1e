package cli

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"filippo.io/age"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/backup"
	"blackstart/internal/ledger/store/sqlite"
)

// CopyCmd says who can read the copies that 'serve --copy-to' keeps, at the machine itself and with the hub stopped.
type CopyCmd struct {
	Key        CopyKeyCmd        `cmd:"" help:"Make a key that opens copies, to be kept on paper or on a stick in the safe, and print its recipient."`
	Recipients CopyRecipientsCmd `cmd:"" help:"Say for whom copies are encrypted."`
}

// CopyKeyCmd makes an age identity.
type CopyKeyCmd struct {
	Out string `required:"" placeholder:"FILE" help:"File to write; whoever has it reads every copy. It must not be there yet."`
}

// Run writes the file and prints the recipient.
func (c CopyKeyCmd) Run(io *IO) error {
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		return fault.New(fault.Internal, "copy.key", "could not make a key: %w", err)
	}
	file := fmt.Sprintf("# opens copies of a Blackstart record, and nothing else; made %s\n# public key: %s\n%s\n", time.Now().UTC().Format(time.RFC3339), identity.Recipient(), identity)
	if err := writeNew(c.Out, []byte(file), 0o600); err != nil {
		return err
	}
	if io.JSON {
		return printJSON(io, copyKeyReport{Schema: "blackstart/copy-key/1", Out: c.Out, Recipient: identity.Recipient().String()})
	}
	_, err = fmt.Fprintf(io.Out, "%s\n\nThe key is in %s. Print it, or put it on a stick in the safe, and delete the file.\nnext: blackstart copy recipients --data DIR add %s\n",
		identity.Recipient(), c.Out, identity.Recipient())
	return err
}

type copyKeyReport struct {
	Schema    string `json:"schema"`
	Out       string `json:"out"`
	Recipient string `json:"recipient"`
}

// CopyRecipientsCmd keeps the list of those who can read copies.
type CopyRecipientsCmd struct {
	Data string `default:"blackstart-data" type:"path" help:"Data directory of the hub, which must not be running."`

	Add    CopyAddCmd    `cmd:"" help:"Let one more key open the copies from now on."`
	Remove CopyRemoveCmd `cmd:"" help:"Stop encrypting for a key; what was copied before stays open to it."`
	List   CopyListCmd   `cmd:"" help:"List them."`
}

// CopyAddCmd adds recipients.
type CopyAddCmd struct {
	Recipient []string `arg:"" help:"Public key: age1…"`
}

// Run adds them.
func (c CopyAddCmd) Run(io *IO, all *commands) error {
	return all.Copy.Recipients.change(io, "copy-recipients-add", func(there []string) []string {
		for _, r := range c.Recipient {
			if !slices.Contains(there, r) {
				there = append(there, r)
			}
		}
		return there
	})
}

// CopyRemoveCmd removes a recipient.
type CopyRemoveCmd struct {
	Recipient string `arg:"" help:"Public key: age1…"`
}

// Run removes it.
func (c CopyRemoveCmd) Run(io *IO, all *commands) error {
	return all.Copy.Recipients.change(io, "copy-recipients-remove", func(there []string) []string {
		return slices.DeleteFunc(there, func(r string) bool { return r == c.Recipient })
	})
}

// CopyListCmd lists the recipients.
type CopyListCmd struct{}

// Run prints them.
func (CopyListCmd) Run(io *IO, all *commands) error {
	return all.Copy.Recipients.change(io, "copy-recipients-list", func(there []string) []string { return there })
}

type recipientsReport struct {
	Schema     string   `json:"schema"`
	Recipients []string `json:"recipients"`
}

// change reads the list, changes it, checks and stores it, and prints what it is now.
func (c CopyRecipientsCmd) change(io *IO, command string, change func([]string) []string) error {
	store, err := io.openData(c.Data)
	if err != nil {
		return err
	}
	defer store.Close()
	before, err := recipients(io, store)
	if err != nil {
		return err
	}
	after := change(slices.Clone(before))
	if !slices.Equal(before, after) {
		text := strings.Join(after, "\n")
		if _, err := backup.ParseRecipients(text); err != nil && len(after) > 0 {
			return err
		}
		if err := store.PutSecret(io.Ctx, backup.RecipientsSecret, []byte(text)); err != nil {
			return err
		}
	}
	if io.JSON {
		return printJSON(io, recipientsReport{Schema: "blackstart/" + command + "/1", Recipients: after})
	}
	for _, r := range after {
		fmt.Fprintln(io.Out, r)
	}
	if len(after) == 0 {
		fmt.Fprintln(io.Out, "nobody: 'serve --copy-to' is refused until there is one")
	}
	return nil
}

func recipients(io *IO, store *sqlite.Store) ([]string, error) {
	text, err := store.Secret(io.Ctx, backup.RecipientsSecret)
	if fault.KindOf(err) == fault.NotFound {
		return nil, nil
	}
	return strings.Fields(string(text)), err
}
