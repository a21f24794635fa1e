package seal

import (
	"encoding/hex"
	"math/big"
	"slices"
	"testing"

	"blackstart/internal/fault"
)

// curve calculates on edwards25519 (RFC 8032, section 5.1) slowly and plainly.
var (
	p25519 = new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 255), big.NewInt(19))
	d25519 = mul(big.NewInt(-121665), inv(big.NewInt(121666)))
)

func mul(a, b *big.Int) *big.Int { c := new(big.Int).Mul(a, b); return c.Mod(c, p25519) }
func add(a, b *big.Int) *big.Int { c := new(big.Int).Add(a, b); return c.Mod(c, p25519) }
func neg(a *big.Int) *big.Int    { c := new(big.Int).Neg(a); return c.Mod(c, p25519) }
func inv(a *big.Int) *big.Int    { return new(big.Int).ModInverse(new(big.Int).Mod(a, p25519), p25519) }

type point struct{ x, y *big.Int }

// double follows the addition law of RFC 8032, section 5.1.4, in affine form.
func (a point) double() point {
	one := big.NewInt(1)
	t := mul(d25519, mul(mul(a.x, a.x), mul(a.y, a.y)))
	return point{mul(mul(big.NewInt(2), mul(a.x, a.y)), inv(add(one, t))), mul(add(mul(a.y, a.y), mul(a.x, a.x)), inv(add(one, neg(t))))}
}

// decode gives the point with that y, false when there is none (RFC 8032, section 5.1.3).
func decode(encoded []byte) (point, bool) {
	le := slices.Clone(encoded)
	slices.Reverse(le)
	y := new(big.Int).Mod(new(big.Int).SetBytes(le), p25519)
	yy := mul(y, y)
	x := new(big.Int).ModSqrt(mul(add(yy, big.NewInt(-1)), inv(add(mul(d25519, yy), big.NewInt(1)))), p25519)
	return point{x, y}, x != nil
}

// Every row of the table is a point that three doublings bring to the neutral one, and there are as many rows as there are such y: the eight points of small order
// have five, and 0 and 1 are below 2^255 - p = 19, so that each has a second encoding.
func TestTableOfSmallOrder(t *testing.T) {
	ys := map[string]bool{}
	for _, row := range smallOrder {
		raw, err := hex.DecodeString(row)
		if err != nil {
			t.Fatal(err)
		}
		a, ok := decode(raw)
		if !ok {
			t.Fatalf("%s is on no point", row)
		}
		ys[a.y.String()] = true
		if e := a.double().double().double(); e.x.Sign() != 0 || e.y.Cmp(big.NewInt(1)) != 0 {
			t.Errorf("%s has no small order", row)
		}
	}
	if len(ys) != 5 || len(smallOrder) != 7 {
		t.Errorf("%d rows with %d values", len(smallOrder), len(ys))
	}
}

// For the neutral point there is a signature that Go's ed25519 takes for any message; no such key may be enrolled, in either sign of x.
func TestWeakKeysAreRefused(t *testing.T) {
	sig := append([]byte{1}, make([]byte, 63)...) // R neutral, S zero
	if neutral := append([]byte{1}, make([]byte, 31)...); !Key(neutral).Verify([]byte("anything"), sig) {
		t.Error("the forged signature is none: this test has lost its point")
	}
	for _, row := range smallOrder {
		for _, sign := range []byte{0, 0x80} {
			raw, _ := hex.DecodeString(row)
			raw[31] |= sign
			if _, err := ParseKey(Key(raw).String()); fault.CodeOf(err) != "key.weak" {
				t.Errorf("%x: %v", raw, err)
			}
		}
	}
}
