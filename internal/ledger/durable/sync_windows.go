package durable

// SyncDir does nothing: NTFS keeps names in its own journal, and Windows does not sync directories.
func SyncDir(string) error { return nil }
