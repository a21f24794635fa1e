// Package cli knows the command line: one file per command, what each prints, and with which code it ends.
// It decides nothing: a command reads its input, asks the hub or an offline package, and puts the answer into words.
//
// Start at [commands], the whole command line on one screen.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"github.com/alecthomas/kong"

	"blackstart/internal/fault"
)

// IO is what a command may touch of the process: its streams, its two common switches, and the context that ends it in order.
type IO struct {
	Ctx    context.Context
	In     io.Reader
	Out    io.Writer
	Err    io.Writer
	JSON   bool     // one object on Out, with "schema": "blackstart/<command>/1"
	Strict bool     // warnings count as errors
	Unseal []string // files with keys or shares that open a sealed record; - is In

	typed []string // what was entered on In to unseal, once
}

// Usage says that the call itself is wrong in a way that the parser cannot see.
func Usage(format string, args ...any) error {
	return fault.New(fault.Invalid, "cli.usage", format, args...)
}

// logger writes the program's own log for people at the machine.
func (io *IO) logger() *slog.Logger { return slog.New(slog.NewTextHandler(io.Err, nil)) }

// Exit ends a command with a code when everything that was to be said has been said.
type Exit int

// Error says the code, in case somebody prints it after all.
func (e Exit) Error() string { return fmt.Sprintf("exit %d", int(e)) }

// Main runs the command line in args and returns the exit code.
func Main(args []string, io IO) (code int) {
	var c commands
	defer func() { // kong ends --help and --version by calling Exit: the panic carries the code out of the parser
		switch r := recover().(type) {
		case nil:
		case Exit:
			code = int(r)
		default:
			panic(r)
		}
	}()
	parser, err := kong.New(&c, kong.Name("blackstart"), kong.Description("Run the whole crisis from one file: what is off for whom and why, who must be told by when, what is clean, what comes back next, and a record that a court can check."),
		kong.UsageOnError(), kong.Writers(io.Out, io.Err), kong.Exit(func(code int) { panic(Exit(code)) }), kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 110}))
	if err != nil {
		panic("the command line does not parse: " + err.Error()) // a defect in the struct tags; every test of a command finds it
	}
	if len(args) == 0 { // who knows no command yet
		args = []string{"--help"}
	}
	call, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(io.Err, "blackstart: %v\n%s\n", err, helpFor(err))
		return fault.ExitUsage
	}
	io.JSON, io.Strict, io.Unseal = c.JSON, c.Strict, c.Key
	if strings.HasPrefix(call.Command(), "plan ") {
		return report(io, unlessStopped(io, func() error { return call.Run(&io, &c) }))
	}
	return report(io, call.Run(&io, &c))
}

// helpFor says to whom the call was wrong where to read what there is: behind as much of the call as was understood.
func helpFor(err error) string {
	var wrong *kong.ParseError
	words := "blackstart"
	if errors.As(err, &wrong) && wrong.Context != nil {
		if node := wrong.Context.Selected(); node != nil {
			words = node.FullPath()
		}
	}
	return "blackstart: '" + words + " --help' says what there is"
}

// report puts the error of a command into words once, and gives its code.
func report(io IO, err error) int {
	var exit Exit
	if errors.As(err, &exit) {
		return int(exit)
	}
	if err != nil {
		fmt.Fprintf(io.Err, "blackstart: %v\n", err)
	}
	return fault.ExitCode(err)
}
