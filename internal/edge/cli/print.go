package cli

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"blackstart/internal/fault"
)

// printJSON writes the one object of a command in --json form.
func printJSON(io *IO, v any) error {
	data, err := json.Marshal(v, jsontext.WithIndent("  "), json.Deterministic(true))
	if err != nil {
		return fault.New(fault.Internal, "cli.json", "could not print the answer: %w", err)
	}
	_, err = io.Out.Write(append(data, '\n'))
	return err
}
