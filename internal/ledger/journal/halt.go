package journal

import "blackstart/internal/fault"

// Halt is why a log takes no more entries. It lasts until the program is started again, on what a person has looked at.
type Halt struct {
	// Damaged means that what stands in the record is not what was written; otherwise an entry could not be written.
	Damaged bool
	// Where names what is damaged as a verification does: "entry 7", "entries 5 to 8", "checkpoint", "database". Empty unless Damaged.
	Where       string
	First, Last uint64 // the entries among which the first bad one is; 0 if it is none
	Err         error  // the fault with which every further entry is refused
}

// damaged is the halt for a flaw in the record.
func damaged(f *flaw) *Halt {
	return &Halt{Damaged: true, Where: f.where, First: f.first, Last: f.last,
		Err: fault.New(fault.Unavailable, "journal.damaged", "could not write to the journal, it is damaged: %w", f).
			Hinted("keep this directory as it is, run 'blackstart journal verify' on it, and go on from the last good copy with 'blackstart takeover'")}
}

// unwritable is the halt for a store that failed: nobody knows what the disk holds.
func unwritable(format string, args ...any) *Halt {
	return &Halt{Err: fault.New(fault.Unavailable, "journal.readonly", "could not write to the journal, it is read-only: "+format, args...).
		Hinted("everything acknowledged so far is there: see to the disk, then start again")}
}

// Halted says whether and why the log takes no more entries.
func (l *Log) Halted() (Halt, bool) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if l.halted == nil {
		return Halt{}, false
	}
	return *l.halted, true
}

// halt makes the log read-only, and gives the fault of this reason. The first reason stays.
func (l *Log) halt(reason *Halt) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.halted == nil {
		l.halted = reason
	}
	return reason.Err
}
