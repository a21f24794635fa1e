// Package examples carries the example catalogue and scenario inside the program, so that the first drill needs no file.
package examples

import "embed"

// Files holds insurers/ (a catalogue directory) and first-light/ (a scenario).
//
//go:embed insurers first-light
var Files embed.FS
