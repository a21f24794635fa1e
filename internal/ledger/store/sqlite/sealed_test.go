package sqlite_test

import (
	"bytes"
	"crypto/rand"
	"os"
	"path/filepath"
	"testing"
	"time"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/journal"
	"blackstart/internal/ledger/journal/journaltest"
	"blackstart/internal/ledger/seal"
	"blackstart/internal/ledger/store/sqlite"
)

func newKey(t *testing.T) sqlite.Key {
	t.Helper()
	key := make(sqlite.Key, sqlite.KeyBytes)
	rand.Read(key)
	return key
}

// A sealed store is a store.
func TestSealedConformance(t *testing.T) {
	journaltest.Run(t, func(t *testing.T) journal.Store {
		s, err := sqlite.OpenSealed(t.Context(), t.TempDir(), newKey(t))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		return s
	})
}

const word = "unmistakable-word"

// sealable is a directory with a journal of some entries, all of which say the word.
func sealable(t *testing.T, entries int) string {
	t.Helper()
	dir := t.TempDir()
	s, err := sqlite.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	key, err := seal.Generate("blackstart/test")
	if err != nil {
		t.Fatal(err)
	}
	l, err := journal.Open(t.Context(), s, journal.Options{Origin: key.Name(), Signer: key, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	at := time.Now()
	drafts := []journal.Draft{{At: at, Actor: "hub:console", Kind: journal.KindOpened, Schema: 1, Body: []byte(`{"origin":"blackstart/test","key":"` + key.Public().String() + `","drill":false}`)}}
	for range entries {
		drafts = append(drafts, journal.Draft{At: at, Actor: "user:anna", Kind: "incident.logged", Schema: 1, Body: []byte(`{"text":"` + word + `"}`), Private: []byte(`{"name":"` + word + `"}`)})
	}
	if err := l.Append(t.Context(), drafts); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.PutSecret(t.Context(), "password/anna", []byte(word)); err != nil {
		t.Fatal(err)
	}
	return dir
}

// holds says which files of a directory hold the word in the clear.
func holds(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(data, []byte(word)) {
			names = append(names, e.Name())
		}
	}
	return names
}

// Sealing and unsealing keep the record and the secrets, leave no word in the clear, and take the key to open.
func TestConvert(t *testing.T) {
	dir, key := sealable(t, 500), newKey(t)
	if len(holds(t, dir)) == 0 {
		t.Fatal("the word is not there to begin with")
	}
	swapped := false
	swap := func() error {
		swapped = true
		return os.WriteFile(filepath.Join(dir, sqlite.SealName), []byte("{}"), 0o600)
	}
	v, err := sqlite.Convert(t.Context(), dir, nil, key, swap)
	if err != nil || !v.OK || !swapped {
		t.Fatalf("%+v %v", v, err)
	}
	if sealed, err := sqlite.IsSealed(dir); !sealed || err != nil {
		t.Errorf("sealed = %v %v", sealed, err)
	}
	if names := holds(t, dir); len(names) > 0 {
		t.Errorf("in the clear: %v", names)
	}
	for name, open := range map[string]func() (*sqlite.Store, error){
		"store.sealed": func() (*sqlite.Store, error) { return sqlite.OpenReadOnly(t.Context(), dir) },
		"store.key":    func() (*sqlite.Store, error) { return sqlite.OpenReadOnlySealed(t.Context(), dir, newKey(t)) },
	} {
		if _, err := open(); fault.CodeOf(err) != name {
			t.Errorf("%v, want %s", err, name)
		}
	}
	if _, err := sqlite.Open(t.Context(), dir); fault.CodeOf(err) != "store.sealed" {
		t.Errorf("opened without its key: %v", err)
	}
	if _, err := sqlite.OpenSealed(t.Context(), dir, newKey(t)); err == nil {
		t.Error("opened for writing with another key")
	}
	s, err := sqlite.OpenSealed(t.Context(), dir, key)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.PutSecret(t.Context(), "password/anna", []byte(word+word)); err != nil {
		t.Error(err)
	}
	if names := holds(t, dir); len(names) > 0 { // the WAL is open now
		t.Errorf("in the clear while it is written: %v", names)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	back, err := sqlite.Convert(t.Context(), dir, key, nil, func() error { return nil })
	if err != nil || back.Head != v.Head {
		t.Fatalf("%+v %v", back, err)
	}
	s, err = sqlite.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if secret, err := s.Secret(t.Context(), "password/anna"); err != nil || string(secret) != word+word {
		t.Errorf("secret = %q %v", secret, err)
	}
}
