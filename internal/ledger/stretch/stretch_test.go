package stretch

import (
	"encoding/hex"
	"testing"
)

// What a guess costs in the program. The hash is pinned: one that was stored stands for its password in every later build, or nobody gets in. To
// check it apart: `printf 'correct horse battery staple' | argon2 saltsaltsaltsalt -id -t 3 -m 16 -p 2 -l 32 -r`.
func TestAGuessIsExpensive(t *testing.T) {
	if paid != full || full != (cost{passes: 3, memory: 65536, threads: 2}) {
		t.Errorf("a guess costs %+v", paid)
	}
	if got := hex.EncodeToString(Key("correct horse battery staple", []byte("saltsaltsaltsalt"))); got != known {
		t.Errorf("the hash is %s", got)
	}
}

// Tests of other packages pay less, and get another hash for it.
func TestCheaply(t *testing.T) {
	Cheaply()
	defer func() { paid = full }()
	if got := hex.EncodeToString(Key("correct horse battery staple", []byte("saltsaltsaltsalt"))); got == known {
		t.Error("it is as expensive as ever")
	}
}

const known = "aa27b9e3e22f5c24ff0ba072458286340646834b31791ffc2d3de0748bea1b25"
