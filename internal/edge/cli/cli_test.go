package cli

import (
	"context"
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"blackstart/internal/ledger/stretch"
)

// TestMain lets scripts call blackstart as a user does, as a process of its own.
func TestMain(m *testing.M) {
	stretch.Cheaply() // here for the commands that scripts start as well
	testscript.Main(m, map[string]func(){
		"blackstart": func() {
			os.Exit(Main(os.Args[1:], IO{Ctx: context.Background(), In: os.Stdin, Out: os.Stdout, Err: os.Stderr}))
		},
	})
}

// Every script in testdata is a session at the command line. EXAMPLES points at the example catalogues.
func TestScripts(t *testing.T) {
	examples, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("EXAMPLES", examples+"/../../../examples")
			return nil
		},
	})
}
