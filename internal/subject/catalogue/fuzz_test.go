package catalogue

import (
	"testing"

	"blackstart/internal/fault"
)

// FuzzLoad feeds foreign bytes as every YAML kind and as both long lists. Whatever comes, the answer is a catalogue or findings that point into the file, never a crash.
func FuzzLoad(f *testing.F) {
	for _, text := range small() {
		f.Add([]byte(text))
	}
	for _, row := range faultRows {
		if row.new != gone && len(row.new) < 4096 {
			f.Add([]byte(row.new))
		}
	}
	f.Add([]byte("- &a [*a]\n- ? [x]\n  : y\n- |\n  z\n- 'it''s'\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, kind := range kinds {
			files := small()
			name := kind + ".yaml"
			if kind == "customers" || kind == "contacts" {
				name = kind + ".csv"
			}
			files[name] = string(b)
			checkAnswer(t, files)
		}
	})
}

func checkAnswer(t *testing.T, files map[string]string) {
	t.Helper()
	c, findings := Load(fsOf(files))
	if (c == nil) != fault.HasErrors(findings) {
		t.Fatalf("catalogue %v with findings %v", c != nil, findings)
	}
	if len(findings) > maxFindings+1 {
		t.Fatalf("%d findings", len(findings))
	}
	for _, x := range findings {
		if x.Line < 0 || x.Col < 0 || x.File == "" || x.Message == "" || x.Code == "catalogue." {
			t.Fatalf("a finding that points nowhere: %+v", x)
		}
	}
	if c == nil {
		return
	}
	for _, s := range c.Sites {
		if _, err := c.Impact([]Ref{NewRef(RefSite, s.ID)}); err != nil {
			t.Fatal(err)
		}
	}
}

// FuzzOpen feeds foreign bytes as a bundle: what opens packs again to the same bytes.
func FuzzOpen(f *testing.F) {
	if b, err := Pack(fsOf(small())); err == nil {
		f.Add(b)
	}
	f.Add([]byte(bundleMagic + "3 a.md\nabc\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		files, err := Unpack(b)
		if err == nil && string(bundle(files)) != string(b) {
			t.Fatal("two bundles hold the same files")
		}
		Open(b)
	})
}
