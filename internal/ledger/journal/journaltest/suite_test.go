package journaltest

import (
	"testing"

	"blackstart/internal/ledger/journal"
)

func TestMemory(t *testing.T) {
	Run(t, func(*testing.T) journal.Store { return new(Memory) })
}
