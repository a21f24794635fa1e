package scenario

import (
	_ "embed"
	"slices"
)

// schema is what editors check a scenario against while it is written. It says what JSON Schema can say; [Parse] says the rest.
//
//go:embed schema.json
var schema []byte

// Schema is the JSON Schema (draft 2020-12) of the format.
func Schema() []byte { return slices.Clone(schema) }
