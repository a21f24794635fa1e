package cli

import (
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"time"

	"filippo.io/age"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/backup"
	"blackstart/internal/ledger/journal"
	"blackstart/internal/ledger/seal"
	"blackstart/internal/ledger/store/sqlite"
	"blackstart/internal/subject/access"
)

// TakeoverCmd goes on from a copy on another machine: the old hub is gone, or nobody may trust it any more.
type TakeoverCmd struct {
	From     string   `arg:"" type:"path" help:"Directory of the copy, as given to 'serve --copy-to'."`
	Data     string   `required:"" type:"path" placeholder:"DIR" help:"Data directory to make; it must not hold anything."`
	Identity []string `required:"" placeholder:"FILE" help:"File with a key that opens the copy; - for standard input. May be repeated."`
	Key      string   `placeholder:"FP" help:"Fingerprint of the key of the old hub, known from elsewhere: SHA256:…"`
	UpTo     uint64   `placeholder:"N" help:"Go on from entry N, where a segment ends, and lose what came after: for a copy that is torn."`
	Again    bool     `name:"even-though-taken-over" help:"Take over from a copy from which somebody has already: from here on there are two histories."`
}

// dialWait is how long an old hub has to answer: one that runs on the same network answers in milliseconds.
const dialWait = time.Second

// takeoverReport is what a takeover found and did.
type takeoverReport struct {
	Schema      string          `json:"schema"`
	From        string          `json:"from"`
	Verdict     journal.Verdict `json:"verdict"`
	OldSeen     string          `json:"old_seen,omitempty"` // when the old hub last wrote to the copy, by its own clock
	OldAnswers  []string        `json:"old_answers,omitempty"`
	Credentials int             `json:"credentials"` // secrets with which people sign in
	Claimed     bool            `json:"claimed"`     // the old hub will see in the copy that it was taken over
	Data        string          `json:"data,omitempty"`
	Origin      string          `json:"origin,omitempty"`
	Key         string          `json:"key,omitempty"`
	Warnings    []string        `json:"warnings"`
	Next        []string        `json:"next"`
}

func (r *takeoverReport) warn(format string, args ...any) {
	r.Warnings = append(r.Warnings, fmt.Sprintf(format, args...))
}

// Run verifies the copy, makes the new data directory beside the wanted name and renames it at the end, and leaves the claim for the old hub.
func (c TakeoverCmd) Run(io *IO) error {
	copied, err := c.open(io)
	if err != nil {
		return err
	}
	defer copied.Close()
	r := takeoverReport{Schema: "blackstart/takeover/1", From: c.From, Warnings: []string{}, Next: []string{}}
	if err := c.once(copied); err != nil {
		return err
	}
	var t taken
	err = newDirectory(c.Data, func(work string) (bool, error) {
		var err error
		t, err = c.into(io, work, copied)
		if err == nil && t.verdict.OK {
			err = wholeHouse(io.Ctx, work, c.From)
		}
		return t.verdict.OK, err
	})
	if err != nil {
		return err
	}
	if r.Verdict = t.verdict; !t.verdict.OK {
		return c.print(io, r)
	}
	c.tell(&r, copied, t)
	claim := backup.Claim{OldHead: t.oldHead, Origin: t.key.Name(), Key: t.key.Public(), At: time.Now().UTC().Truncate(time.Second)}
	if err := backup.WriteClaim(c.From, claim, t.key, t.token); err != nil {
		r.warn("the claim could not be left in the copy, so the old hub cannot see that it was taken over: %v", err)
	} else {
		r.Claimed = true
	}
	return c.print(io, r)
}

// open reads the identities and opens the copy.
func (c TakeoverCmd) open(io *IO) (*backup.Copy, error) {
	var identity []age.Identity
	for _, file := range c.Identity {
		more, err := readIdentities(io, file)
		if err != nil {
			return nil, err
		}
		identity = append(identity, more...)
	}
	return backup.Open(c.From, identity, c.UpTo)
}

// once refuses a copy from which somebody has taken over already, unless people want it so.
func (c TakeoverCmd) once(copied *backup.Copy) error {
	claim, there, err := copied.Claim()
	switch {
	case c.Again:
		return nil
	case err != nil:
		return err
	case there:
		return fault.New(fault.Conflict, "takeover.claimed", "could not take over from %s: that was done at %s already, by %s", c.From, claim.At.Format(time.RFC3339), claim.Key.Fingerprint()).
			Hinted("work at that hub, or go on with --even-though-taken-over if it is gone")
	}
	return nil
}

// taken is a record in its new directory.
type taken struct {
	verdict     journal.Verdict
	key         *seal.Signer
	oldHead     string
	token       []byte
	credentials int
	skipped     []error
}

// into imports into a directory, with a new key and the credentials of people.
func (c TakeoverCmd) into(io *IO, dir string, copied *backup.Copy) (t taken, err error) {
	store, err := sqlite.Open(io.Ctx, dir)
	if err != nil {
		return t, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	t.verdict, err = journal.Import(io.Ctx, copied.Source(), c.Key, store, func(v journal.Verdict) (o journal.Options, err error) {
		if t.key, err = newKey(v); err != nil {
			return o, err
		}
		return journal.Options{Origin: t.key.Name(), Signer: t.key, Now: importClock(v)}, store.PutSecret(io.Ctx, journal.HubKey, t.key.PEM())
	}, string(access.ByConsole))
	if err != nil || !t.verdict.OK {
		return t, err
	}
	return t, t.credential(io, store, copied)
}

// credential stores what people sign in with. The token of the old copies proves the claim and is not kept: the new hub's copies get their own.
func (t *taken) credential(io *IO, store *sqlite.Store, copied *backup.Copy) error {
	old := t.verdict.Custody[len(t.verdict.Custody)-1]
	secrets, skipped := copied.Secrets(old.Origin, old.Key())
	t.skipped = skipped
	for _, s := range secrets {
		if s.Name == backup.TokenSecret {
			t.token = s.Value
			continue
		}
		if s.Name != backup.RecipientsSecret {
			t.credentials++
		}
		if err := store.PutSecret(io.Ctx, s.Name, s.Value); err != nil {
			return err
		}
	}
	checkpoints, err := store.Checkpoints(io.Ctx, t.verdict.Head.Size-1)
	if err == nil && len(checkpoints) > 0 {
		t.oldHead = string(checkpoints[0].Note)
	}
	return err
}

// tell says what a person must know before they let others in, and what to do next.
func (c TakeoverCmd) tell(r *takeoverReport, copied *backup.Copy, t taken) {
	r.Data, r.Origin, r.Key, r.Credentials = c.Data, t.key.Name(), t.key.Public().Fingerprint(), t.credentials
	if !t.verdict.Pinned {
		r.warn("key not pinned: hold %s against a print or another copy", t.verdict.Custody[len(t.verdict.Custody)-1].Fingerprint)
	}
	for _, err := range t.skipped {
		r.warn("%v", err)
	}
	if t.credentials == 0 {
		r.warn("no credentials came along: give people passwords with 'blackstart user password'")
	}
	r.Next = []string{"stop the old hub, or cut its machine off: two that write make two histories"}
	if h, ok := copied.Head(); ok && copied.HeadBy(t.verdict) {
		r.OldSeen = h.At.Format(time.RFC3339)
		if age := time.Since(h.At); age < 2*time.Minute {
			r.warn("the old hub wrote to this copy %s ago by its clock: it may still run", age.Round(time.Second))
		}
		for _, address := range answering(h) {
			r.OldAnswers = append(r.OldAnswers, address)
			r.warn("something answers at the old hub's address %s: stop it before you go on", address)
		}
	} else {
		r.warn("what the copy says of itself cannot be believed, so nobody knows how fresh it is")
	}
	if t.verdict.Drill {
		r.Next = append(r.Next, "bring what people and hosts of the drill hold: copy its directories people and stage into "+c.Data, "blackstart drill SCENARIO --data "+c.Data)
		return
	}
	r.Next = append(r.Next,
		"blackstart serve --data "+c.Data+" --listen 0.0.0.0:8443 --tls self --copy-to DIR, with a new directory",
		"tell people the new address and the fingerprint that this start prints; they sign in as before",
		"agents still trust the old hub's key and refuse this one: bring them over with an order of the verb trust, signed by your quorum, or enrol them anew",
		"API tokens did not come along: 'blackstart user token'",
	)
}

// answering gives the addresses of the old hub at which something takes a connection. Nothing is sent.
func answering(h backup.Head) (all []string) {
	found := make([]bool, len(h.Addresses))
	var dials sync.WaitGroup
	for n, a := range h.Addresses {
		dials.Go(func() {
			if conn, err := net.DialTimeout("tcp", a.String(), dialWait); err == nil {
				found[n] = true
				conn.Close()
			}
		})
	}
	dials.Wait()
	for n, a := range h.Addresses {
		if found[n] {
			all = append(all, a.String())
		}
	}
	return all
}

func (c TakeoverCmd) print(io *IO, r takeoverReport) error {
	if io.JSON {
		if err := printJSON(io, r); err != nil {
			return err
		}
	} else if r.Verdict.OK {
		fmt.Fprintf(io.Out, "verified %s: %d entries, head %s\n", c.From, r.Verdict.Head.Size, r.Verdict.Head.Short())
		fmt.Fprintf(io.Out, "old hub  %s, last seen %s\n", r.Verdict.Custody[len(r.Verdict.Custody)-1].Origin, r.OldSeen)
		fmt.Fprintf(io.Out, "new hub  %s in %s\nkey      %s\n", r.Origin, r.Data, r.Key)
		fmt.Fprintf(io.Out, "people   %d credentials came along\n", r.Credentials)
		for _, w := range r.Warnings {
			fmt.Fprintln(io.Out, "warning:", w)
		}
		for _, n := range r.Next {
			fmt.Fprintln(io.Out, "next:", n)
		}
	} else {
		fmt.Fprintf(io.Out, "%s: %s\n", r.Verdict.Where, r.Verdict.Why)
	}
	if !r.Verdict.OK || io.Strict && len(r.Warnings) > 0 {
		return Exit(fault.ExitNegative)
	}
	return nil
}

// readIdentities reads a file of age identities.
func readIdentities(io *IO, path string) ([]age.Identity, error) {
	if path == "-" {
		return backup.ParseIdentities(io.In)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fault.New(fault.Unavailable, "file.open", "could not open %s: %w", path, err)
	}
	defer f.Close()
	return backup.ParseIdentities(f)
}
