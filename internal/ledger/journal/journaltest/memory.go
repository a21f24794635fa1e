// Package journaltest knows what a journal.Store must do, as a test ([Run]), and has the second store that passes it, in memory,
// for tests that are about something else.
package journaltest

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"strings"
	"sync"

	"golang.org/x/mod/sumdb/tlog"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/journal"
)

// Memory is a journal.Store that forgets everything with the process. Its zero value is empty and ready.
type Memory struct {
	mu          sync.Mutex // guards everything
	rows        []journal.Row
	checkpoints []journal.Checkpoint
	blobs       map[string][]byte
	secrets     map[string][]byte
	broken      error
}

var _ journal.Store = (*Memory)(nil)

// Break makes every further write fail with the error, as a disk does that is full or gone.
func (m *Memory) Break(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.broken = err
}

// write runs f under the lock, unless the store is broken or the context is done.
func (m *Memory) write(ctx context.Context, f func() error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.broken != nil {
		return m.broken
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return f()
}

// Extent implements journal.Store.
func (m *Memory) Extent(context.Context) (records, hashes uint64, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return uint64(len(m.rows)), uint64(len(m.rows)), nil
}

// Check implements journal.Store.
func (m *Memory) Check(context.Context) error { return nil }

// Append implements journal.Store.
func (m *Memory) Append(ctx context.Context, rows []journal.Row) error {
	return m.write(ctx, func() error {
		for i, row := range rows {
			if next := uint64(len(m.rows) + i + 1); row.Seq != next {
				return fault.New(fault.Conflict, "store.order", "could not store entry %d: the next one is %d", row.Seq, next)
			}
		}
		for _, row := range rows {
			m.rows = append(m.rows, clone(row))
			for _, n := range row.Shreds {
				m.rows[n-1].Private = nil
			}
		}
		return nil
	})
}

func clone(row journal.Row) journal.Row {
	row.Raw, row.Private, row.Hashes, row.Shreds = bytes.Clone(row.Raw), bytes.Clone(row.Private), slices.Clone(row.Hashes), nil
	return row
}

// Page implements journal.Store.
func (m *Memory) Page(_ context.Context, from, to uint64) (page []journal.Row, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	size := 0
	for seq := max(from, 1); seq <= min(to, uint64(len(m.rows))) && len(page) < journal.PageRows && size < journal.PageBytes; seq++ {
		row := clone(m.rows[seq-1])
		size += len(row.Raw) + len(row.Private)
		page = append(page, row)
	}
	return page, nil
}

// Hashes implements journal.Store.
func (m *Memory) Hashes(_ context.Context, seq uint64) ([]tlog.Hash, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if seq == 0 || seq > uint64(len(m.rows)) {
		return nil, fault.New(fault.NotFound, "store.hashes", "could not find the hashes of entry %d", seq)
	}
	return slices.Clone(m.rows[seq-1].Hashes), nil
}

// PutCheckpoint implements journal.Store.
func (m *Memory) PutCheckpoint(ctx context.Context, c journal.Checkpoint) error {
	return m.write(ctx, func() error {
		i, there := slices.BinarySearchFunc(m.checkpoints, c.Size, func(c journal.Checkpoint, size uint64) int { return int(c.Size) - int(size) })
		if there && !bytes.Equal(m.checkpoints[i].Note, c.Note) {
			return fault.New(fault.Conflict, "store.checkpoint", "could not store the checkpoint of %d entries: there is another one of this size", c.Size)
		}
		if !there {
			m.checkpoints = slices.Insert(m.checkpoints, i, journal.Checkpoint{Size: c.Size, Note: bytes.Clone(c.Note)})
		}
		return nil
	})
}

// Checkpoints implements journal.Store.
func (m *Memory) Checkpoints(_ context.Context, after uint64) (all []journal.Checkpoint, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, c := range m.checkpoints {
		if c.Size > after && len(all) < journal.PageRows {
			all = append(all, c)
		}
	}
	return all, nil
}

// LastCheckpoint implements journal.Store.
func (m *Memory) LastCheckpoint(context.Context) (c journal.Checkpoint, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if n := len(m.checkpoints); n > 0 {
		c = m.checkpoints[n-1]
	}
	return c, nil
}

// PutBlob implements journal.Store.
func (m *Memory) PutBlob(ctx context.Context, data []byte) (string, error) {
	if len(data) > journal.MaxBlob {
		return "", fault.New(fault.Invalid, "store.blob", "could not store a blob of %d bytes: at most %d", len(data), journal.MaxBlob)
	}
	name := journal.SHA256(data)
	return name, m.write(ctx, func() error { put(&m.blobs, name, data); return nil })
}

// Blob implements journal.Store.
func (m *Memory) Blob(_ context.Context, name string) ([]byte, error) {
	return m.find(&m.blobs, "blob", name)
}

// Blobs implements journal.Store.
func (m *Memory) Blobs(_ context.Context, after string) (names []string, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, name := range slices.Sorted(maps.Keys(m.blobs)) {
		if name > after && len(names) < journal.PageRows {
			names = append(names, name)
		}
	}
	return names, nil
}

// PutSecret implements journal.Store.
func (m *Memory) PutSecret(ctx context.Context, name string, value []byte) error {
	return m.write(ctx, func() error { put(&m.secrets, name, value); return nil })
}

// Secret implements journal.Store.
func (m *Memory) Secret(_ context.Context, name string) ([]byte, error) {
	return m.find(&m.secrets, "secret", name)
}

// Secrets implements journal.Store.
func (m *Memory) Secrets(_ context.Context, prefix string) (all []journal.Secret, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, name := range slices.Sorted(maps.Keys(m.secrets)) {
		if strings.HasPrefix(name, prefix) {
			all = append(all, journal.Secret{Name: name, Value: bytes.Clone(m.secrets[name])})
		}
	}
	return all, nil
}

// DeleteSecret implements journal.Store.
func (m *Memory) DeleteSecret(ctx context.Context, name string) error {
	return m.write(ctx, func() error { delete(m.secrets, name); return nil })
}

func put(table *map[string][]byte, name string, value []byte) {
	if *table == nil {
		*table = map[string][]byte{}
	}
	(*table)[name] = append([]byte{}, value...)
}

func (m *Memory) find(table *map[string][]byte, what, name string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	value, ok := (*table)[name]
	if !ok {
		return nil, fault.New(fault.NotFound, "store."+what, "could not find the %s %.80q", what, name)
	}
	return bytes.Clone(value), nil
}
