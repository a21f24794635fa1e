package journal

import (
	"testing"
	"time"
)

// Every string has one spelling, the one of docs/journal-format.md.
func TestStringsHaveOneForm(t *testing.T) {
	r := Record{Seq: 1, Batch: 1, At: time.Unix(0, 0).UTC(), HappenedAt: time.Unix(1, 120_000_000).UTC(), Actor: "\x00\x1f\x7f\b\f\n\r\t\"\\/<&>\u2028ä", Kind: "a.b", Schema: 1, Body: []byte(`{}`)}
	raw := r.encode()
	want := `{"seq":1,"at":"1970-01-01T00:00:00Z","happened_at":"1970-01-01T00:00:01.12Z","actor":"\u0000\u001f` + "\x7f" + `\b\f\n\r\t\"\\/<&>` + "\u2028ä" +
		`","kind":"a.b","schema":1,"incident":"","cause":"","batch":1,"body":{},"private":""}`
	if string(raw) != want {
		t.Errorf("the record is\n%q\nwant\n%q", raw, want)
	}
	if back, err := ParseRecord(raw); err != nil || back.Actor != r.Actor {
		t.Errorf("read back as %+v, %v", back, err)
	}
}
