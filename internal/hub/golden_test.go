package hub

import (
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"blackstart/internal/ledger/journal"
	"blackstart/internal/ledger/seal"
)

// testdata/kinds.golden holds the bytes of one entry of every kind, with every field set, as they were when the kind was released, and again in each form that
// got an optional field later. Events are for ever: a line may be added, never changed; all of them are read for ever.
const goldenFile = "testdata/kinds.golden"

func TestGoldenKinds(t *testing.T) {
	released := readGolden(t)
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(kinds)) {
		k := kinds[name]
		line, old := goldenLine(t, k), released[name]
		if !slices.Contains(old, line) {
			if !*update {
				t.Errorf("%s: these bytes were never released; if only an optional field is new: go test ./internal/hub -run Golden -update\n was %q\n now %s", name, old, line)
			}
			old = append(old, line)
		}
		lines = append(lines, old...)
		delete(released, name)
	}
	for name := range released {
		t.Errorf("%s was released and is gone: it can be read no more", name)
	}
	if *update && !t.Failed() {
		if err := os.WriteFile(goldenFile, []byte(strings.Join(lines, "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// What was written then is read today, and means the same.
func TestGoldenKindsAreRead(t *testing.T) {
	for name, lines := range readGolden(t) {
		for _, line := range lines {
			readBack(t, name, line)
		}
	}
}

func readBack(t *testing.T, name, line string) {
	t.Helper()
	_, rest, _ := strings.Cut(line, "\t")
	body, private, _ := strings.Cut(rest, "\t")
	k := kinds[name]
	e, err := k.decode([]byte(body), nilIfEmpty(private))
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	again, secret, err := k.encode(e)
	if err != nil || string(again) != body || string(secret) != private {
		t.Errorf("%s: read and written again it is %s %s (%v)", name, again, secret, err)
	}
}

// An event without its private part, left out or shredded, must still be read and applied.
func TestKindsWithoutPrivatePart(t *testing.T) {
	for name, k := range kinds {
		e := filled(t, k)
		body, private, err := k.encode(e)
		if err != nil {
			t.Fatal(err)
		}
		if private == nil {
			continue
		}
		bare, err := k.decode(body, nil)
		if err != nil {
			t.Errorf("%s cannot be read without its private part: %v", name, err)
		}
		if cmp.Equal(bare, e, cmpopts.EquateEmpty()) {
			t.Errorf("%s: the private part stands in the public body too", name)
		}
	}
}

// A kind or schema of tomorrow stops the start instead of being passed over.
func TestUnknownKindStops(t *testing.T) {
	for _, r := range []journal.Record{{Seq: 7, Kind: "cell.teleported", Schema: 1}, {Seq: 7, Kind: "incident.opened", Schema: 99}} {
		if _, err := Decode(journal.Entry{Record: r}); err == nil || !strings.Contains(err.Error(), "entry 7") {
			t.Errorf("kind %s schema %d: %v", r.Kind, r.Schema, err)
		}
	}
}

func nilIfEmpty(s string) []byte {
	if s == "" {
		return nil
	}
	return []byte(s)
}

func readGolden(t *testing.T) map[string][]string {
	t.Helper()
	released := map[string][]string{}
	file, err := os.ReadFile(goldenFile)
	if err != nil && !*update {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(file)) {
		name, _, _ := strings.Cut(line, "/")
		released[name] = append(released[name], strings.TrimSuffix(line, "\n"))
	}
	return released
}

func goldenLine(t *testing.T, k kind) string {
	t.Helper()
	body, private, err := k.encode(filled(t, k))
	if err != nil {
		t.Fatalf("%s: %v", k.name, err)
	}
	return fmt.Sprintf("%s/%d\t%s\t%s", k.name, k.schema, body, private)
}

// filled makes an event of the kind with something in every field: a field that nobody fills would be missing in its golden bytes.
func filled(t *testing.T, k kind) Event {
	t.Helper()
	empty, err := k.decode([]byte(`{}`), nil)
	if err != nil {
		t.Fatalf("%s: %v", k.name, err)
	}
	v := reflect.New(reflect.TypeOf(empty)).Elem()
	fill(t, v)
	return v.Interface().(Event)
}

func fill(t *testing.T, v reflect.Value) {
	t.Helper()
	switch x := v.Addr().Interface().(type) {
	case *time.Time:
		*x = time.Date(2026, 11, 3, 22, 0, 0, 0, time.UTC)
		return
	case *seal.Key:
		*x = seal.Key(strings.Repeat("k", 32))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for n := range v.NumField() {
			if v.Type().Field(n).IsExported() {
				fill(t, v.Field(n))
			}
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			v.SetBytes([]byte("bytes"))
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(t, v.Index(0))
	case reflect.String:
		v.SetString("text")
	case reflect.Int, reflect.Int64:
		v.SetInt(7)
	case reflect.Uint64:
		v.SetUint(7)
	case reflect.Bool:
		v.SetBool(true)
	default:
		t.Fatalf("the golden filler does not know %s", v.Type())
	}
}
