package app

import (
	"context"
	"time"

	"blackstart/internal/hub"
	"blackstart/internal/ledger/backup"
)

// copyTo keeps copies of the record in the directories. Before anything is written it looks there, and where the record was copied to before, for the
// claim of another hub.
func (a *App) copyTo(ctx context.Context, h *hub.Hub, dirs []string, defy bool) error {
	all, err := h.RememberCopies(ctx, dirs)
	if err == nil {
		err = h.ObeyClaims(ctx, all)
	}
	if err == nil && defy {
		err = h.DefyTakeover(ctx)
	}
	if err != nil || len(dirs) == 0 {
		return err
	}
	record, err := h.Copying(ctx, a.Addresses)
	if err != nil {
		return err
	}
	targets := make([]*backup.Target, len(dirs))
	for n, dir := range dirs {
		targets[n] = backup.NewTarget(dir, record)
	}
	h.Copied(func() []backup.State {
		states := make([]backup.State, len(targets))
		for n, t := range targets {
			states[n] = t.State()
		}
		return states
	})
	a.copies = targets
	return nil
}

// CopyTo gives the directories that are kept as copies of the record.
func (a *App) CopyTo() []string { return a.config.CopyTo }

// keepCopies runs the targets, each by itself: one that is full, gone or slow stops neither the hub nor another one. A stop waits for one that hangs in
// the kernel, as a share does whose server is gone, for [copyGrace] and then leaves it behind, since nothing can call it back.
func (a *App) keepCopies(ctx context.Context) {
	left := make(chan struct{}, len(a.copies))
	for _, t := range a.copies {
		go func() { t.Run(ctx); left <- struct{}{} }()
	}
	<-ctx.Done()
	late := time.NewTimer(copyGrace)
	defer late.Stop()
	for range a.copies {
		select {
		case <-left:
		case <-late.C:
			return
		}
	}
}
