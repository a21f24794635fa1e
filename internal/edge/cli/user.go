package cli

import (
	"bytes"
	"fmt"
	"strings"
	"text/tabwriter"

	"blackstart/internal/fault"
	"blackstart/internal/hub"
	"blackstart/internal/hub/app"
	"blackstart/internal/ledger/store/sqlite"
	"blackstart/internal/subject/access"
)

// UserCmd manages people at the machine itself, with the data directory in hand and the hub stopped. Whoever holds the directory holds the house.
type UserCmd struct {
	Data string `default:"blackstart-data" type:"path" help:"Data directory of the hub."`

	Add   UserAddCmd   `cmd:"" help:"Add a person."`
	Token UserTokenCmd `cmd:"" help:"Make an API token for a person."`
	List  UserListCmd  `cmd:"" help:"List the people."`
}

const maxPasswordFile = 4 << 10 // bytes; one line

// withHub opens the hub in the data directory for one act.
func (c UserCmd) withHub(io *IO, act func(*hub.Hub) error) error {
	store, err := app.OpenData(io.Ctx, c.Data)
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
	ID           string   `arg:"" help:"User id."`
	RealName     string   `help:"Name as shown to the house."`
	Role         []string `required:"" help:"Role; may be repeated: lead, it, forensics, communication, legal, customers, approver, auditor, contact, admin."`
	Customer     string   `help:"For a contact: the customer."`
	Organisation string   `help:"The house the person belongs to, if not ours."`
	PasswordFile string   `required:"" help:"File whose first line is the password; - for standard input."`
	ApproverKey  string   `help:"File with the public key with which the person approves orders."`
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
	var key []byte
	if c.ApproverKey != "" {
		if key, err = readFile(io.In, c.ApproverKey, maxPasswordFile); err != nil {
			return err
		}
	}
	return all.User.withHub(io, func(h *hub.Hub) error {
		if err := h.AddUser(io.Ctx, access.ByConsole, strings.TrimSuffix(password, "\r"), u); err != nil {
			return err
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

type userReport struct {
	Schema string   `json:"schema"`
	ID     string   `json:"id"`
	Roles  []string `json:"roles"`
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
