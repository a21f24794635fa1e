package vault

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"strings"

	"blackstart/internal/fault"
)

// Secret sharing after Shamir (CACM 22(11), 1979) over GF(2^8) with the polynomial of AES (FIPS 197, section 4.2), byte by byte: the secret is the value at
// 0 of a random polynomial of degree k-1, a share its value at x. Own code, since no maintained library was to be had: docs/adr/0006.

// share is the value of the polynomials at x, which is never 0.
type share struct {
	x byte
	y []byte
}

// split makes n shares of which k give the secret.
func split(secret []byte, k, n int) []share {
	shares := make([]share, n)
	for i := range shares {
		shares[i] = share{byte(i + 1), make([]byte, len(secret))}
	}
	coefficients := make([]byte, k)
	for at, s := range secret {
		rand.Read(coefficients) // never fails (crypto/rand, Go 1.24)
		coefficients[0] = s
		for _, sh := range shares {
			y := byte(0)
			for c := k - 1; c >= 0; c-- { // Horner
				y = mul(y, sh.x) ^ coefficients[c]
			}
			sh.y[at] = y
		}
	}
	clear(coefficients)
	return shares
}

// combine gives the value at 0 by Lagrange's interpolation. With wrong or too few shares it gives noise.
func combine(shares []share) []byte {
	secret := make([]byte, len(shares[0].y))
	for i, a := range shares {
		weight := byte(1)
		for j, b := range shares {
			if i != j {
				weight = mul(weight, mul(b.x, inverse(a.x^b.x)))
			}
		}
		for at := range secret {
			secret[at] ^= mul(weight, a.y[at])
		}
	}
	return secret
}

// mul multiplies in the field without a table and without a branch on the operands, so that its time says nothing about them.
func mul(a, b byte) (p byte) {
	for range 8 {
		p ^= a & -(b & 1)
		a = a<<1 ^ 0x1b&-(a>>7)
		b >>= 1
	}
	return p
}

// inverse is a^254, since a^255 is 1 for all but 0.
func inverse(a byte) byte {
	p := byte(1)
	for range 254 {
		p = mul(p, a)
	}
	return p
}

// checkBytes is how much of a hash stands at the end of a share on paper: a mistyped character passes once in four thousand million times.
const checkBytes = 4

var paper = base32.StdEncoding.WithPadding(base32.NoPadding)

// String is the share as it stands on paper: SHARE-3-… in groups of five, the last characters a checksum.
func (s share) String() string {
	sum := sha256.Sum256(append([]byte{s.x}, s.y...))
	text := paper.EncodeToString(append(append([]byte{}, s.y...), sum[:checkBytes]...))
	var b strings.Builder
	fmt.Fprintf(&b, "SHARE-%d", s.x)
	for i := 0; i < len(text); i += 5 {
		b.WriteString("-" + text[i:min(i+5, len(text))])
	}
	return b.String()
}

// parseShare reads a share that somebody typed: case, spaces and the place of hyphens do not matter.
func parseShare(line string) (share, error) {
	var x int
	text := strings.ToUpper(strings.TrimSpace(line))
	wrong := fault.New(fault.Invalid, "seal.share", "could not read the share that begins with %.12q: a character is wrong", text).Hinted("compare it with the paper; 0, 1, 8 and 9 do not occur after the number")
	rest, ok := strings.CutPrefix(text, "SHARE-")
	number, rest, ok2 := strings.Cut(rest, "-")
	if _, err := fmt.Sscanf(number, "%d", &x); err != nil || !ok || !ok2 || x < 1 || x > MaxShares {
		return share{}, wrong
	}
	rest = strings.NewReplacer("-", "", " ", "").Replace(rest)
	data, err := paper.DecodeString(rest)
	if err != nil || len(data) != KeyBytes+checkBytes || paper.EncodeToString(data) != rest { // the last character has bits to spare
		return share{}, wrong
	}
	s := share{byte(x), data[:KeyBytes]}
	sum := sha256.Sum256(append([]byte{s.x}, s.y...))
	if string(sum[:checkBytes]) != string(data[KeyBytes:]) {
		return share{}, wrong
	}
	return s, nil
}
