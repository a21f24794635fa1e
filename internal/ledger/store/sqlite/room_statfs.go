//go:build linux || darwin

package sqlite

import "golang.org/x/sys/unix"

// noRoom says whether the file system under a directory has hardly a page left for us.
func noRoom(dir string) bool {
	var fs unix.Statfs_t
	return unix.Statfs(dir, &fs) == nil && uint64(fs.Bavail)*uint64(fs.Bsize) < leastRoom
}
