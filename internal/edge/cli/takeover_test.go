package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"blackstart/internal/fault"
)

// machine is a hub as a process of its own, whose plug can be pulled.
type machine struct {
	*testing.T
	cmd  *exec.Cmd
	said *said
	at   string        // where it serves
	gone chan struct{} // closed when the process is
}

// said is what a process has printed so far.
type said struct {
	mu   sync.Mutex
	text bytes.Buffer
	news chan struct{} // holds one when something was printed since it was last looked at
}

func (s *said) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case s.news <- struct{}{}:
	default:
	}
	return s.text.Write(p)
}

func (s *said) String() string { s.mu.Lock(); defer s.mu.Unlock(); return s.text.String() }

// boot starts a hub and waits until it says what the pattern finds.
func boot(t *testing.T, until string, args ...string) *machine {
	t.Helper()
	m := &machine{T: t, cmd: exec.Command("blackstart", args...), said: &said{news: make(chan struct{}, 1)}, gone: make(chan struct{})}
	m.cmd.Stdout, m.cmd.Stderr = m.said, m.said
	if err := m.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { _ = m.cmd.Wait(); close(m.gone) }()
	t.Cleanup(func() { _ = m.cmd.Process.Kill(); <-m.gone })
	for want := regexp.MustCompile(until); ; {
		if found := want.FindStringSubmatch(m.said.String()); found != nil {
			m.at = found[1]
			return m
		}
		select {
		case <-m.said.news:
		case <-m.gone:
			t.Fatalf("the hub ended:\n%s", m.said)
		}
	}
}

const servesAt = `serving\s+(http://\S+)\n`

// pull pulls the plug: nothing is flushed, nothing is said.
func (m *machine) pull() {
	m.Helper()
	if err := m.cmd.Process.Kill(); err != nil {
		m.Fatal(err)
	}
	<-m.gone
}

// as is a shell that talks to this machine.
func (m *machine) as(token string) shell {
	return shell{m.T, []string{"--hub", m.at, "--token", token}}
}

// untilCopied waits until the copy holds that many entries, as its head says.
func untilCopied(t *testing.T, dir string, entries float64) {
	t.Helper()
	for t.Context().Err() == nil {
		var file struct{ Payload []byte }
		var head struct{ Size float64 }
		data, err := os.ReadFile(filepath.Join(dir, "head.json"))
		if err == nil && json.Unmarshal(data, &file) == nil && json.Unmarshal(file.Payload, &head) == nil && head.Size >= entries {
			return
		}
		time.Sleep(20 * time.Millisecond) // a file has no other way to say that it changed
	}
}

// entries gives the size of the record in a directory.
func entries(t *testing.T, dir string) float64 {
	t.Helper()
	var head struct{ Entries float64 }
	if err := json.Unmarshal([]byte(shell{t, nil}.run(fault.ExitOK, "--json", "journal", "head", dir)), &head); err != nil {
		t.Fatal(err)
	}
	return head.Entries
}

// The plug of a hub is pulled in the middle of an incident. Another machine goes on from the stick, people sign in as before, and the old hub, started
// again, knows that it is stale; made to write all the same, the two records part, and compare names where.
func TestTakeover(t *testing.T) {
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	old, fresh, stick := path("old"), path("new"), path("stick")
	if err := os.Mkdir(stick, 0o700); err != nil {
		t.Fatal(err)
	}
	offline := shell{t, nil}
	offline.run(fault.ExitOK, "user", "--data", old, "add", "anna", "--role", "lead", "--role", "admin", "--password-file", "-")
	if out := offline.run(fault.ExitRefused, "serve", "--data", old, "--listen", "127.0.0.1:0", "--copy-to", stick); !strings.Contains(out, "copy recipients") {
		t.Errorf("a copy that nobody could read was begun: %s", out)
	}
	recipient, _, _ := strings.Cut(offline.run(fault.ExitOK, "copy", "key", "--out", path("paper")), "\n")
	offline.run(fault.ExitOK, "copy", "recipients", "--data", old, "add", recipient)
	token := strings.TrimSpace(offline.run(fault.ExitOK, "user", "--data", old, "token", "anna"))

	hub := boot(t, servesAt, "serve", "--data", old, "--listen", "127.0.0.1:0", "--copy-to", stick)
	anna := hub.as(token)
	anna.run(fault.ExitOK, "catalogue", "adopt", "../../../examples/insurers")
	anna.run(fault.ExitOK, "incident", "open", "eAU is rejected")
	anna.run(fault.ExitOK, "incident", "log", "inc-1", "the last call before the lights went out")
	untilCopied(t, stick, entries(t, old))
	hub.pull()

	began := time.Now()
	if out := offline.run(fault.ExitFailed, "takeover", stick, "--data", fresh, "--identity", path("nowhere")); !strings.Contains(out, "nowhere") {
		t.Errorf("without the identity: %s", out)
	}
	out := offline.run(fault.ExitOK, "takeover", stick, "--data", fresh, "--identity", path("paper"))
	for _, want := range []string{"key not pinned", "may still run", "1 credentials came along", "next: "} {
		if !strings.Contains(out, want) {
			t.Errorf("takeover does not say %q:\n%s", want, out)
		}
	}
	offline.run(fault.ExitRefused, "takeover", stick, "--data", path("second"), "--identity", path("paper")) // once is enough
	token2 := strings.TrimSpace(offline.run(fault.ExitOK, "user", "--data", fresh, "token", "anna"))
	second := path("stick2")
	if err := os.Mkdir(second, 0o700); err != nil {
		t.Fatal(err)
	}
	heir := boot(t, servesAt, "serve", "--data", fresh, "--listen", "127.0.0.1:0", "--copy-to", second)
	signIn(t, heir.at)
	heir.as(token2).run(fault.ExitOK, "incident", "log", "inc-1", "here we go on")
	t.Logf("from the pulled plug to the first entry at the new hub: %s", time.Since(began).Round(time.Millisecond))
	untilCopied(t, second, entries(t, fresh))

	again := boot(t, servesAt, "serve", "--data", old, "--listen", "127.0.0.1:0") // the stick is not named, and remembered all the same
	if !strings.Contains(again.said.String(), "STALE") {
		t.Errorf("the old hub does not know that it is stale:\n%s", again.said)
	}
	if out := again.as(token).run(fault.ExitFailed, "incident", "log", "inc-1", "nobody should read this"); !strings.Contains(out, "taken over") {
		t.Errorf("the stale hub took an entry: %s", out)
	}
	again.pull()
	if out := offline.run(fault.ExitOK, "journal", "compare", old, fresh); !strings.Contains(out, "prefix: ") {
		t.Errorf("nothing was written at the old hub, and compare says %s", out)
	}

	spite := boot(t, servesAt, "serve", "--data", old, "--listen", "127.0.0.1:0", "--even-though-taken-over")
	spite.as(token).run(fault.ExitOK, "incident", "log", "inc-1", "two histories")
	spite.pull()
	if out := offline.run(fault.ExitNegative, "journal", "compare", old, fresh); !strings.Contains(out, "part at entry") && !strings.Contains(out, "fork") {
		t.Errorf("compare does not name the fork: %s", out)
	}
	if err := heir.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
}

// A hub that still runs sees the claim in its copy and stops writing, with a banner in words; other stick's troubles show there too.
func TestRunningHubYields(t *testing.T) {
	dir := t.TempDir()
	old, stick, gone, paper := filepath.Join(dir, "old"), filepath.Join(dir, "stick"), filepath.Join(dir, "gone"), filepath.Join(dir, "paper")
	if err := os.Mkdir(stick, 0o700); err != nil {
		t.Fatal(err)
	}
	offline := shell{t, nil}
	offline.run(fault.ExitOK, "user", "--data", old, "add", "anna", "--role", "lead", "--password-file", "-")
	recipient, _, _ := strings.Cut(offline.run(fault.ExitOK, "copy", "key", "--out", paper), "\n")
	offline.run(fault.ExitOK, "copy", "recipients", "--data", old, "add", recipient)
	token := strings.TrimSpace(offline.run(fault.ExitOK, "user", "--data", old, "token", "anna"))
	hub := boot(t, servesAt, "serve", "--data", old, "--listen", "127.0.0.1:0", "--copy-to", stick, "--copy-to", gone)
	hub.as(token).run(fault.ExitOK, "incident", "open", "eAU is rejected")
	untilCopied(t, stick, entries(t, old))
	if out := offline.run(fault.ExitOK, "takeover", stick, "--data", filepath.Join(dir, "new"), "--identity", paper); !strings.Contains(out, "something answers") {
		t.Errorf("nobody says that the old hub answers:\n%s", out)
	}
	for healthy(t, hub.at) {
		time.Sleep(20 * time.Millisecond) // the hub looks at its stick by itself
	}
	if out := hub.as(token).run(fault.ExitFailed, "incident", "open", "too late"); !strings.Contains(out, "taken over") {
		t.Errorf("the hub went on: %s", out)
	}
	if page := signIn(t, hub.at); !strings.Contains(page, "TAKEN OVER, READ-ONLY HERE") && !strings.Contains(page, "ÜBERNOMMEN") {
		t.Errorf("no banner says that the record was taken over:\n%.2000s", page)
	}
}

func healthy(t *testing.T, base string) bool {
	t.Helper()
	r, err := http.Get(base + "/healthz")
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	return r.StatusCode == http.StatusOK
}

// signIn signs anna in with the password of old, and gives the page that she sees.
func signIn(t *testing.T, base string) string {
	t.Helper()
	var cookies []*http.Cookie
	client := http.Client{CheckRedirect: func(r *http.Request, _ []*http.Request) error { return http.ErrUseLastResponse }}
	r, err := client.PostForm(base+"/login", url.Values{"id": {"anna"}, "password": {"correct horse battery staple"}})
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	if cookies = r.Cookies(); r.StatusCode != http.StatusSeeOther || len(cookies) == 0 {
		t.Fatalf("anna cannot sign in: %s", r.Status)
	}
	ask, err := http.NewRequestWithContext(context.WithoutCancel(t.Context()), http.MethodGet, base+"/board", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cookies {
		ask.AddCookie(c)
	}
	r, err = client.Do(ask)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	page, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(page)
}
