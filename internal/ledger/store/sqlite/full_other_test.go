//go:build !linux

package sqlite

// fullDir is used on Linux only, where a test can mount a small disk of its own.
const fullDir = "BLACKSTART_FULL_DIR"

func fillForReal(string) error { return nil }
