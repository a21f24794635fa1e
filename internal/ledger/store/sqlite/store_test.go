package sqlite

import (
	"testing"

	"blackstart/internal/ledger/journal"
	"blackstart/internal/ledger/journal/journaltest"
)

func open(t testing.TB, dir string) *Store {
	t.Helper()
	s, err := Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestContract(t *testing.T) {
	journaltest.Run(t, func(t *testing.T) journal.Store { return open(t, t.TempDir()) })
}
