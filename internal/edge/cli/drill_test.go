//go:build linux

package cli

import (
	"bufio"
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// changing is what may differ between two plays of the same drill: numbers of entries, what is derived from them, heads and hashes.
var changing = []struct{ pattern, by string }{
	{`"seq": \d+`, `"seq": N`},
	{`"entries": \d+`, `"entries": N`},
	{`"head": "[^"]*"`, `"head": "H"`},
	{`"hash": "[0-9a-f]*"`, `"hash": "H"`},
	{`-open-\d+`, `-open-N`},
	{`entry \d+`, `entry N`},
}

func normal(report []byte) string {
	for _, c := range changing {
		report = regexp.MustCompile(c.pattern).ReplaceAll(report, []byte(c.by))
	}
	return string(report)
}

// drillCommand is a drill as a process group of its own, so that all of it can be killed at once.
func drillCommand(t *testing.T, dir, report string, more ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, append([]string{"drill", "first-light", "--headless", "--data", dir, "--report", report}, more...)...)
	cmd.Args[0] = "blackstart" // testscript.Main goes by it
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Stderr = os.Stderr
	return cmd
}

// killAfter starts the drill and kills it, children and all, some time after it has said so many lines. It says whether the drill had ended before.
func killAfter(t *testing.T, cmd *exec.Cmd, lines int, then time.Duration) (ended bool) {
	t.Helper()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	said := bufio.NewScanner(out)
	for n := 0; n < lines && said.Scan(); n++ {
	}
	time.Sleep(then) // any moment is as good as another: nothing fails by being early or late
	_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	err = cmd.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return err == nil
}

// A drill that is killed at any moment and started again goes on where it was, and ends with the same report. DRILL_STAGE=1 plays it in namespaces.
func TestKilledDrillResumes(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: ten kills take ten starts")
	}
	var kind []string
	if os.Getenv("DRILL_STAGE") == "" {
		kind = []string{"--simulate"}
	}
	tmp := t.TempDir()
	want := played(t, drillCommand(t, filepath.Join(tmp, "whole"), filepath.Join(tmp, "whole.json"), kind...), filepath.Join(tmp, "whole.json"))

	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	chance := rand.New(rand.NewPCG(seed, 0))
	points := make([]int, 10) // the first two before the first step
	for n := 2; n < len(points); n++ {
		points[n] = chance.IntN(26)
	}
	slices.Sort(points)
	dir, report := filepath.Join(tmp, "killed"), filepath.Join(tmp, "killed.json")
	for _, lines := range points {
		then := time.Duration(chance.IntN(2000)) * time.Microsecond // a step takes about as long
		if lines == 0 {
			then *= 400 // before the first line people are added and hosts are raised
		}
		if killAfter(t, drillCommand(t, dir, report, kind...), lines, then) {
			t.Logf("the drill had ended before it was killed after %d lines", lines)
		}
	}
	got := played(t, drillCommand(t, dir, report, kind...), report)
	if diff := cmp.Diff(normal(want), normal(got)); diff != "" {
		t.Errorf("killed after %v lines, the report differs (-whole +killed):\n%s", points, diff)
	}
}

// played runs a drill to its end and gives its report.
func played(t *testing.T, cmd *exec.Cmd, report string) []byte {
	t.Helper()
	var out bytes.Buffer
	cmd.Stdout = &out
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	data, err := os.ReadFile(report)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(data, []byte(`"verified": true`)) {
		t.Error("the record of the drill does not verify")
	}
	return data
}

// What stands on pages before anybody reads it is worth one look: the report of a simulated drill says so in its second line.
func TestDrillReportSaysThatItIsSimulated(t *testing.T) {
	tmp := t.TempDir()
	report := filepath.Join(tmp, "r.md")
	cmd := drillCommand(t, filepath.Join(tmp, "d"), report, "--simulate")
	var out bytes.Buffer
	cmd.Stdout = &out
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s", err, &out)
	}
	data, err := os.ReadFile(report)
	if err != nil {
		t.Fatal(err)
	}
	if want := "Simuliert: kein Host wurde wirklich getrennt. / Simulated: no host was really cut off."; !bytes.Contains(data, []byte(want)) {
		t.Errorf("the report does not say %q", want)
	}
}

// On a stage of namespaces the host is really cut off: every look from outside fails while it is, and the neighbour never notices. The scenario itself
// expects that; here it is played as who we are, and as somebody without any rights.
func TestDrillOnAStage(t *testing.T) {
	users := map[string]*syscall.Credential{"as we are": nil}
	if os.Geteuid() == 0 {
		users["rootless"] = &syscall.Credential{Uid: nobody, Gid: nobody}
	}
	for name, who := range users {
		t.Run(name, func(t *testing.T) {
			tmp := anybodys(t)
			cmd := drillCommand(t, filepath.Join(tmp, "d"), filepath.Join(tmp, "r.json"))
			cmd.SysProcAttr.Credential = who
			cmd.Dir, cmd.Path = tmp, copied(t, cmd.Path, tmp)
			var said bytes.Buffer
			cmd.Stderr = &said
			report := played(t, cmd, filepath.Join(tmp, "r.json"))
			if bytes.Contains(said.Bytes(), []byte("only simulated")) {
				t.Skipf("SKIPPED: no stage can be built here: %s", &said)
			}
			for _, want := range []string{`"simulated": false`, `"answered": false`, `"answered": true`, `isolate`} {
				if !bytes.Contains(report, []byte(want)) {
					t.Errorf("the report has no %s", want)
				}
			}
		})
	}
}

const nobody = 65534 // the user that owns nothing, on every Linux

// anybodys is a directory in which every user may work.
func anybodys(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "drill-stage-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	return dir
}

// copied puts the program where every user can start it.
func copied(t *testing.T, program, dir string) string {
	t.Helper()
	data, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "blackstart")
	if err := os.WriteFile(path, data, 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}
