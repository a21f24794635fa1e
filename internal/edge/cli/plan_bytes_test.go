package cli

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The command line gives the same bytes twice, with one processor and with all, and they are those whose hashes stand beside the planner (see TestTheSameBytes there).
func TestPlanBytes(t *testing.T) {
	alone, all := planAnswers(t, "GOMAXPROCS=1"), planAnswers(t)
	for name, want := range alone {
		if !bytes.Equal(want, all[name]) {
			t.Errorf("with one processor %s is\n%s\nwith all\n%s", name, want, all[name])
		}
	}
	golden := strings.Fields(string(alone["golden"]))
	for i := 0; i+1 < len(golden); i += 2 {
		if hash, name := golden[i], golden[i+1]; fmt.Sprintf("%x", sha256.Sum256(alone[name])) != hash {
			t.Errorf("%s has other bytes than internal/plan/testdata/same/golden says", name)
		}
	}
	if len(golden) < 20 {
		t.Errorf("the golden file has %d words", len(golden))
	}
}

// planAnswers runs the planner's commands, each as a process of its own, and gives every file that is there afterwards.
func planAnswers(t *testing.T, env ...string) map[string][]byte {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("../../plan/testdata/same")); err != nil {
		t.Fatal(err)
	}
	commands, err := os.ReadFile(filepath.Join(dir, "commands"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(commands)) {
		words := strings.Fields(line)
		if words[0] == "#" {
			continue
		}
		cmd := exec.Command(self, append([]string{"plan"}, words[1:]...)...)
		cmd.Args[0] = "blackstart" // testscript.Main goes by it
		cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
		out, err := cmd.Output()
		if code := cmd.ProcessState.ExitCode(); code > 1 || code < 0 || len(out) == 0 { // 1 says that something could not be planned
			t.Fatalf("plan %v: %v", words[1:], err)
		}
		if err := os.WriteFile(filepath.Join(dir, words[0]), out, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filesOf(t, dir)
}

func filesOf(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	names, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, n := range names {
		if files[n.Name()], err = os.ReadFile(filepath.Join(dir, n.Name())); err != nil {
			t.Fatal(err)
		}
	}
	return files
}
