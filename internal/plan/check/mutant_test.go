package check_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// mutant is the checker with one thing changed.
type mutant struct {
	file, place, what string
	kind              string
	data              []byte
}

// silent takes the place of c.wrong, and mute that of an error that is given back: the rule is there, but says nothing.
const (
	silent = "(func(code, task, format string, args ...any) {})"
	mute   = "(func(error) error { return nil })("
)

// turned are the operators that a mutant turns into others.
var turned = map[token.Token]string{token.LSS: "<=", token.LEQ: "<", token.GTR: ">=", token.GEQ: ">", token.EQL: "!=", token.NEQ: "==", token.LAND: "||", token.LOR: "&&"}

// The second opinion has a second opinion: each of its rules and refusals is silenced in turn, and then each comparison and each "and" and "or" turned, and its tests must turn red. A rule that
// can be silenced unseen fails; the rest is told. MUTANTS=rules does the rules in a minute or two, MUTANTS=all takes half an hour, MUTANTS=room.go does all of one file.
func TestMutantsOfTheChecker(t *testing.T) {
	want := os.Getenv("MUTANTS")
	if want == "" {
		t.Skip("set MUTANTS to rules or all: each mutant is built and tested")
	}
	born, died := map[string]int{}, map[string]int{}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") || strings.HasSuffix(want, ".go") && file != want {
			continue
		}
		for _, m := range mutants(t, file) {
			if want == "rules" && m.kind != "rule" {
				continue
			}
			if born[m.kind]++; dies(t, m) {
				died[m.kind]++
				t.Logf("is killed: %s: %s", m.place, m.what)
			} else if t.Logf("survives: %s: %s", m.place, m.what); m.kind == "rule" {
				t.Errorf("%s: no test misses the rule", m.place)
			}
		}
	}
	for kind, n := range born {
		t.Logf("%s: %d of %d mutants are killed", kind, died[kind], n)
	}
}

// mutants makes all of one file.
func mutants(t *testing.T, file string) []mutant {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	set := token.NewFileSet()
	tree, err := parser.ParseFile(set, file, data, 0)
	if err != nil {
		t.Fatal(err)
	}
	var all []mutant
	add := func(kind string, at token.Pos, old, new string) {
		from := set.Position(at).Offset
		changed := append(append(append([]byte(nil), data[:from]...), new...), data[from+len(old):]...)
		all = append(all, mutant{file: file, place: set.Position(at).String(), what: old + " becomes " + new, kind: kind, data: changed})
	}
	ast.Inspect(tree, func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.ReturnStmt:
			if k := len(x.Results) - 1; k >= 0 && refuses(x.Results[k]) {
				old := string(data[set.Position(x.Results[k].Pos()).Offset:set.Position(x.Results[k].End()).Offset])
				add("rule", x.Results[k].Pos(), old, mute+old+")")
			}
		case *ast.SelectorExpr:
			if on, ok := x.X.(*ast.Ident); ok && on.Name == "c" && x.Sel.Name == "wrong" {
				add("rule", x.Pos(), "c.wrong", silent)
			}
		case *ast.BinaryExpr:
			if new, ok := turned[x.Op]; ok {
				kind := "comparison"
				if x.Op == token.LAND || x.Op == token.LOR {
					kind = "and, or"
				}
				add(kind, x.OpPos, x.Op.String(), new)
			}
		}
		return true
	})
	return all
}

// refuses says whether what is given back is an error made on the spot.
func refuses(x ast.Expr) bool {
	switch x := x.(type) {
	case *ast.UnaryExpr:
		made, is := x.X.(*ast.CompositeLit)
		if !is {
			return false
		}
		name, is := made.Type.(*ast.Ident)
		return is && strings.HasSuffix(name.Name, "Error")
	case *ast.CallExpr:
		call, is := x.Fun.(*ast.SelectorExpr)
		return is && (call.Sel.Name == "Errorf" || call.Sel.Name == "New")
	}
	return false
}

// dies says whether the tests of the package turn red. The mutant lies over the file for one build only (go help build, -overlay).
func dies(t *testing.T, m mutant) bool {
	t.Helper()
	dir := t.TempDir()
	path, err := filepath.Abs(m.file)
	if err != nil {
		t.Fatal(err)
	}
	changed, overlay := filepath.Join(dir, m.file), filepath.Join(dir, "overlay.json")
	lies, err := json.Marshal(map[string]any{"Replace": map[string]string{path: changed}})
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{changed: m.data, overlay: lies} {
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	build := exec.Command("go", "test", "-c", "-vet=off", "-overlay", overlay, "-o", filepath.Join(dir, "test"), ".")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%s is no program: %v\n%s", m.place, err, out)
	}
	for _, tests := range [][]string{{"-test.skip", "Any|Nothing|Public|Mutants|Agree"}, {"-test.run", "TestAnyProblem|TestNothing|Agree"}} { // the quick ones first: most need no more
		run := exec.Command(filepath.Join(dir, "test"), append(tests, "-test.timeout", "60s", "-rapid.checks", "50", "-rapid.nofailfile")...)
		switch out, err := run.CombinedOutput(); {
		case err != nil && len(out) == 0:
			t.Fatalf("%s: the tests did not run: %v", m.place, err)
		case err != nil:
			return true
		}
	}
	return false
}
