package plan

import (
	"cmp"
	"math/big"
	"testing"
)

// Quotients sort like the fractions they stand for.
func TestQuotient(t *testing.T) {
	r := newRandom(1)
	draw := func() uint64 { return r.next()>>(1+r.below(63)) + 1 }
	for range 10_000 {
		a, b, c, d := draw(), draw(), draw(), draw()
		want := big.NewRat(int64(a), int64(b)).Cmp(big.NewRat(int64(c), int64(d)))
		if got := cmp.Compare(quotient(a, b), quotient(c, d)); got != want && got != 0 {
			t.Fatalf("%d/%d against %d/%d: %d, want %d", a, b, c, d, got, want)
		}
	}
	if quotient(0, 1) >= quotient(1, 1<<63) {
		t.Error("nothing sorts before something")
	}
}
