package cli

import (
	"context"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ncruces/go-sqlite3"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/store/sqlite"
)

// tampered runs SQL on a database as somebody does who owns the disk: without triggers.
func tampered(t *testing.T, dir, sql string) {
	t.Helper()
	conn, err := sqlite3.Open(filepath.Join(dir, sqlite.FileName))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.Exec(`DROP TRIGGER record_update; ` + sql); err != nil {
		t.Fatal(err)
	}
}

// An old entry is changed while the hub is down. It starts all the same: the door says 503, the pages can be read, a command is refused with the
// entry and the way out, and the hub stops in order but not content.
func TestServeOnADamagedRecord(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	offline := shell{t, nil}
	offline.run(fault.ExitOK, "user", "--data", data, "add", "anna", "--role", "lead", "--real-name", "Anna Berg", "--password-file", "-")
	offline.run(fault.ExitOK, "user", "--data", data, "add", "otto", "--role", "it", "--password-file", "-")
	token := strings.TrimSpace(offline.run(fault.ExitOK, "user", "--data", data, "token", "anna"))
	tampered(t, data, `UPDATE record SET raw = cast(replace(cast(raw AS TEXT), '"otto"', '"evil"') AS BLOB) WHERE seq=3`)

	out := offline.run(fault.ExitNegative, "journal", "verify", data)
	if !strings.Contains(out, "entry 3: its bytes do not have the hash that is stored for it") {
		t.Errorf("verify says\n%s", out)
	}
	ctx, stop := context.WithCancel(t.Context())
	r, w := io.Pipe()
	done := make(chan int)
	go func() {
		defer w.Close()
		done <- Main([]string{"serve", "--data", data, "--listen", "127.0.0.1:0"}, IO{Ctx: ctx, In: strings.NewReader(""), Out: w, Err: w})
	}()
	at, _ := heard(t, `serving\s+(\S+)\n`, r)
	address := at[1]
	answer, err := http.Get(address + "/healthz")
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("/healthz answers %d", answer.StatusCode)
	}
	anna := shell{t, []string{"--hub", address, "--token", token}}
	refused := anna.run(fault.ExitFailed, "incident", "open", "too late")
	if !strings.Contains(refused, "entry 3") || !strings.Contains(refused, "blackstart takeover") {
		t.Errorf("a command was refused with\n%s", refused)
	}
	stop()
	if code := <-done; code != fault.ExitFailed {
		t.Errorf("the hub ended with %d", code)
	}
}
