package sqlite

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"blackstart/internal/ledger/journal"
	"blackstart/internal/ledger/seal"
)

// kills is how often the child is killed; the long programme raises it by the environment.
const kills = 10

const crashDir = "BLACKSTART_CRASH_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(crashDir); dir != "" {
		appendForEver(dir)
	}
	os.Exit(m.Run())
}

// appendForEver is the child: it appends groups and prints the size of the log after each that was acknowledged.
// It ends with its parent, whose end closes the pipe that is its input.
func appendForEver(dir string) {
	go func() {
		io.Copy(io.Discard, os.Stdin)
		os.Exit(1)
	}()
	if err := appendGroups(context.Background(), dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func appendGroups(ctx context.Context, dir string) error {
	key, err := seal.GenerateFrom(origin, bytes.NewReader(bytes.Repeat([]byte{7}, 32)))
	if err != nil {
		return err
	}
	s, err := Open(ctx, dir)
	if err != nil {
		return err
	}
	l, err := journal.Open(ctx, s, journal.Options{Origin: origin, Signer: key, Now: time.Now})
	if err != nil {
		return err
	}
	for n := int(l.Next()); ; n = int(l.Next()) {
		d := numbered(n)
		if n == 1 {
			d = openedBy(key)
		}
		if err := l.Append(ctx, []journal.Draft{d, numbered(n + 1)}, []journal.Draft{numbered(n + 2)}); err != nil {
			return err
		}
		if n%5 == 0 {
			if _, err := l.Checkpoint(ctx); err != nil {
				return err
			}
		}
		fmt.Println(l.Head().Size)
	}
}

// A process that is killed in the middle of writing has lost nothing that it acknowledged, and left no half batch.
func TestKilledWhileWriting(t *testing.T) {
	dir := t.TempDir()
	for kill := range kills {
		acknowledged := killedAfter(t, dir, 3+kill*7)
		s, err := Open(t.Context(), dir)
		if err != nil {
			t.Fatal(err)
		}
		l := openLog(t, s)
		if size := l.Head().Size; l.ReadOnly() != nil || size < acknowledged || size%3 != 0 {
			t.Fatalf("after kill %d: %d entries, %d were acknowledged, read-only: %v", kill, size, acknowledged, l.ReadOnly())
		}
		if _, err := l.Checkpoint(t.Context()); err != nil {
			t.Fatal(err)
		}
		if v, err := l.Audit(t.Context(), nil); err != nil || !v.OK {
			t.Fatalf("after kill %d: %+v, %v", kill, v, err)
		}
		s.Close()
	}
}

// killedAfter runs the child until it has acknowledged some groups, kills it with SIGKILL, and gives the last size that it acknowledged.
func killedAfter(t *testing.T, dir string, groups int) (acknowledged uint64) {
	t.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), crashDir+"="+dir)
	var complaint bytes.Buffer
	child.Stderr = &complaint
	alive, err := child.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer alive.Close()
	out, err := child.StdoutPipe()
	if err == nil {
		err = child.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	defer child.Process.Kill()
	lines := bufio.NewScanner(out)
	for n := 0; lines.Scan(); n++ { // to the end of the pipe: what the child acknowledged before it died counts
		if acknowledged, err = strconv.ParseUint(lines.Text(), 10, 64); err != nil {
			t.Fatalf("the child says %q", lines.Text())
		}
		if n == groups {
			child.Process.Kill()
		}
	}
	child.Wait()
	if complaint.Len() > 0 {
		t.Fatalf("the child failed: %s", complaint.String())
	}
	return acknowledged
}
