package cli

// commands is the command line. A command stands here from the day it works.
type commands struct {
	JSON   bool `help:"Print one JSON object."`
	Strict bool `help:"Let warnings fail the command."`

	Version VersionCmd `cmd:"" help:"Say which build this is."`
}
