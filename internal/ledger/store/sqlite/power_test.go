package sqlite

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/synctest"

	"blackstart/internal/ledger/store/crashdisk"
	"blackstart/internal/ledger/trial"
)

// cutsInARow is how many power cuts one seed lives through on the same disk.
const cutsInARow = 10

// power makes the trials with power cuts: each seed goes through a row of them, on a disk on which the loss of one is the beginning of the next.
type power struct {
	t    *testing.T
	disk *crashdisk.Disk // prepared
	past *history
	set  func(*crashdisk.Disk, *disk) // what is wrong with a control; nil: nothing
}

func newPower(t *testing.T, set func(*crashdisk.Disk, *disk)) *power {
	t.Helper()
	d, past, err := prepared(t.Context(), signer(t), shmDir(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	return &power{t: t, disk: d, past: past, set: set}
}

// row lives through the cuts of one seed. It ends at the first loss. Time is the bubble's: the library that prepares the schema waits a second and tries again
// when its first table cannot be made.
func (p *power) row(seed uint64) (c trial.Count) {
	synctest.Test(p.t, func(t *testing.T) { c = p.inBubble(t.Context(), seed) })
	return c
}

func (p *power) inBubble(ctx context.Context, seed uint64) (c trial.Count) {
	chance := rand.New(rand.NewPCG(seed, 1))
	var h *history
	var d *crashdisk.Disk
	if seed%8 == 0 { // begin with nothing, so that the first start is cut too
		d = crashdisk.New(p.disk.Dir())
		h = newHistory(p.past.key, crashing(d), seed)
	} else {
		d = p.disk.Clone()
		h = p.past.after(crashing(d), seed)
	}
	defer d.Close()
	if p.set != nil {
		p.set(d, &h.on)
	}
	for c.Trials < cutsInARow && c.Err == nil {
		loss := p.cut(ctx, h, d, chance)
		c.Trials++
		if err := reopened(ctx, h); err != nil {
			c.Lost, c.Err = 1, fmt.Errorf("cut %d (%s): %w", c.Trials, loss, err)
		}
	}
	h.close()
	return c
}

// cut works until the power goes, or for a while, takes it away, and lets go of what was open. A third of the cuts hit the start.
func (p *power) cut(ctx context.Context, h *history, d *crashdisk.Disk, chance *rand.Rand) crashdisk.Loss {
	if chance.IntN(3) == 0 || h.store == nil {
		h.close()
		d.CutAt(1 + chance.IntN(25))
		if h.open(ctx) != nil {
			return gone(h, d, chance)
		}
	}
	d.CutAt(1 + chance.IntN(60))
	for range 12 {
		if h.step(ctx) != nil {
			break
		}
	}
	return gone(h, d, chance)
}

// gone lets the power go, and then of what the program held, which can no longer write anything.
func gone(h *history, d *crashdisk.Disk, chance *rand.Rand) crashdisk.Loss {
	loss := d.PowerCut(chance)
	h.close()
	return loss
}

// reopened starts after a fault and holds what is there against what was acknowledged.
func reopened(ctx context.Context, h *history) error {
	if err := h.open(ctx); err != nil {
		return err
	}
	return h.check(ctx)
}

// A power cut loses nothing that was acknowledged, whatever the disk does with what was not synced.
func TestPowerCut(t *testing.T) {
	p := newPower(t, nil)
	trial.Row{Trial: "power cut", Engine: "WAL, synchronous=FULL"}.Run(t, trial.Size{Quick: 20, CI: 500, Nightly: 5000}, p.row)
}

// The same trials with less than a commit needs must lose something: else they would prove nothing.
func TestPowerCutControls(t *testing.T) {
	for engine, set := range map[string]func(*crashdisk.Disk, *disk){
		"WAL, synchronous=NORMAL": func(_ *crashdisk.Disk, on *disk) { on.synchronous = "NORMAL" },
		"WAL, synchronous=OFF":    func(_ *crashdisk.Disk, on *disk) { on.synchronous = "OFF" },
		"a disk that lies":        func(d *crashdisk.Disk, _ *disk) { d.Lie() },
	} {
		t.Run(engine, func(t *testing.T) {
			p := newPower(t, set)
			trial.Row{Trial: "power cut", Engine: engine, Control: true}.Run(t, trial.Size{Quick: 10, CI: 50, Nightly: 500}, p.row)
		})
	}
}
