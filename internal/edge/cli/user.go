package cli

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"blackstart/internal/fault"
	"blackstart/internal/hub"
	"blackstart/internal/ledger/seal"
	"blackstart/internal/ledger/store/sqlite"
	"blackstart/internal/subject/access"
)

// UserCmd manages people at the machine itself, with the data directory in hand and the hub stopped. Whoever holds the directory holds the house.
type UserCmd struct {
	Data string `default:"blackstart-data" type:"path" help:"Data directory of the hub."`

	Add      UserAddCmd      `cmd:"" help:"Add a person."`
	Key      UserKeyCmd      `cmd:"" help:"Enrol a key with which a person approves orders."`
	Password UserPasswordCmd `cmd:"" help:"Give a person another password, for example after an import."`
	Token    UserTokenCmd    `cmd:"" help:"Make an API token for a person."`
	List     UserListCmd     `cmd:"" help:"List the people."`

	making bool // the command may begin a house where there is none
}

const maxPasswordFile = 4 << 10 // bytes; one line

// withHub opens the hub in the data directory for one act.
func (c UserCmd) withHub(io *IO, act func(*hub.Hub) error) error {
	if _, err := os.Stat(filepath.Join(c.Data, sqlite.FileName)); err != nil && !c.making {
		return fault.New(fault.NotFound, "user.no_house", "could not find a hub's data in %s", c.Data).Hinted("name the directory with --data")
	}
	store, err := io.openData(c.Data)
	if err != nil {
		return err
	}
	defer store.Close()
	drill, err := isDrill(io, store)
	if err != nil {
		return err
	}
	h, err := hub.Open(io.Ctx, hub.Options{Store: store, Drill: drill})
	if err != nil {
		return err
	}
	if err := act(h); err != nil {
		return err
	}
	_, err = h.Log().Checkpoint(io.Ctx)
	return err
}

// isDrill says what the record in the store is; an empty one is none.
func isDrill(io *IO, store *sqlite.Store) (bool, error) {
	return hub.IsDrill(io.Ctx, store)
}

// UserAddCmd adds a person.
type UserAddCmd struct {
	ID           string        `arg:"" help:"User id."`
	RealName     string        `help:"Name as shown to the house."`
	Role         []string      `required:"" help:"Role; may be repeated: lead, it, forensics, communication, legal, customers, approver, auditor, contact, admin, guest."`
	Customer     string        `help:"For a contact: the customer."`
	Organisation string        `help:"The house the person belongs to, if not ours."`
	For          time.Duration `placeholder:"DUR" help:"For how long the account lasts, for example 48h; required for a guest."`
	Give         []string      `placeholder:"REF" help:"For a guest: what they see; may be repeated: incident:ID, report:ID, order:ID."`
	PasswordFile string        `required:"" help:"File whose first line is the password; - for standard input."`
	ApproverKey  string        `help:"File with the public key with which the person approves orders."`
	TOTPOut      string        `name:"totp-out" type:"path" help:"File for the otpauth address of a new authenticator, which holds its secret; made with mode 0600, never overwritten."`
}

// Run adds the person.
func (c UserAddCmd) Run(io *IO, all *commands) error {
	file, err := readFile(io.In, c.PasswordFile, maxPasswordFile)
	if err != nil {
		return err
	}
	password, _, _ := strings.Cut(string(file), "\n")
	u := access.AddUser{ID: c.ID, RealName: c.RealName, Customer: c.Customer, Organisation: c.Organisation}
	for _, r := range c.Role {
		u.Roles = append(u.Roles, access.Role(r))
	}
	for _, t := range c.Give {
		u.Given = append(u.Given, access.Thing(t))
	}
	var key []byte
	if c.ApproverKey != "" {
		if key, err = readPublicKey(io, c.ApproverKey); err != nil {
			return err // before the person is added: an id is given once
		}
	}
	all.User.making = true
	return c.handedOver(func(seed *os.File) error { return c.add(io, all, u, strings.TrimSuffix(password, "\r"), key, seed) })
}

// add adds the person with all that was read for them.
func (c UserAddCmd) add(io *IO, all *commands, u access.AddUser, password string, key []byte, seed *os.File) error {
	return all.User.withHub(io, func(h *hub.Hub) error {
		if c.For != 0 {
			u.Until = h.Now().Add(c.For)
		}
		if err := h.AddUser(io.Ctx, access.ByConsole, password, u); err != nil {
			return err
		}
		if seed != nil {
			if err := authenticate(io, h, c.ID, seed); err != nil {
				return err
			}
		}
		if key != nil {
			if _, err := h.Do(io.Ctx, hub.Request{Actor: access.ByConsole, Command: access.EnrolKey{User: c.ID, Public: string(bytes.TrimSpace(key))}}); err != nil {
				return err
			}
		}
		if io.JSON {
			return printJSON(io, userReport{Schema: "blackstart/user-add/1", ID: c.ID, Roles: c.Role})
		}
		_, err := fmt.Fprintf(io.Out, "added %s (%s)\n", c.ID, strings.Join(c.Role, ", "))
		return err
	})
}

// handedOver makes the file for an authenticator's address, if one was asked for, before the person is added: an id is given once, and nobody is to be
// added without what was meant for them. When that fails, the file goes again.
func (c UserAddCmd) handedOver(add func(seed *os.File) error) error {
	if c.TOTPOut == "" {
		return add(nil)
	}
	seed, err := os.OpenFile(c.TOTPOut, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fault.New(fault.Invalid, "user.totp_out", "could not make the file for the authenticator: %w", err).Hinted("name a file that does not exist yet")
	}
	if err := errors.Join(add(seed), seed.Close()); err != nil {
		return errors.Join(err, os.Remove(c.TOTPOut))
	}
	return nil
}

// authenticate gives the person an authenticator and writes its address.
func authenticate(io *IO, h *hub.Hub, id string, seed *os.File) error {
	address, err := h.GiveTOTP(io.Ctx, id)
	if err == nil {
		_, err = fmt.Fprintln(seed, address)
	}
	return err
}

type userReport struct {
	Schema string   `json:"schema"`
	ID     string   `json:"id"`
	Roles  []string `json:"roles"`
}

// readPublicKey reads the file of a public key and says what is wrong with it before anything else is done.
func readPublicKey(io *IO, path string) ([]byte, error) {
	file, err := readFile(io.In, path, maxPasswordFile)
	if err != nil {
		return nil, err
	}
	if _, err := seal.ParseSigner(file); err == nil {
		return nil, fault.New(fault.Invalid, "key.private", "could not enrol %s: that is the private key", path).Hinted("take the file that ends in .pub; the private one never leaves its owner")
	}
	_, err = seal.ParsePersonKey(string(file))
	return bytes.TrimSpace(file), err
}

// UserKeyCmd enrols an approver's key.
type UserKeyCmd struct {
	ID   string `arg:"" help:"User id."`
	File string `arg:"" help:"File with the public key."`
}

// Run enrols the key.
func (c UserKeyCmd) Run(io *IO, all *commands) error {
	key, err := readPublicKey(io, c.File)
	if err != nil {
		return err
	}
	return all.User.withHub(io, func(h *hub.Hub) error {
		_, err := h.Do(io.Ctx, hub.Request{Actor: access.ByConsole, Command: access.EnrolKey{User: c.ID, Public: string(key)}})
		if err == nil {
			fmt.Fprintf(io.Out, "enrolled a key for %s; once agents are enrolled, they believe it when people approve 'order trust'\n", c.ID)
		}
		return err
	})
}

// UserPasswordCmd sets a password.
type UserPasswordCmd struct {
	ID           string `arg:"" help:"User id."`
	PasswordFile string `required:"" help:"File whose first line is the password; - for standard input."`
}

// Run sets the password.
func (c UserPasswordCmd) Run(io *IO, all *commands) error {
	file, err := readFile(io.In, c.PasswordFile, maxPasswordFile)
	if err != nil {
		return err
	}
	password, _, _ := strings.Cut(string(file), "\n")
	return all.User.withHub(io, func(h *hub.Hub) error {
		if err := h.SetPassword(io.Ctx, c.ID, strings.TrimSuffix(password, "\r")); err != nil {
			return err
		}
		_, err := fmt.Fprintf(io.Out, "%s has another password\n", c.ID)
		return err
	})
}

// UserTokenCmd makes an API token.
type UserTokenCmd struct {
	ID string `arg:"" help:"User id."`
}

// Run prints the token, which is shown only now.
func (c UserTokenCmd) Run(io *IO, all *commands) error {
	return all.User.withHub(io, func(h *hub.Hub) error {
		token, err := h.NewToken(io.Ctx, c.ID)
		if err != nil {
			return err
		}
		if io.JSON {
			return printJSON(io, tokenReport{Schema: "blackstart/user-token/1", ID: c.ID, Token: token})
		}
		_, err = fmt.Fprintln(io.Out, token)
		return err
	})
}

type tokenReport struct {
	Schema string `json:"schema"`
	ID     string `json:"id"`
	Token  string `json:"token"`
}

// UserListCmd lists the people.
type UserListCmd struct{}

// Run prints the list.
func (UserListCmd) Run(io *IO, all *commands) error {
	return all.User.withHub(io, func(h *hub.Hub) error {
		people := h.AllPeople()
		if io.JSON {
			return printJSON(io, peopleReport{Schema: "blackstart/user-list/1", People: people})
		}
		w := tabwriter.NewWriter(io.Out, 0, 0, 2, ' ', 0)
		for _, p := range people {
			roles := make([]string, len(p.Roles))
			for n, r := range p.Roles {
				roles[n] = string(r)
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%d keys\n", p.ID, strings.Join(roles, ","), p.Customer, len(p.Keys))
		}
		if err := w.Flush(); err != nil {
			return fault.New(fault.Unavailable, "user.print", "could not print the list: %w", err)
		}
		return nil
	})
}

type peopleReport struct {
	Schema string          `json:"schema"`
	People []access.Person `json:"people"`
}
