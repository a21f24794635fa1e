package crashdisk

import (
	"io"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/vfs"
)

// inode is a file without its name. The disk's lock guards it.
type inode struct {
	data    []byte   // live
	safe    []byte   // what a power cut leaves at least
	pending []change // from safe to data, in order

	shared            int // locks, as SQLite knows them
	reserved, waiting bool
}

// change is one unsynced write, or with data nil a new length.
type change struct {
	order int
	off   int64
	data  []byte
	size  int64
	lost  bool // a sync of it failed: the system has forgotten that it was to be written, and no later sync makes it safe
}

// apply makes the change on a content.
func (c change) apply(to []byte) []byte {
	if c.data == nil {
		return resized(to, c.size)
	}
	if end := c.off + int64(len(c.data)); end > int64(len(to)) {
		to = resized(to, end)
	}
	copy(to[c.off:], c.data)
	return to
}

// resized cuts a content, or fills it up with zeros.
func resized(b []byte, size int64) []byte {
	if size <= int64(len(b)) {
		return b[:size:size]
	}
	return append(b, make([]byte, size-int64(len(b)))...)
}

// handle is an open file.
type handle struct {
	disk *Disk
	*inode
	boot int
	lock vfs.LockLevel
	shm  vfs.SharedMemory
}

var (
	_ vfs.FileLockState    = &handle{}
	_ vfs.FileSizeHint     = &handle{}
	_ vfs.FileSharedMemory = &handle{}
)

// call counts a call on the file; one that was open when the power went is dead. The caller holds the disk's lock.
func (h *handle) call(change bool) error {
	if h.boot != h.disk.boot {
		return errPower
	}
	return h.disk.call(change)
}

// dead says that nothing of this call can reach the disk any more.
func (h *handle) dead(before bool) bool { return before || h.boot != h.disk.boot || !h.disk.off }

// change notes a change, also the one in which the power goes.
func (h *handle) change(c change) error {
	d := h.disk
	d.mu.Lock()
	defer d.mu.Unlock()
	before := d.off
	if err := h.call(true); err != nil && h.dead(before) {
		return err
	}
	if grown := max(c.off+int64(len(c.data)), c.size) - int64(len(h.data)); d.quota > 0 && grown > 0 && d.used()+grown > d.quota {
		return sqlite3.FULL
	}
	c.order = d.next()
	h.data = c.apply(h.data)
	h.pending = append(h.pending, c)
	if d.off {
		return errPower
	}
	return nil
}

// WriteAt implements vfs.File.
func (h *handle) WriteAt(p []byte, off int64) (int, error) {
	if err := h.change(change{off: off, data: append([]byte{}, p...)}); err != nil {
		return 0, err
	}
	return len(p), nil
}

// Truncate implements vfs.File.
func (h *handle) Truncate(size int64) error { return h.change(change{size: size}) }

// SizeHint implements vfs.FileSizeHint: the file grows before it is written, as the system's VFS lets it.
func (h *handle) SizeHint(size int64) error {
	if have, err := h.Size(); err != nil || size <= have {
		return err
	}
	return h.Truncate(size)
}

// Sync implements vfs.File: what was written becomes safe. The name does not: the engine's VFS on Unix, v0.35.2, syncs the file a second time
// where it means to sync the directory (vfs/file.go, vfsFile.Sync), so nobody may rely on that.
func (h *handle) Sync(vfs.SyncFlag) error {
	d := h.disk
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := h.call(true); err != nil || d.lies {
		if err == errDisk {
			h.forget()
		}
		return err
	}
	left := h.pending[:0]
	for _, c := range h.pending {
		if c.lost {
			left = append(left, c)
			continue
		}
		h.safe = c.apply(h.safe)
	}
	h.pending = left
	return nil
}

// forget is what Linux does when a sync fails: the pages count as clean, are read as they were written, and are never written again (Rebello et al.,
// "Can applications recover from fsync failures?", USENIX ATC 2020).
func (f *inode) forget() {
	for n := range f.pending {
		f.pending[n].lost = true
	}
}

// ReadAt implements vfs.File.
func (h *handle) ReadAt(p []byte, off int64) (int, error) {
	h.disk.mu.Lock()
	defer h.disk.mu.Unlock()
	if err := h.call(false); err != nil {
		return 0, err
	}
	if off >= int64(len(h.data)) {
		return 0, io.EOF
	}
	n := copy(p, h.data[off:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// Size implements vfs.File.
func (h *handle) Size() (int64, error) {
	h.disk.mu.Lock()
	defer h.disk.mu.Unlock()
	return int64(len(h.data)), h.call(false)
}

// Close implements vfs.File.
func (h *handle) Close() error {
	if h.shm != nil {
		h.shm.Close()
	}
	h.Unlock(vfs.LOCK_NONE)
	h.disk.mu.Lock()
	defer h.disk.mu.Unlock()
	return h.call(false)
}

// Lock implements vfs.File with SQLite's five levels (sqlite.org/lockingv3.html).
func (h *handle) Lock(level vfs.LockLevel) error {
	h.disk.mu.Lock()
	defer h.disk.mu.Unlock()
	if h.lock >= level {
		return nil
	}
	switch level {
	case vfs.LOCK_SHARED:
		if h.waiting {
			return sqlite3.BUSY
		}
		h.shared++
	case vfs.LOCK_RESERVED:
		if h.reserved {
			return sqlite3.BUSY
		}
		h.reserved = true
	case vfs.LOCK_EXCLUSIVE:
		if h.lock < vfs.LOCK_PENDING {
			if h.waiting {
				return sqlite3.BUSY
			}
			h.lock, h.waiting, h.reserved = vfs.LOCK_PENDING, true, true
		}
		if h.shared > 1 {
			return sqlite3.BUSY
		}
	}
	h.lock = level
	return nil
}

// Unlock implements vfs.File.
func (h *handle) Unlock(level vfs.LockLevel) error {
	h.disk.mu.Lock()
	defer h.disk.mu.Unlock()
	if h.lock <= level {
		return nil
	}
	if h.lock >= vfs.LOCK_RESERVED {
		h.reserved = false
	}
	if h.lock >= vfs.LOCK_PENDING {
		h.waiting = false
	}
	if level < vfs.LOCK_SHARED {
		h.shared--
	}
	h.lock = level
	return nil
}

// CheckReservedLock implements vfs.File.
func (h *handle) CheckReservedLock() (bool, error) {
	h.disk.mu.Lock()
	defer h.disk.mu.Unlock()
	return h.reserved, nil
}

// LockState implements vfs.FileLockState.
func (h *handle) LockState() vfs.LockLevel { return h.lock }

// SharedMemory implements vfs.FileSharedMemory.
func (h *handle) SharedMemory() vfs.SharedMemory { return h.shm }

// SectorSize and DeviceCharacteristics are those of the engine's own VFS on Linux.
func (h *handle) SectorSize() int { return 4096 }

// DeviceCharacteristics implements vfs.File.
func (h *handle) DeviceCharacteristics() vfs.DeviceCharacteristic {
	return vfs.IOCAP_SUBPAGE_READ | vfs.IOCAP_POWERSAFE_OVERWRITE
}
