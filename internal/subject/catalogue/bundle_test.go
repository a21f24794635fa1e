package catalogue

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"blackstart/internal/fault"
)

// The same files give the same bytes; they come out byte for byte; and a bundle opens as the directory does.
func TestBundle(t *testing.T) {
	fsys := os.DirFS(insurers)
	b, err := Pack(fsys)
	if err != nil {
		t.Fatal(err)
	}
	if again, _ := Pack(fsys); !bytes.Equal(b, again) {
		t.Error("packed twice, two bundles")
	}
	files, err := Unpack(b)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if want, _ := os.ReadFile(insurers + "/" + f.Path); !bytes.Equal(want, f.Bytes) {
			t.Errorf("%s came out different", f.Path)
		}
	}
	c, findings := Open(b)
	if c == nil || len(findings) != 1 {
		t.Fatal(findings)
	}
	if loaded := loadInsurers(t); c.SHA256() != SHA256(b) || loaded.SHA256() != c.SHA256() {
		t.Errorf("three digests: %s, %s, %s", c.SHA256(), SHA256(b), loaded.SHA256())
	}
	if changes := Diff(loadInsurers(t), c); len(changes) > 0 {
		t.Errorf("differs from its directory: %v", changes)
	}
}

func TestUnpackRefuses(t *testing.T) {
	for name, s := range map[string]string{
		"another file":      "tar",
		"cut short":         bundleMagic + "10 a.md\nabc",
		"no end":            bundleMagic + "3 a.md\nabc",
		"wrong order":       bundleMagic + "0 b.md\n\n0 a.md\n\n",
		"twice":             bundleMagic + "0 a.md\n\n0 a.md\n\n",
		"outside":           bundleMagic + "0 ../a.md\n\n",
		"absolute":          bundleMagic + "0 /a.md\n\n",
		"outside, Windows":  bundleMagic + "0 ..\\a.md\n\n",
		"drive":             bundleMagic + "0 c:a.md\n\n",
		"hidden":            bundleMagic + "0 .a.md\n\n",
		"negative":          bundleMagic + "-1 a.md\n\n",
		"length with zeros": bundleMagic + "00 a.md\n\n",
		"huge":              bundleMagic + "9999999999 a.md\n\n",
		"garbage after":     bundleMagic + "0 a.md\n\nx",
	} {
		if _, err := Unpack([]byte(s)); fault.CodeOf(err) != "catalogue.bundle" {
			t.Errorf("%s: %v", name, err)
		}
		if c, findings := Open([]byte(s)); c != nil || findings[0].Code != "catalogue.bundle" {
			t.Errorf("%s: opened with %v", name, findings)
		}
	}
}

// What is no plain file, or too many of them, is said and not followed.
func TestDirectoryBounds(t *testing.T) {
	m := fsOf(small())
	m["teams.yaml"] = &fstest.MapFile{Mode: os.ModeSymlink, Data: []byte("/etc/passwd")}
	if _, f := Load(m); len(f) != 1 || f[0].Code != "catalogue.not_a_file" {
		t.Error(f)
	}
	m = fsOf(small())
	for i := range maxFiles {
		m["services/"+strings.Repeat("x", 1+i/100)+string(rune('a'+i%26))+strings.Repeat("y", i%100)+".yaml"] = &fstest.MapFile{}
	}
	if _, f := Load(m); len(f) != 1 || f[0].Code != "catalogue.too_many_files" {
		t.Error(f)
	}
	if _, f := Load(os.DirFS("does-not-exist")); len(f) == 0 || f[0].Code != "catalogue.unreadable" {
		t.Error(f)
	}
	m = fsOf(small())
	m[".git/config"] = &fstest.MapFile{Data: []byte("x")}
	if c, f := Load(m); c == nil {
		t.Error(f)
	}
}

func TestDiff(t *testing.T) {
	load := func(change func(map[string]string)) *Catalogue {
		files := small()
		change(files)
		c, f := Load(fsOf(files))
		if c == nil {
			t.Fatal(f)
		}
		return c
	}
	old := load(func(map[string]string) {})
	next := load(func(f map[string]string) {
		delete(f, "hosts.yaml")
		f["services.yaml"] = strings.Replace(f["services.yaml"], "rto: 48h", "rto: 72h", 1)
		f["customers.csv"] += "k2,Kasse Zwei,state,5,de,S,amt,\n"
	})
	var got []string
	for _, c := range Diff(old, next) {
		s := string(c.Kind) + " " + string(c.Ref)
		for _, f := range c.Fields {
			s += " " + f.Field + " " + string(f.Old) + "→" + string(f.New)
		}
		got = append(got, s)
	}
	want := "removed host:h1\nchanged service:S1 rto 48→72\nadded env:k2\nadded cell:S1@k2\nadded customer:k2"
	if s := strings.Join(got, "\n"); s != want {
		t.Errorf("got\n%s\nwant\n%s", s, want)
	}
	if d := Dropped(old, next); len(d) != 1 || d[0] != "host:h1" {
		t.Error(d)
	}
	if d := Diff(nil, old); len(d) == 0 || d[0].Kind != Added {
		t.Error("against nothing, all is added")
	}
}
