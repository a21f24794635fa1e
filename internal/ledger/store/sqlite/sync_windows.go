package sqlite

// syncDir does nothing: NTFS keeps names in its own journal, and Windows does not sync directories.
func syncDir(string) error { return nil }
