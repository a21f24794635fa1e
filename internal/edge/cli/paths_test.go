package cli

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"blackstart/internal/fault"
)

// Directories that come from outside are read as far as they are their own: a link out of one, or a name that climbs, gives nothing away. Each
// row is a command with a trap in what it is given: whoever steps over the edge finds a catalogue that is in order there, and succeeds.
func TestPathsFromOutsideStayInside(t *testing.T) {
	dir := t.TempDir()
	beside := filepath.Join(dir, "beside")
	trapped, climbing := filepath.Join(dir, "trapped"), filepath.Join(dir, "climbing")
	if err := errors.Join(
		os.CopyFS(trapped, os.DirFS("../../../examples/insurers")), os.CopyFS(beside, os.DirFS("../../../examples/insurers")), os.Mkdir(climbing, 0o700),
		os.Remove(filepath.Join(trapped, "provider.yaml")),
		os.Symlink(filepath.Join(beside, "provider.yaml"), filepath.Join(trapped, "provider.yaml")),
	); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("../../../examples/first-light/first-light.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), "catalogue: insurers") {
		t.Fatal("the scenario names its catalogue in another way: mend this test")
	}
	scenario := func(catalogue string) string {
		file := filepath.Join(climbing, strings.NewReplacer("/", "-", ".", "").Replace(catalogue)+".yaml")
		if err := os.WriteFile(file, []byte(strings.Replace(string(text), "catalogue: insurers", "catalogue: "+catalogue, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	if err := os.Symlink(beside, filepath.Join(climbing, "linked")); err != nil {
		t.Fatal(err)
	}
	for name, args := range map[string][]string{
		"check a link out":           {"catalogue", "check", trapped},
		"export a link out":          {"catalogue", "export", trapped, "--out", filepath.Join(dir, "out1")},
		"a scenario climbs":          {"drill", scenario("../beside"), "--check"},
		"a scenario climbs far":      {"drill", scenario("../../../../../../etc"), "--check"},
		"a scenario follows a link":  {"drill", scenario("linked"), "--check"},
		"a scenario names from root": {"drill", scenario("/etc"), "--check"},
	} {
		var said bytes.Buffer
		code := Main(args, IO{Ctx: t.Context(), In: strings.NewReader(""), Out: &said, Err: &said})
		if code == fault.ExitOK || strings.Contains(said.String(), "unexpected argument") || strings.Contains(said.String(), "unknown flag") {
			t.Errorf("%s: exit %d\n%.600s", name, code, &said)
		}
	}
}
