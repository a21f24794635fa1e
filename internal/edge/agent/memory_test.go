package agent

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// A link among an agent's files leads nowhere outside its directory, and neither does a name; what is too large is not read into memory.
func TestReadStaysInside(t *testing.T) {
	outside, dir := t.TempDir(), t.TempDir()
	if err := errors.Join(
		os.WriteFile(filepath.Join(outside, "secret.json"), []byte(`"secret"`), 0o600),
		os.WriteFile(filepath.Join(dir, "own.json"), []byte(`"own"`), 0o600),
		os.WriteFile(filepath.Join(dir, "large.json"), make([]byte, maxFile+1), 0o600),
		os.Symlink(filepath.Join(outside, "secret.json"), filepath.Join(dir, "link.json")),
		os.Symlink("own.json", filepath.Join(dir, "inner.json")),
		os.Symlink(outside, filepath.Join(dir, "down")),
	); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{"own.json": true, "inner.json": true, "link.json": false, "down/secret.json": false, "../" + filepath.Base(outside) + "/secret.json": false, "large.json": false} {
		var got string
		if err := read(dir, name, &got); (err == nil) != want || want && got != "own" {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	if err := read(dir, "none.json", new(string)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
}
