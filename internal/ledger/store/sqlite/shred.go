package sqlite

import (
	"time"

	"github.com/ncruces/go-sqlite3"
)

// erase empties the private parts of these entries, within the transaction of the entry that says so. secure_delete overwrites their bytes in the
// pages; the WAL still has the pages as they were, see [Store.sweep].
func (w *writer) erase(entries []uint64) error {
	for _, seq := range entries {
		b := binder{stmt: w.shred}
		if err := b.int(int64(seq)).exec(); err != nil {
			return err
		}
		w.unswept = true
	}
	return nil
}

// sweep folds the WAL into the file and cuts it to nothing, if bytes that were erased may still stand in it. A reader that looks at an older state
// keeps it from that: it waits so long at most, and the next write, the next start or the stop tries again. The caller holds mu, or is alone.
//
// What it cannot reach: copies of the file made before, the file system's snapshots, and cells of a flash disk that were written once and are free now.
func (w *writer) sweep(wait time.Duration) {
	if !w.unswept || w.conn.BusyTimeout(wait) != nil {
		return
	}
	_, _, err := w.conn.WALCheckpoint("main", sqlite3.CHECKPOINT_TRUNCATE)
	w.unswept = err != nil
	_ = w.conn.BusyTimeout(busyWait * time.Millisecond) // as it was; a connection that refuses this fails at the next write
}
