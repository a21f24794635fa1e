package agent

import (
	"errors"
	"io"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"blackstart/internal/edge/wire"
	"blackstart/internal/fault"
	"blackstart/internal/ledger/seal"
	"blackstart/internal/subject/order"
)

// The files of an agent's directory.
const (
	identityFile = "agent.json" // written once, at enrolment
	rootFile     = "root.json"  // the trust root, in the form that 'order verify --root' reads
	keyFile      = "agent.key"
	memoryFile   = "memory.json"
	lockFile     = "agent.lock"
	inbox        = "inbox"  // orders carried by hand, for a running agent
	outbox       = "outbox" // its receipts for them
)

// identity is what an agent was given at enrolment.
type identity struct {
	V    int              `json:"v"`
	Host order.Host       `json:"host"`
	Hubs []netip.AddrPort `json:"hubs"`
	Pin  wire.Pin         `json:"ca"`
}

// memory is all that an agent must not forget. It is one small file that is replaced as a whole, so that there is no state between two states.
type memory struct {
	V         int             `json:"v"`
	Floor     floor           `json:"floor"`   // agent time
	Own       floor           `json:"own"`     // what the host itself counted since it enrolled
	Last      order.Last      `json:"last"`    // numbers accepted
	Counter   uint64          `json:"counter"` // of the last receipt
	Jobs      []job           `json:"jobs"`    // orders taken, oldest first
	Cut       *cut            `json:"cut"`     // the isolation that an order holds, nil while the host is open
	Spool     []seal.Envelope `json:"spool"`   // receipts that the hub has not confirmed
	Reapplied int             `json:"reapplied"`
}

// job is one order and what came of it.
type job struct {
	Hash    string         `json:"hash"`  // of the payload; of the whole envelope for what was refused, since other approvals may make it good
	Order   seal.Envelope  `json:"order"` // kept until it is done, for running it again after a crash
	Done    bool           `json:"done"`
	Receipt *seal.Envelope `json:"receipt"` // the last one, sent again when the order comes again
}

// cut is an isolation and the order that holds it.
type cut struct {
	Order     order.ID  `json:"order"`
	Hash      string    `json:"hash"`
	LeaseS    int       `json:"lease_s"`
	End       order.End `json:"end"`
	Confirmed bool      `json:"confirmed"` // the hub was reached through the rules
	Since     time.Time `json:"since"`
	Ends      time.Time `json:"ends"`   // agent time; zero when it holds until it is released
	Before    *cut      `json:"before"` // the confirmed cut that stands again if this one is not confirmed; nil when the host was open
}

// newMemory is the memory of an agent that enrols now.
func newMemory(now time.Time, c Clock) memory {
	return memory{V: order.Version, Floor: floorAt(now, c), Own: floorAt(now, c), Last: order.Last{Since: now.UTC().Add(-enrolSlack)}}
}

// load reads the directory. A directory without an identity is not enrolled; one without a memory is new.
func (a *Agent) load() error {
	if err := read(a.Dir, identityFile, &a.self); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return fault.New(fault.NotFound, "agent.not_enrolled", "could not find an agent in %s: none is enrolled there", a.Dir).Hinted("run 'blackstart agent enrol'")
		}
		return err
	}
	if err := read(a.Dir, rootFile, &a.root); err != nil {
		return err
	}
	if err := a.root.Check(); err != nil {
		return err
	}
	key, err := os.ReadFile(filepath.Join(a.Dir, keyFile))
	if err != nil {
		return fault.New(fault.Internal, "agent.key", "could not read the agent's key: %w", err)
	}
	if a.signer, err = seal.ParseSigner(key); err != nil {
		return err
	}
	if err := read(a.Dir, memoryFile, &a.memory); err != nil {
		return err
	}
	a.memory.Floor, a.memory.Own = a.memory.Floor.woken(a.Clock), a.memory.Own.woken(a.Clock)
	return nil
}

// save puts the memory on disk. It returns when it is there.
func (a *Agent) save() error {
	a.memory.Floor, a.memory.Own = floorAt(a.now(), a.Clock), floorAt(a.own(), a.Clock)
	a.saved = a.Clock.Uptime()
	return write(a.Dir, memoryFile, a.memory)
}

// clone is a memory to go back to.
func (m memory) clone() memory {
	m.Jobs, m.Spool = slices.Clone(m.Jobs), slices.Clone(m.Spool)
	return m
}

// job finds what became of an order, nil if it is new.
func (m *memory) job(hash string) *job {
	for i := range m.Jobs {
		if m.Jobs[i].Hash == hash {
			return &m.Jobs[i]
		}
	}
	return nil
}

// remember adds a job and forgets the oldest ones: their numbers are below the last, so that they can never be obeyed again.
func (m *memory) remember(j job) *job {
	m.Jobs = append(m.Jobs, j)
	for i := 0; len(m.Jobs) > maxJobs && i < len(m.Jobs); {
		if m.Jobs[i].Done {
			m.Jobs = append(m.Jobs[:i:i], m.Jobs[i+1:]...)
		} else {
			i++
		}
	}
	return &m.Jobs[len(m.Jobs)-1]
}

func read(dir, name string, v any) error {
	path := filepath.Join(dir, name)
	f, err := os.OpenInRoot(dir, name) // what was laid into the inbox may be a link to anything
	if err != nil {
		return err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return err
	}
	if len(data) > maxFile {
		return fault.New(fault.Invalid, "agent.file", "could not read %s: more than %d bytes", path, maxFile)
	}
	if err := json.Unmarshal(data, v, json.RejectUnknownMembers(true)); err != nil {
		return fault.New(fault.Invalid, "agent.file", "could not read %s: %w", path, err)
	}
	return nil
}

func write(dir, name string, v any) error {
	data, err := json.Marshal(v, json.Deterministic(true), jsontext.WithIndent(" "))
	if err != nil {
		return fault.New(fault.Internal, "agent.file", "could not write %s: %w", name, err)
	}
	return durable(dir, name, data)
}

// durable replaces a file as a whole: written beside it, synced, renamed, and the directory synced. After a power cut there is the old one or the new one.
func durable(dir, name string, data []byte) error {
	err := func() error {
		f, err := os.CreateTemp(dir, name+".*")
		if err != nil {
			return err
		}
		defer os.Remove(f.Name()) // fails after the rename, which is fine
		defer f.Close()
		if _, err := f.Write(data); err != nil {
			return err
		}
		if err := f.Sync(); err != nil {
			return err
		}
		if err := os.Rename(f.Name(), filepath.Join(dir, name)); err != nil {
			return err
		}
		return syncDir(dir)
	}()
	if err != nil {
		return fault.New(fault.Unavailable, "agent.disk", "could not write %s in %s: %w", name, dir, err)
	}
	return nil
}
