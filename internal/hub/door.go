package hub

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"net/netip"
	"strings"
	"sync"
	"time"

	"blackstart/internal/fault"
	"blackstart/internal/subject/access"
)

// Caller is who stands at the door, as far as the connection and the browser tell.
type Caller struct {
	Address netip.Addr // of the connection itself; no header that names another is ever believed
	Browser string     // as it calls itself
	Device  string     // the cookie that an earlier sign-in left in this browser
}

// Site is where somebody sees the door from. The zero value is an address under which there are no passkeys.
type Site struct {
	RP     string // WebAuthn RP id: the host name in the address bar, never a literal address
	Origin string // scheme, host and port, as browsers write it
}

// Entered is what somebody who came in carries from now on. Both go into cookies and are stored nowhere.
type Entered struct {
	Token  string // of the session
	Device string // passes this browser ahead of strangers next time; empty: keep the one it has
	Stage  Stage
	How    access.How
	Left   int // recovery codes that are left, when one was used
}

// door is who may come in and who is in. Its secrets stand in the store; what every request needs is held in memory as well.
type door struct {
	mu       sync.Mutex // guards what follows; taken last, and never held while the record is written or a hash is computed
	key      []byte     // signs challenges and device cookies, makes user handles
	sessions map[string]*session
	factors  map[string]*factors  // by user in lower case
	spent    map[string]time.Time // challenges that were answered, until they run out
	failures failures
	throttle throttle // has a lock of its own

	now func() time.Time // the machine's clock: a drill's jumps must sign nobody out, and authenticators know no drill
}

const doorKeySecret = "door/key"

// openDoor reads who may come in.
func (h *Hub) openDoor(ctx context.Context) error {
	d := &h.door
	d.sessions, d.factors, d.spent, d.now = map[string]*session{}, map[string]*factors{}, map[string]time.Time{}, time.Now
	d.failures.bell = make(chan struct{}, 1)
	key, err := h.store.Secret(ctx, doorKeySecret)
	if fault.KindOf(err) == fault.NotFound {
		key = make([]byte, sha256.Size)
		rand.Read(key) // never fails (crypto/rand, Go 1.24)
		err = h.store.PutSecret(ctx, doorKeySecret, key)
	}
	if err != nil {
		return err
	}
	d.key = key
	if err := h.readFactors(ctx); err != nil {
		return err
	}
	return h.readSessions(ctx)
}

// mac binds a text to a purpose under the door's key.
func (d *door) mac(purpose, text string) []byte {
	m := hmac.New(sha256.New, d.key)
	m.Write([]byte(purpose + "\x00" + text))
	return m.Sum(nil)
}

// handle makes the WebAuthn user handle for a person's first passkey; the others keep it. It tells nothing about the person (WebAuthn 3, section 14.6.1).
func (d *door) handle(user string) []byte { return d.mac("handle", strings.ToLower(user)) }

// enter lets a person in who has proved who they are: an entry, and a session named after it.
func (h *Hub) enter(ctx context.Context, c Caller, p access.Person, in access.SignIn) (Entered, error) {
	in.User, in.From, in.Browser = p.ID, c.Address.String(), clipped(c.Browser)
	seq, err := h.enterIn(ctx, in)
	if err != nil {
		return Entered{}, err
	}
	now := h.door.now()
	s := &session{User: p.ID, Seq: seq, Begun: now, Used: now, Proved: now, How: in.How, From: in.From, Browser: in.Browser}
	token, err := h.openSession(ctx, s)
	return Entered{Token: token, Device: h.newDevice(ctx, p.ID), Stage: h.stageOf(s), How: in.How, Left: in.Left}, err
}

// enterIn writes that somebody came in, and gives the entry's number. While the record is read-only people are let in all the same, by number of the
// last entry: they must be able to read what happened, and nothing that they could do would be written either.
func (h *Hub) enterIn(ctx context.Context, in access.SignIn) (uint64, error) {
	r, err := h.Do(ctx, Request{Actor: access.ByDoor, Command: in})
	if err != nil && h.ReadOnly() != nil {
		return h.log.Next() - 1, nil
	}
	return r.First, err
}

// clipped keeps what a browser says about itself short and printable.
func clipped(browser string) string {
	plain := strings.Map(func(r rune) rune {
		if access.Steers(r) || r == '\n' || r == '\t' {
			return -1
		}
		return r
	}, strings.ToValidUTF8(browser, ""))
	return strings.ToValidUTF8(plain[:min(len(plain), maxBrowser)], "")
}
