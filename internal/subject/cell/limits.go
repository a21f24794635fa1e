package cell

const (
	MaxCells  = 4_096   // cells in one event; a larger selection becomes several events of one batch
	MaxChosen = 200_000 // cells in one command: all cells of a house twice the size we design for
	MaxReason = 2_000   // bytes of a reason or of a selection as it was written
)
