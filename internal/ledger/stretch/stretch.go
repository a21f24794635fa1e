// Package stretch makes passwords expensive to guess for whoever steals their hashes. It is apart from those who use it so that their tests, which
// sign hundreds of people in, need not pay the price each time, and so that the price itself stands in one place and is tested there.
package stretch

import (
	"flag"

	"golang.org/x/crypto/argon2"
)

// Sizes in bytes of what is stored of a password (RFC 9106, section 4).
const (
	Salt = 16
	Size = 32
)

// cost is what one guess takes.
type cost struct {
	passes  uint32
	memory  uint32 // KiB
	threads uint8
}

// full is the second recommended option of RFC 9106, section 4, for argon2id: 3 passes over 64 MiB. Its 4 lanes are 2 here, the cores of the laptop
// that we design for.
var full = cost{passes: 3, memory: 64 << 10, threads: 2}

var paid = full

// Key is the hash of a password under a salt. It takes 64 MiB and two cores for a tenth of a second: callers keep a line (hub/hashline.go).
func Key(password string, salt []byte) []byte {
	return argon2.IDKey([]byte(password), salt, paid.passes, paid.memory, paid.threads, Size)
}

// Cheaply lets all hashes of this process cost next to nothing, for the TestMain of packages that test something else. Outside of a test it panics,
// and no file of the program may name it (arch_test.go).
func Cheaply() {
	if flag.Lookup("test.v") == nil {
		panic("stretch.Cheaply was called by a program that is no test")
	}
	paid = cost{passes: 1, memory: 8, threads: 1} // the least that argon2 takes (RFC 9106, section 3.1)
}
