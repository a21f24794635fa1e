package crashdisk

import (
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
)

// sector is the unit that a disk writes whole: 512 bytes is the smallest that is sold.
const sector = 512

// Loss is what a power cut does to what was not synced.
type Loss int

const (
	LoseAll    Loss = iota // nothing of it arrived
	KeepPrefix             // the disk works in order: all up to some moment arrived
	KeepEach               // in order within each file and each name, but not among them
	KeepSome               // any of it arrived, any not
	Tear                   // any of it, and of each write any sectors; what a file grew by without being written holds noise
	losses
)

// String names the loss as in the table of results.
func (l Loss) String() string {
	return [...]string{"all lost", "ordered", "ordered per file", "any subset", "torn"}[l]
}

// PowerCut takes the power away, now if it has not gone yet, decides what of the unsynced changes arrived, and brings the power back.
// Whatever was open is dead. The same source of chance on the same history does the same. Troubles end; a quota and a lie stay.
func (d *Disk) PowerCut(chance *rand.Rand) Loss {
	d.mu.Lock()
	defer d.mu.Unlock()
	loss := Loss(chance.IntN(int(losses)))
	upTo := d.firstPending() + chance.IntN(d.order-d.firstPending()+2) // KeepPrefix: changes below this number arrived
	d.cutNames(loss, upTo, chance)
	for _, name := range d.names() {
		if f := d.safe[name]; f != nil {
			f.cut(loss, upTo, chance)
		}
	}
	d.dropOrphans()
	d.live = maps.Clone(d.safe)
	d.boot, d.off, d.naming, d.trouble = d.boot+1, false, nil, trouble{}
	return loss
}

// firstPending is the number of the oldest change that is not safe.
func (d *Disk) firstPending() int {
	first := d.order
	for _, f := range d.live {
		if f != nil && len(f.pending) > 0 {
			first = min(first, f.pending[0].order)
		}
	}
	if len(d.naming) > 0 {
		first = min(first, d.naming[0].order)
	}
	return first
}

// cutNames decides which new and removed names arrived. Of one name the changes arrive in order: a directory is kept by the file system's own journal.
func (d *Disk) cutNames(loss Loss, upTo int, chance *rand.Rand) {
	lost := map[string]bool{}
	for _, n := range d.naming {
		lost[n.path] = lost[n.path] || !keeps(loss, n.order, upTo, chance)
		if !lost[n.path] {
			n.apply(d.safe)
		}
	}
}

// keeps decides about one change.
func keeps(loss Loss, order, upTo int, chance *rand.Rand) bool {
	switch loss {
	case LoseAll:
		return false
	case KeepPrefix:
		return order < upTo
	}
	return chance.IntN(3) > 0
}

// dropOrphans removes what lies in a directory whose own name was lost. Directories that nobody made here are there for good.
func (d *Disk) dropOrphans() {
	for path := range d.safe {
		dir := filepath.Dir(path)
		if _, made := d.live[dir]; made && !slices.Contains(d.names(), dir) {
			delete(d.safe, path)
		}
	}
}

// cut decides which unsynced changes of a file arrived.
func (f *inode) cut(loss Loss, upTo int, chance *rand.Rand) {
	content, ended := slices.Clone(f.safe), false
	for _, c := range f.pending {
		kept := keeps(loss, c.order, upTo, chance) && !c.lost
		if loss == KeepEach {
			ended = ended || !kept
			kept = !ended
		}
		switch {
		case kept && loss == Tear && c.data != nil:
			content = c.torn(content, chance)
		case kept:
			content = c.apply(content)
		}
	}
	f.data, f.safe, f.pending = content, slices.Clone(content), nil
	f.shared, f.reserved, f.waiting = 0, false, false
}

// torn lets some sectors of a write arrive. Where the file grows and the sector does not arrive, stands what the disk held before.
func (c change) torn(to []byte, chance *rand.Rand) []byte {
	old := int64(len(to))
	end := c.off + int64(len(c.data))
	if to = resized(to, max(old, end)); chance.IntN(2) == 0 {
		for i := max(old, c.off); i < end; i++ {
			to[i] = byte(chance.Uint32())
		}
	}
	for at := c.off; at < end; {
		next := min((at/sector+1)*sector, end)
		if chance.IntN(4) > 0 {
			copy(to[at:next], c.data[at-c.off:next-c.off])
		}
		at = next
	}
	return to
}
