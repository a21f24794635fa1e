//go:build !linux && !darwin

package sqlite

// noRoom cannot tell here: a full disk is then told as an I/O error, unless SQLite itself says that it is full.
func noRoom(string) bool { return false }
