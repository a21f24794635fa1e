// Package crashdisk is a disk for tests that does to a database what real disks do: it loses power, fails at the n-th call, runs full, and lies
// about a sync. It is a VFS of the SQLite engine that ships, so that everything above it, from the page cache to the hub, is the program itself.
// It does not know what is written on it, and it is never part of the program.
//
// For every file it keeps what is live (what a program reads back) apart from what is safe (what a sync has promised), with the writes between the
// two in order. [Disk.PowerCut] decides their fate. Names are a thing of their own: a file that was made or removed is so for good only after its
// directory was synced. Start at [New] and [Disk.PowerCut].
//
// The fault model, and what it leaves out, is written down in docs/durability.md.
package crashdisk

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/vfs"
)

// Disk is a disk with its files. All methods may be called at the same time.
type Disk struct {
	name string // under which SQLite finds it
	dir  string // a real directory for the shared memory of the WAL, which no power cut survives

	mu      sync.Mutex        // guards what follows, and the files
	live    map[string]*inode // the names as a program sees them; a directory has no inode
	safe    map[string]*inode // the names that a power cut leaves
	naming  []naming          // what was done to names and not synced, in order
	order   int               // numbers every unsynced change, over all files and names
	boot    int               // how often the power came back; a file that was open before is dead
	off     bool              // nothing works until the power comes back
	trouble trouble
	calls   int   // counted calls since the trouble was set
	quota   int64 // bytes of all files together; 0 is no bound
	lies    bool  // a sync promises and does nothing
}

// naming is a name that was made or removed, or that a file got in place of another one.
type naming struct {
	order  int
	path   string
	file   *inode
	from   string // the name that goes when path comes; empty: none
	remove bool
}

// Calls says which calls are counted.
type Calls int

const (
	Changes Calls = iota // writes, truncations, syncs, new and removed names: where a power cut makes a difference
	Every                // also opening, reading, asking
)

// trouble is what happens at the n-th counted call.
type trouble struct {
	at      int // 0 is never
	calls   Calls
	cut     bool // the power goes; otherwise the call fails
	lasting bool // every later counted call fails too
}

var (
	errPower = errors.New("crashdisk: the power is off")
	errDisk  = errors.New("crashdisk: the disk does not answer")
)

var disks atomic.Int64

// New makes an empty disk. dir is a real directory in which it may keep the shared memory of the WAL.
func New(dir string) *Disk {
	d := &Disk{name: fmt.Sprintf("crashdisk%d", disks.Add(1)), dir: dir, live: map[string]*inode{}, safe: map[string]*inode{}}
	vfs.Register(d.name, d)
	return d
}

// Close takes the disk out of SQLite's list.
func (d *Disk) Close() { vfs.Unregister(d.name) }

// Name is the name under which SQLite knows the disk: file:PATH?vfs=NAME.
func (d *Disk) Name() string { return d.name }

// Clone gives another disk with the same files, all of them safe.
func (d *Disk) Clone() *Disk {
	d.mu.Lock()
	defer d.mu.Unlock()
	c := New(d.dir)
	for path, f := range d.live {
		if f != nil {
			data := slices.Clone(f.data)
			f = &inode{data: data, safe: slices.Clone(data)}
		}
		c.live[path], c.safe[path] = f, f
	}
	return c
}

// CutAt takes the power away in the n-th change from now on: what it writes may arrive, in part, or not.
func (d *Disk) CutAt(n int) { d.set(trouble{at: n, calls: Changes, cut: true}) }

// FailAt lets the n-th call of any kind from now on fail; lasting, all later ones too. n of 0 lets none fail.
func (d *Disk) FailAt(n int, lasting bool) { d.set(trouble{at: n, calls: Every, lasting: lasting}) }

// Count begins to count calls anew, without any trouble.
func (d *Disk) Count(c Calls) { d.set(trouble{calls: c}) }

func (d *Disk) set(t trouble) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.trouble, d.calls = t, 0
}

// Calls is how many calls were counted since the last CutAt, FailAt or Count.
func (d *Disk) Calls() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.calls
}

// Quota bounds the bytes of all files together; 0 is no bound. What goes beyond is refused as a full disk does.
func (d *Disk) Quota(bytes int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.quota = bytes
}

// Used is the bytes of all files together.
func (d *Disk) Used() int64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.used()
}

func (d *Disk) used() (n int64) {
	for _, f := range d.live {
		if f != nil {
			n += int64(len(f.data))
		}
	}
	return n
}

// Lie makes every later sync a lie: it succeeds, and nothing becomes safe.
func (d *Disk) Lie() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lies = true
}

// Flip turns one bit of a file, in what is live and in what is safe.
func (d *Disk) Flip(path string, bit int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	f := d.live[path]
	f.data[bit/8] ^= 1 << (bit % 8)
	f.safe, f.pending = slices.Clone(f.data), nil
}

// Size is the length of a file in bytes; 0 if there is none.
func (d *Disk) Size(path string) (int64, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	err := d.call(false)
	if f := d.live[path]; f != nil && err == nil {
		return int64(len(f.data)), nil
	}
	return 0, err
}

// call counts a call and gives the error that it meets. The power that goes in this call is off afterwards, but the call's own change is noted first:
// the caller makes it, and gives the error.
func (d *Disk) call(change bool) error {
	if d.off {
		return errPower
	}
	if !change && d.trouble.calls == Changes {
		return nil
	}
	d.calls++
	t := d.trouble
	switch {
	case t.at == 0 || d.calls < t.at || d.calls > t.at && !t.lasting:
		return nil
	case t.cut:
		d.off = true
		return errPower
	}
	return errDisk
}

// next numbers a change.
func (d *Disk) next() int {
	d.order++
	return d.order
}

// MakeDir makes a directory where there is none.
func (d *Disk) MakeDir(path string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, there := d.live[path]; there {
		return nil
	}
	return d.link(path, nil)
}

// Create makes an empty file where there is none.
func (d *Disk) Create(path string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, there := d.live[path]; there {
		return nil
	}
	return d.link(path, &inode{})
}

func (d *Disk) link(path string, f *inode) error {
	err := d.call(true)
	if err == nil || d.off {
		d.live[path] = f
		d.naming = append(d.naming, naming{order: d.next(), path: path, file: f})
	}
	return err
}

// Publish copies a file, syncs the copy, and gives it another name in one step.
func (d *Disk) Publish(from, to string) error {
	copied := from + "-copy"
	h, _, err := d.Open(copied, vfs.OPEN_CREATE|vfs.OPEN_READWRITE)
	if err != nil {
		return err
	}
	data := make([]byte, d.length(from))
	if err := d.read(from, data); err != nil {
		return err
	}
	if _, err := h.WriteAt(data, 0); err != nil {
		return err
	}
	if err := h.Sync(vfs.SYNC_FULL); err != nil {
		return err
	}
	return d.rename(copied, to)
}

func (d *Disk) length(path string) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.live[path].data)
}

func (d *Disk) read(path string, data []byte) error {
	h, _, err := d.Open(path, vfs.OPEN_READONLY)
	if err == nil {
		_, err = h.ReadAt(data, 0)
	}
	return err
}

func (d *Disk) rename(from, to string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	f := d.live[from]
	err := d.call(true)
	if err == nil || d.off {
		n := naming{order: d.next(), path: to, file: f, from: from}
		n.apply(d.live)
		d.naming = append(d.naming, n)
	}
	return err
}

// Remove removes a file, if it is there.
func (d *Disk) Remove(path string) error {
	if err := d.Delete(path, false); err != sqlite3.IOERR_DELETE_NOENT {
		return err
	}
	return nil
}

// OpenFile opens a file as a program does that is not SQLite; fs.ErrNotExist if it is not there and not to be made.
func (d *Disk) OpenFile(path string, create bool) (vfs.File, error) {
	d.mu.Lock()
	_, there := d.live[path]
	d.mu.Unlock()
	if !there && !create {
		return nil, fs.ErrNotExist
	}
	f, _, err := d.Open(path, vfs.OPEN_CREATE|vfs.OPEN_READWRITE)
	return f, err
}

// SyncDir makes the names in a directory safe.
func (d *Disk) SyncDir(dir string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.call(true); err != nil || d.lies {
		return err
	}
	d.naming = slices.DeleteFunc(d.naming, func(n naming) bool {
		if filepath.Dir(n.path) != dir {
			return false
		}
		n.apply(d.safe)
		return true
	})
	return nil
}

func (n naming) apply(to map[string]*inode) {
	if n.remove {
		delete(to, n.path)
		return
	}
	to[n.path] = n.file
	delete(to, n.from)
}

// FullPathname implements vfs.VFS.
func (d *Disk) FullPathname(name string) (string, error) { return filepath.Clean(name), nil }

// Access implements vfs.VFS.
func (d *Disk) Access(name string, _ vfs.AccessFlag) (bool, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	_, there := d.live[name]
	return there, d.call(false)
}

// Delete implements vfs.VFS. The removal is safe after a sync of the directory only, which SQLite asks for with syncDir.
func (d *Disk) Delete(name string, syncDir bool) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, there := d.live[name]; !there {
		return sqlite3.IOERR_DELETE_NOENT
	}
	err := d.call(true)
	if err != nil && !d.off {
		return err
	}
	delete(d.live, name)
	n := naming{order: d.next(), path: name, remove: true}
	if err == nil && syncDir && !d.lies {
		d.naming = slices.DeleteFunc(d.naming, func(o naming) bool { return o.path == name })
		n.apply(d.safe)
		return nil
	}
	d.naming = append(d.naming, n)
	return err
}

// Open implements vfs.VFS.
func (d *Disk) Open(name string, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	f := d.live[name]
	switch {
	case name == "": // a temporary file, which nobody finds again
		f = &inode{}
	case f == nil && flags&vfs.OPEN_CREATE == 0:
		return nil, flags, sqlite3.CANTOPEN
	case f == nil:
		f = &inode{}
		if err := d.link(name, f); err != nil {
			return nil, flags, err
		}
	default:
		if err := d.call(false); err != nil {
			return nil, flags, err
		}
	}
	h := &handle{disk: d, inode: f, boot: d.boot}
	if name != "" {
		h.shm = vfs.NewSharedMemory(filepath.Join(d.dir, fmt.Sprintf("%s-%d-%s-shm", d.name, d.boot, filepath.Base(name))), flags)
	}
	return h, flags, nil
}

// names gives the paths in order, so that the same seed does the same.
func (d *Disk) names() []string { return slices.Sorted(maps.Keys(d.safe)) }

// Dir is the real directory that [New] was given.
func (d *Disk) Dir() string { return d.dir }
