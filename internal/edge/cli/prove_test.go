package cli

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	foreign "github.com/transparency-dev/formats/proof"

	"blackstart/internal/fault"
)

// auditProof runs the script that shares nothing with this program.
func auditProof(t *testing.T, args ...string) (string, bool) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "bash", append([]string{filepath.Join("..", "..", "..", "deploy", "audit-proof")}, args...)...).CombinedOutput()
	return string(out), err == nil
}

// Every entry is proved to a tool that is not ours: openssl and coreutils. Changed in the entry, the proof or the key, nothing is.
func TestProofIsCheckedByOthers(t *testing.T) {
	for _, tool := range []string{"bash", "openssl", "basenc"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip("there is no " + tool)
		}
	}
	dir, _ := evidence(t)
	cli, work := shell{t, nil}, t.TempDir()
	export := filepath.Join(work, "x.jsonl")
	cli.run(fault.ExitOK, "journal", "export", dir, "--out", export)
	key := evidenceKey(t, 7).Public()
	for seq := 1; seq <= evidenceSize; seq++ {
		entry := filepath.Join(work, "entry-"+strconv.Itoa(seq))
		cli.run(fault.ExitOK, "journal", "prove", []string{dir, export}[seq%2], strconv.Itoa(seq), "--out", entry)
		if out, ok := auditProof(t, entry, entry+tlogProofSuffix, key.String(), key.Fingerprint()); !ok || !strings.HasPrefix(out, "ok: entry "+strconv.Itoa(seq)+" of the 20 ") {
			t.Fatalf("entry %d: %s", seq, out)
		}
	}
	cli.run(fault.ExitFailed+0, "journal", "prove", dir, "21", "--out", filepath.Join(work, "none"))
	refusals(t, filepath.Join(work, "entry-7"), key.String(), key.Fingerprint())
}

func refusals(t *testing.T, entry, key, fingerprint string) {
	t.Helper()
	proof, err := os.ReadFile(entry + tlogProofSuffix)
	if err != nil {
		t.Fatal(err)
	}
	var p foreign.TLogProof
	if err := p.Unmarshal(proof); err != nil || p.Index != 6 || len(p.Hashes) != 5 || !bytes.HasPrefix(p.Checkpoint, []byte(evidenceOrigin+"\n20\n")) {
		t.Errorf("transparency-dev reads %+v, %v", p, err)
	}
	if again := p.Marshal(); !bytes.Equal(again, proof) {
		t.Errorf("transparency-dev writes it as\n%s", again)
	}
	record, err := os.ReadFile(entry)
	if err != nil {
		t.Fatal(err)
	}
	other := evidenceKey(t, 8).Public()
	for name, c := range map[string]struct {
		record, proof            string
		key, fingerprint, answer string
	}{
		"another entry":       {strings.Replace(string(record), "anna", "otto", 1), string(proof), key, fingerprint, "does not lead to the root"},
		"another place":       {string(record), strings.Replace(string(proof), "index 6", "index 7", 1), key, fingerprint, "does not lead to the root"},
		"a shorter way":       {string(record), strings.Join(append(strings.SplitAfter(string(proof), "\n")[:2:2], strings.SplitAfter(string(proof), "\n")[3:]...), ""), key, fingerprint, "NOT PROVED"},
		"another size":        {string(record), strings.Replace(string(proof), "\n20\n", "\n21\n", 1), key, fingerprint, "NOT PROVED"},
		"a key nobody knows":  {string(record), string(proof), other.String(), fingerprint, "does not have the fingerprint"},
		"another hub's key":   {string(record), string(proof), other.String(), other.Fingerprint(), "not signed with this key"},
		"beyond the last one": {string(record), strings.Replace(string(proof), "index 6", "index 20", 1), key, fingerprint, "covers 20 entries"},
	} {
		file := filepath.Join(t.TempDir(), "entry")
		for name, data := range map[string]string{file: c.record, file + tlogProofSuffix: c.proof} {
			if err := os.WriteFile(name, []byte(data), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if out, ok := auditProof(t, file, file+tlogProofSuffix, c.key, c.fingerprint); ok || !strings.Contains(out, c.answer) {
			t.Errorf("%s: %s, want %q", name, out, c.answer)
		}
	}
}
