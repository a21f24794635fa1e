package sqlite

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"blackstart/internal/ledger/journal"
	"blackstart/internal/ledger/seal"
	"blackstart/internal/ledger/trial"
)

// killsInARow is how often the child of one seed is killed in the same directory.
const killsInARow = 10

const (
	crashDir   = "BLACKSTART_CRASH_DIR"
	crashEarly = "BLACKSTART_CRASH_EARLY" // a control: the child acknowledges before it commits
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(crashDir); dir != "" {
		appendForEver(dir)
	}
	if dir := os.Getenv(fullDir); dir != "" {
		if err := fillForReal(dir); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		return
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
	for {
		group := nextGroup(key, int(l.Next()))
		if os.Getenv(crashEarly) != "" {
			fmt.Println(l.Head().Size + uint64(len(group[0])+len(group[1])))
		}
		if err := l.Append(ctx, group...); err != nil {
			return err
		}
		if l.Next()%5 == 0 {
			if _, err := l.Checkpoint(ctx); err != nil {
				return err
			}
		}
		fmt.Println(l.Head().Size)
	}
}

// nextGroup is two batches that are committed together. The control's are long, so that there is time to die in them.
func nextGroup(key *seal.Signer, n int) [][]journal.Draft {
	first := numbered(n)
	if n == 1 {
		first = openedBy(key)
	}
	group := [][]journal.Draft{{first, numbered(n + 1)}, {numbered(n + 2)}}
	for more := n + 3; os.Getenv(crashEarly) != "" && more < n+603; more++ {
		group[1] = append(group[1], numbered(more))
	}
	return group
}

// killed kills the child of one seed again and again, and looks after each kill whether everything acknowledged is there, and no half group.
func killed(t *testing.T, seed uint64, early bool) (c trial.Count) {
	dir := t.TempDir()
	chance := rand.New(rand.NewPCG(seed, 2))
	for c.Trials < killsInARow && c.Err == nil {
		acknowledged := killedAfter(t, dir, chance.IntN(9), time.Duration(chance.IntN(2000))*time.Microsecond, early)
		c.Trials++
		if err := afterKill(t.Context(), t, dir, acknowledged, early); err != nil {
			c.Lost, c.Err = 1, fmt.Errorf("kill %d: %w", c.Trials, err)
		}
	}
	return c
}

func afterKill(ctx context.Context, t *testing.T, dir string, acknowledged uint64, early bool) error {
	s, err := Open(ctx, dir)
	if err != nil {
		return err
	}
	defer s.Close()
	l := openLog(t, s)
	if size := l.Head().Size; l.ReadOnly() != nil || size < acknowledged || size%3 != 0 && !early {
		return fmt.Errorf("%d entries are there, %d were acknowledged, read-only: %v", size, acknowledged, l.ReadOnly())
	}
	if l.Next() == 1 {
		return nil
	}
	if _, err := l.Checkpoint(ctx); err != nil {
		return err
	}
	v, err := l.Audit(ctx, nil)
	if err == nil {
		err = v.ErrBad()
	}
	return err
}

// A process that is killed in the middle of writing has lost nothing that it acknowledged, and left no half group.
func TestKilledWhileWriting(t *testing.T) {
	trial.Row{Trial: "kill -9 while writing", Engine: "WAL, synchronous=FULL, a real disk"}.Run(t, trial.Size{Quick: 1, CI: 20, Nightly: 200}, func(seed uint64) trial.Count { return killed(t, seed, false) })
}

// A program that acknowledges before it commits must lose something.
func TestKilledWhileWritingControl(t *testing.T) {
	trial.Row{Trial: "kill -9 while writing", Engine: "acknowledged before COMMIT", Control: true}.Run(t, trial.Size{Quick: 1, CI: 3, Nightly: 20}, func(seed uint64) trial.Count { return killed(t, seed, true) })
}

// killedAfter runs the child until it has acknowledged some groups, and a moment longer, kills it with SIGKILL, and gives the last size that it acknowledged.
func killedAfter(t *testing.T, dir string, groups int, moment time.Duration, early bool) (acknowledged uint64) {
	t.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), crashDir+"="+dir)
	if early {
		child.Env, moment = append(child.Env, crashEarly+"=1"), 0
	}
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
			time.Sleep(moment)
			child.Process.Kill()
		}
	}
	child.Wait()
	if complaint.Len() > 0 {
		t.Fatalf("the child failed: %s", complaint.String())
	}
	return acknowledged
}
