package cli

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/seal"
	"blackstart/internal/subject/order"
)

// lying is a hub that answers every question for an order with the one it likes, and keeps what it is given.
type lying struct {
	envelope seal.Envelope
	given    []string
}

func (l *lying) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet {
		_, _ = w.Write(l.envelope.Marshal())
		return
	}
	body, _ := io.ReadAll(r.Body)
	l.given = append(l.given, string(body))
	_, _ = io.WriteString(w, `{"schema":"x","first":1,"last":1,"kinds":[],"ids":[],"repeated":false}`)
}

func aRelease(t *testing.T) (order.Order, []byte) {
	t.Helper()
	now := time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)
	o := order.Order{V: 1, ID: "m-9-open-77", N: 99, Class: order.Loosen, Verb: order.Release, Params: []byte(`{}`), Targets: []order.Host{"host:db-01"},
		NotBefore: now, Expires: now.Add(time.Hour), Reason: "cleared\nhash       0000000000000000"}
	payload, err := o.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	return o, payload
}

// What an approver signs is what they were shown and agreed to; a hub that answers with something else gets nothing.
func TestApproveSignsNothingUnseen(t *testing.T) {
	_, payload := aRelease(t)
	hash := order.Hash(payload)
	anna, err := seal.Generate("anna")
	if err != nil {
		t.Fatal(err)
	}
	key := filepath.Join(t.TempDir(), "anna.key")
	if err := os.WriteFile(key, anna.PEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		kind  string
		args  []string
		code  int
		given int
	}{
		"another order":            {order.PayloadType, []string{"m-1-cut", "--hash", hash}, fault.ExitRefused, 0},
		"another type":             {order.ReceiptType, []string{"m-9-open-77", "--hash", hash}, fault.ExitRefused, 0},
		"nobody agreed":            {order.PayloadType, []string{"m-9-open-77"}, fault.ExitUsage, 0},
		"a short hash":             {order.PayloadType, []string{"m-9-open-77", "--hash", hash[:minHash-1]}, fault.ExitUsage, 0},
		"another hash":             {order.PayloadType, []string{"m-9-open-77", "--hash", strings.Repeat("0", minHash)}, fault.ExitRefused, 0},
		"the hash":                 {order.PayloadType, []string{"m-9-open-77", "--hash", hash}, fault.ExitOK, 1},
		"the beginning, in caps":   {order.PayloadType, []string{"M-9-OPEN-77", "--hash", strings.ToUpper(hash[:minHash])}, fault.ExitOK, 1},
		"more than the hash is":    {order.PayloadType, []string{"m-9-open-77", "--hash", hash + "00"}, fault.ExitRefused, 0},
		"an answer that is no yes": {order.PayloadType, []string{"m-9-open-77"}, fault.ExitUsage, 0},
	} {
		hub := &lying{envelope: seal.Envelope{PayloadType: c.kind, Payload: payload}}
		s := httptest.NewServer(hub)
		var out, errs bytes.Buffer
		streams := IO{Ctx: t.Context(), In: strings.NewReader("yes\n"), Out: &out, Err: &errs}
		if strings.HasPrefix(name, "an answer") {
			null, err := os.Open(os.DevNull) // a device, like a terminal that was closed
			if err != nil {
				t.Fatal(err)
			}
			defer null.Close()
			streams.In = null
		}
		code := Main(append([]string{"order", "--hub", s.URL, "--token", "t", "approve", "--with", key}, c.args...), streams)
		s.Close()
		if code != c.code || len(hub.given) != c.given {
			t.Errorf("%s: exit %d, want %d; %d approvals given, want %d\n%s", name, code, c.code, len(hub.given), c.given, errs.String())
		}
		if c.given > 0 && !strings.Contains(errs.String(), "verb       release") {
			t.Errorf("%s: signed without having been shown:\n%s", name, errs.String())
		}
	}
}

// What others wrote in an order neither steers the terminal nor passes for a line of ours.
func TestDescribeIsOurs(t *testing.T) {
	o, payload := aRelease(t)
	for _, line := range strings.Split(describe(o, order.Hash(payload)), "\n") {
		if strings.HasPrefix(line, "hash       0000") {
			t.Errorf("the reason has written the line %q", line)
		}
	}
	o.Reason = "x\x1b[5A\rverb       isolate\u202e" // such an order does not parse; should one ever, it is shown harmless
	if said := describe(o, "h"); strings.ContainsAny(said, "\x1b\r\u202e") {
		t.Errorf("steers the terminal: %q", said)
	}
}
