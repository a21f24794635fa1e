package blackstart_test

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// house is the module's path; every package of ours begins with it.
const house = "blackstart/internal/"

// law is the import table of the house: each room or package, what of ours it may import, and why. The first row that fits
// a package holds for it. A prefix ending in / stands for everything below it.
var law = []struct{ room, may, why string }{
	{"fault", "", "everybody names failures the same way, so it knows nobody"},
	{"plan", "", "the solver is pure and stands alone: problem in, schedule out"},
	{"plan/check", "", "a second opinion on plans shares no code with the solver"},
	{"plan/picture", "plan", "draws plans, for files and pages"},
	{"ledger/", "fault ledger/", "what is written stays, whatever the subjects will be"},
	{"subject/access", "fault ledger/seal", "a noun for all; checks the form of keys"},
	{"subject/catalogue", "fault subject/access", "a noun for all; stamps come from access"},
	{"subject/incident", "fault subject/access", "a noun for all"},
	{"subject/cell", "fault subject/access subject/catalogue", "a noun for all; its id is the catalogue's"},
	{"subject/", "fault ledger/seal subject/access subject/catalogue subject/cell subject/incident", "subjects know the nouns and never each other"},
	{"hub/app", "fault hub ledger/", "starts and stops a hub; pages come in as a function"},
	{"hub/scenario", "fault hub ledger/ plan subject/", "plays people and events against a hub"},
	{"hub", "fault ledger/ plan subject/", "the loop knows all subjects and nothing of the world"},
	{"edge/wire", "fault ledger/seal subject/order", "what hub and agent say to each other"},
	{"edge/check", "fault subject/probe", "how a probe is done"},
	{"edge/agent", "fault edge/check edge/wire ledger/seal subject/order subject/probe", "the agent must stay small: it runs as root on strangers' hosts"},
	{"edge/web", "fault hub ledger/seal subject/", "pages show views and give commands to the hub; approvals are seals"},
	{"edge/api", "fault edge/wire hub ledger/seal subject/", "JSON for programs and agents"},
	{"edge/drill", "fault edge/agent edge/api edge/check edge/web edge/wire hub hub/ ledger/ subject/", "puts a scenario on a stage of namespaces, hosts and agents"},
	{"edge/cli", "fault edge/ hub hub/ ledger/ plan plan/ subject/", "the command line starts everything; offline commands go directly"},
}

// impure is what no subject may import: the outside world, clocks and chance come in as values.
var impure = []string{"net", "net/http", "os", "os/exec", "database/sql", "log", "log/slog", "math/rand", "math/rand/v2", "crypto/rand", "sync", "time/tzdata"}

type pkg struct {
	ImportPath string
	Imports    []string
	GoFiles    []string
	Dir        string
}

func packages(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports,GoFiles,Dir", "./...")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []pkg
	for dec := json.NewDecoder(strings.NewReader(string(out))); dec.More(); {
		var p pkg
		if err := dec.Decode(&p); err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	return all
}

func fits(room, name string) bool {
	return name == room || strings.HasSuffix(room, "/") && strings.HasPrefix(name, room)
}

func TestImportLaw(t *testing.T) {
	for _, p := range packages(t) {
		name, ours := strings.CutPrefix(p.ImportPath, house)
		if !ours {
			continue
		}
		row := slices.IndexFunc(law, func(r struct{ room, may, why string }) bool { return fits(r.room, name) })
		if row < 0 {
			t.Errorf("package %s has no row in the import table: say where it belongs and why", name)
			continue
		}
		for _, i := range p.Imports {
			other, ours := strings.CutPrefix(i, house)
			if ours && !slices.ContainsFunc(strings.Fields(law[row].may), func(may string) bool { return fits(may, other) }) {
				t.Errorf("%s imports %s, but may import only [%s]: %s", name, other, law[row].may, law[row].why)
			}
			if strings.HasPrefix(name, "subject/") && slices.Contains(impure, i) {
				t.Errorf("%s imports %s: subjects are pure, the world comes in as values", name, i)
			}
		}
	}
}

// Subjects and the solver take time as a value; a call of time.Now would make a replay differ from what happened.
func TestPurePackagesNeverAskTheClock(t *testing.T) {
	each(t, func(path string, file *ast.File, set *token.FileSet) {
		if !strings.HasPrefix(path, "internal/subject/") && !strings.HasPrefix(path, "internal/plan/") {
			return
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if call, ok := n.(*ast.SelectorExpr); ok {
				if x, ok := call.X.(*ast.Ident); ok && x.Name == "time" && slices.Contains([]string{"Now", "Since", "Until", "Sleep", "After", "Tick", "NewTimer"}, call.Sel.Name) {
					t.Errorf("%s: time.%s in a pure package", set.Position(call.Pos()), call.Sel.Name)
				}
			}
			return true
		})
	})
}

// Passwords are cheap to guess in tests only.
func TestOnlyTestsHashCheaply(t *testing.T) {
	each(t, func(path string, file *ast.File, set *token.FileSet) {
		ast.Inspect(file, func(n ast.Node) bool {
			if call, ok := n.(*ast.SelectorExpr); ok && call.Sel.Name == "Cheaply" {
				t.Errorf("%s: Cheaply in the program", set.Position(call.Pos()))
			}
			return true
		})
	})
}

// Every package says what it knows; no package is a drawer for leftovers.
func TestPackageComments(t *testing.T) {
	drawers := []string{"util", "utils", "common", "types", "models", "base", "manager", "helper", "helpers"}
	commented := map[string]bool{}
	each(t, func(path string, file *ast.File, _ *token.FileSet) {
		dir := filepath.Dir(path)
		commented[dir] = commented[dir] || file.Doc != nil
		if slices.Contains(drawers, file.Name.Name) {
			t.Errorf("%s: package %s says nothing about its subject", path, file.Name.Name)
		}
	})
	for dir, ok := range commented {
		if !ok {
			t.Errorf("%s: no file has a package comment", dir)
		}
	}
}

// A table that a spreadsheet opens runs what begins with = + - @, a tab or a carriage return as a formula. No command writes CSV: the catalogue's
// files go out as they came in. Whoever adds a writer adds the guard to it, names its file here, and tests both.
func TestCSVIsWrittenByNobodyUnguarded(t *testing.T) {
	var guarded []string
	each(t, func(path string, file *ast.File, set *token.FileSet) {
		ast.Inspect(file, func(n ast.Node) bool {
			if call, ok := n.(*ast.SelectorExpr); ok && call.Sel.Name == "NewWriter" && !slices.Contains(guarded, path) {
				if x, ok := call.X.(*ast.Ident); ok && x.Name == "csv" {
					t.Errorf("%s: CSV is written without a guard against formulas", set.Position(call.Pos()))
				}
			}
			return true
		})
	})
}

// The loop is the architecture on one screen.
func TestDoFitsOnOneScreen(t *testing.T) {
	each(t, func(path string, file *ast.File, set *token.FileSet) {
		if path != "internal/hub/do.go" {
			return
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Name.Name == "Do" {
				if lines := set.Position(f.End()).Line - set.Position(f.Pos()).Line + 1; lines > 40 {
					t.Errorf("hub.Do has %d lines, at most 40", lines)
				}
				return
			}
		}
		t.Error("hub.Do is gone")
	})
}

// each parses every Go file of the program, without tests and generated files.
func each(t *testing.T, f func(path string, file *ast.File, set *token.FileSet)) {
	t.Helper()
	set := token.NewFileSet()
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, "_templ.go") {
			return err
		}
		file, err := parser.ParseFile(set, path, nil, parser.ParseComments)
		if err != nil {
			return fmt.Errorf("could not parse %s: %w", path, err)
		}
		f(path, file, set)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
