package cli

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"blackstart/internal/fault"
)

// shell runs command lines against one hub, the way a person at a terminal does.
type shell struct {
	*testing.T
	env []string
}

// run runs one command line and gives what it printed; it fails the test when the exit code is another.
func (s shell) run(want int, args ...string) string {
	s.Helper()
	var out, errs bytes.Buffer
	code := Main(append(args, s.env...), IO{Ctx: s.Context(), In: strings.NewReader("correct horse battery staple\n"), Out: &out, Err: &errs})
	if code != want {
		s.Fatalf("blackstart %s\nexit %d, want %d\n%s%s", strings.Join(args, " "), code, want, out.String(), errs.String())
	}
	return out.String() + errs.String()
}

// serving starts a hub and gives what the pattern found in what it printed, and all it printed up to then; the test's end stops the hub.
func serving(t *testing.T, until string, args ...string) (found []string, printed string) {
	t.Helper()
	found, printed, _ = stoppable(t, until, args...)
	return found, printed
}

// stoppable is serving for tests that stop the hub themselves.
func stoppable(t *testing.T, until string, args ...string) (found []string, printed string, stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r, w := io.Pipe()
	done := make(chan int)
	go func() {
		defer w.Close()
		done <- Main(append([]string{"serve"}, args...), IO{Ctx: ctx, In: strings.NewReader(""), Out: w, Err: w})
	}()
	stop = sync.OnceFunc(func() {
		cancel()
		if code := <-done; code != fault.ExitOK {
			t.Errorf("the hub ended with %d", code)
		}
	})
	t.Cleanup(stop)
	found, printed = heard(t, until, r)
	return found, printed, stop
}

// heard listens to a hub until it has said what the pattern finds, and lets it talk on.
func heard(t *testing.T, until string, r io.Reader) (found []string, printed string) {
	t.Helper()
	var said bytes.Buffer
	want := regexp.MustCompile(until)
	for buf := make([]byte, 4096); found == nil; found = want.FindStringSubmatch(said.String()) {
		n, err := r.Read(buf)
		said.Write(buf[:n])
		if err != nil {
			t.Fatalf("the hub did not start:\n%s", said.String())
		}
	}
	go io.Copy(io.Discard, r)
	return found, said.String()
}

// The first hour by command line alone: people, a hub over TLS with its own authority, an incident, its log and its end, a catalogue; then the
// record is verified without the hub.
func TestHubByCommandLine(t *testing.T) {
	dir := t.TempDir()
	data := filepath.Join(dir, "data")
	offline := shell{t, nil}
	offline.run(fault.ExitOK, "user", "--data", data, "add", "anna", "--role", "lead", "--role", "admin", "--real-name", "Anna Berg", "--password-file", "-")
	offline.run(fault.ExitOK, "user", "--data", data, "add", "karl", "--role", "contact", "--customer", "bkk-ahornwerk", "--password-file", "-")
	offline.run(fault.ExitRefused, "user", "--data", data, "add", "ANNA", "--role", "it", "--password-file", "-")
	token := func(user string) string {
		return strings.TrimSpace(offline.run(fault.ExitOK, "user", "--data", data, "token", user))
	}
	annas, karls := token("anna"), token("karl")

	at, printed := serving(t, `serving\s+(\S+)\n`, "--data", data, "--listen", "127.0.0.1:0", "--tls", "self")
	address := at[1]
	if strings.Contains(printed, "/setup/") {
		t.Error("a house with people still offers a set-up link")
	}
	ca := regexp.MustCompile(`ca\s+(\S+)`).FindStringSubmatch(printed)[1]
	anna := shell{t, []string{"--hub", address, "--ca", ca, "--token", annas}}
	karl := shell{t, []string{"--hub", address, "--ca", ca, "--token", karls}}

	if out := anna.run(fault.ExitOK, "incident", "open", "eAU is rejected"); !strings.Contains(out, "inc-1") {
		t.Errorf("open said %q", out)
	}
	anna.run(fault.ExitOK, "incident", "log", "inc-1", "first call taken")
	anna.run(fault.ExitOK, "incident", "set", "inc-1", "--anchor", "first_alert", "--moment", "2026-11-20T22:00:00+01:00")
	anna.run(fault.ExitUsage, "incident", "log", "inc-1", " ")
	anna.run(fault.ExitFailed, "incident", "log", "inc-9", "nowhere")
	anna.run(fault.ExitOK, "catalogue", "adopt", "../../../examples/insurers")
	anna.run(fault.ExitRefused, "catalogue", "adopt", "../../../examples/insurers")
	anna.run(fault.ExitRefused, "agent", "offer", "no-root-yet")
	karl.run(fault.ExitFailed, "incident", "open", "not mine to open") // what may not be done does not exist
	shell{t, []string{"--hub", address, "--ca", ca, "--token", "made-up"}}.run(fault.ExitRefused, "incident", "open", "x")
	shell{t, []string{"--hub", address, "--ca", strings.Repeat("0", 64), "--token", annas}}.run(fault.ExitFailed, "incident", "open", "to an impostor")
	anna.run(fault.ExitOK, "incident", "close", "inc-1", "over", "--open-point", "tell the suppliers, today")
	if out := offline.run(fault.ExitOK, "journal", "verify", data); !strings.Contains(out, "key not pinned") {
		t.Errorf("verify said %q", out)
	}

	// The record travels as a file, with the catalogue that it rests on or not at all.
	export, side := filepath.Join(dir, "export.jsonl"), filepath.Join(dir, "export.jsonl.blobs")
	offline.run(fault.ExitOK, "journal", "export", data, "--out", export)
	if err := os.Rename(side, side+".lost"); err != nil {
		t.Fatal(err)
	}
	if out := offline.run(fault.ExitFailed, "journal", "import", export, "--data", filepath.Join(dir, "half")); !strings.Contains(out, "export.jsonl.blobs") {
		t.Errorf("the refusal does not name the missing file: %q", out)
	}
	if err := os.Rename(side+".lost", side); err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(dir, "copied")
	offline.run(fault.ExitOK, "journal", "import", export, "--data", copied)
	offline.run(fault.ExitOK, "user", "--data", copied, "password", "anna", "--password-file", "-")
	if out := offline.run(fault.ExitOK, "user", "--data", copied, "list"); !strings.Contains(out, "karl") {
		t.Errorf("the people did not travel: %q", out)
	}
}

// Whoever finds the house empty is let in once, by the link that the start prints.
func TestFirstStartPrintsLink(t *testing.T) {
	serving(t, `http://localhost:\d+/setup/[A-Za-z0-9_-]{43}\n`, "--data", t.TempDir(), "--listen", "127.0.0.1:0")
}

func TestServeRefusesPlainNetwork(t *testing.T) {
	out := shell{t, nil}.run(fault.ExitUsage, "serve", "--data", t.TempDir(), "--listen", "0.0.0.0:0")
	if !strings.Contains(out, "--tls self") {
		t.Errorf("the refusal names no way out: %s", out)
	}
}

// An approver's key never leaves the file; the approval does.
func TestOrderKeyIsNotOverwritten(t *testing.T) {
	file := filepath.Join(t.TempDir(), "anna.key")
	shell{t, nil}.run(fault.ExitOK, "order", "key", "--out", file)
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	shell{t, nil}.run(fault.ExitRefused, "order", "key", "--out", file)
	if after, _ := os.ReadFile(file); !bytes.Equal(before, after) {
		t.Error("the key was overwritten")
	}
	if info, _ := os.Stat(file); info.Mode().Perm() != 0o600 {
		t.Errorf("the key file has mode %v", info.Mode())
	}
}

// What changes in a watched directory waits on the catalogue page until a person adopts it; it is never adopted by itself.
func TestWatchedCatalogueWaits(t *testing.T) {
	m := manTheHouse(t)
	dir := filepath.Join(t.TempDir(), "insurers")
	if err := os.CopyFS(dir, os.DirFS("../../../examples/insurers")); err != nil {
		t.Fatal(err)
	}
	provider := filepath.Join(dir, "provider.yaml")
	text, err := os.ReadFile(provider)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(provider, append(text, "# a remark\n"...), 0o600); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		watchCatalogue(&IO{Ctx: context.Background(), Err: io.Discard}, m.app, dir)
	}()
	before := m.hub.Log().Next()
	for {
		v, err := m.hub.Catalogue(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if v.Waiting != nil {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if m.hub.Log().Next() != before {
		t.Error("offering a catalogue wrote an entry")
	}
	m.app.Stop()
	<-done
}
