package sqlite

import "time"

const (
	// leastRoom is the room, in bytes, below which an I/O error is taken for that of a full disk: the WAL and its index grow by less at a time.
	leastRoom = 64 << 10
	// maxReaders bounds the read connections; each has its own page cache, and two cores read no faster with more.
	maxReaders = 4
	// busyWait is how long, in milliseconds, a connection waits for another one's lock: a verification beside a running hub, never two writers.
	busyWait = 5000
	// autoCheckpoint is the length of the WAL, in pages of 4 KiB, from which a commit folds it back: SQLite's default, about 4 MiB.
	autoCheckpoint = 1000
	// sweepWait is how long a shredding waits for readers to let go of the WAL: a page is read in a hundredth of it, and everybody's writing waits meanwhile.
	sweepWait = 500 * time.Millisecond
)
