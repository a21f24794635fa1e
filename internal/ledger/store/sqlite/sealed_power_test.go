package sqlite

import (
	"encoding/hex"
	"testing"

	"github.com/ncruces/go-sqlite3/vfs"
	"github.com/ncruces/go-sqlite3/vfs/adiantum"

	"blackstart/internal/ledger/store/crashdisk"
	"blackstart/internal/ledger/trial"
)

// A block of the cipher that is torn is lost as a whole, with what stood beside the torn bytes. SQLite is told of blocks of 4 KiB and keeps what is
// acknowledged out of those that it writes on: a power cut loses nothing of a sealed record either.
func TestPowerCutSealed(t *testing.T) {
	p := newPower(t, func(d *crashdisk.Disk, on *disk) {
		on.vfs = d.Name() + "-sealed"
		vfs.Register(on.vfs, sealedFiles{adiantum.Wrap(d, nil), hex.EncodeToString(make([]byte, KeyBytes))})
		t.Cleanup(func() { vfs.Unregister(on.vfs) })
	})
	fresh := func(seed uint64) trial.Count { return p.row(seed * 8) } // which begins with nothing: the prepared disk is in the clear
	trial.Row{Trial: "power cut", Engine: "sealed, WAL, synchronous=FULL"}.Run(t, trial.Size{Quick: 10, CI: 100, Nightly: 1000}, fresh)
}
