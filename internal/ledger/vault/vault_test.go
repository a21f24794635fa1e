package vault

import (
	"bytes"
	"strings"
	"testing"

	"filippo.io/age"
	"pgregory.net/rapid"

	"blackstart/internal/fault"
)

// The field is that of AES: the worked examples of FIPS 197, section 4.2, and an inverse for all but 0.
func TestField(t *testing.T) {
	if mul(0x57, 0x83) != 0xc1 || mul(0x57, 0x13) != 0xfe {
		t.Error("the examples of FIPS 197 do not come out")
	}
	for a := 1; a < 256; a++ {
		if mul(byte(a), inverse(byte(a))) != 1 {
			t.Errorf("%d has no inverse", a)
		}
	}
}

// Any k of n shares, in any order, give the key; fewer do not.
func TestSharesGiveTheKey(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, MaxShares).Draw(t, "n")
		k := rapid.IntRange(2, n).Draw(t, "k")
		key := rapid.SliceOfN(rapid.Byte(), KeyBytes, KeyBytes).Draw(t, "key")
		s, shares, err := Split(key, k, n)
		if err != nil {
			t.Fatal(err)
		}
		some := rapid.Permutation(shares).Draw(t, "order")[:k]
		if got, err := s.Combine(some); err != nil || !bytes.Equal(got, key) {
			t.Fatalf("%d of %d: %v", k, n, err)
		}
		if _, err := s.Combine(some[:k-1]); fault.CodeOf(err) != "seal.few" {
			t.Fatalf("%d of %d: %v", k-1, n, err)
		}
		if _, err := s.Combine(append(some[:k-1:k-1], some[0])); fault.CodeOf(err) != "seal.twice" {
			t.Fatalf("a share entered twice: %v", err)
		}
		few := s
		if few.Need = k - 1; k > 2 { // whoever pretends that fewer are enough gets noise, which the check refuses
			if _, err := few.Combine(some[:k-1]); fault.CodeOf(err) != "seal.wrong" {
				t.Fatalf("%d shares passed for %d: %v", k-1, k, err)
			}
		}
	})
}

// k-1 shares say nothing: for each value that the secret's byte may have there is exactly one polynomial through them.
func TestFewSharesSayNothing(t *testing.T) {
	one := split([]byte{42}, 2, 2)[0]
	seen := map[byte]bool{}
	for y := range 256 {
		seen[combine([]share{one, {2, []byte{byte(y)}}})[0]] = true
	}
	if len(seen) != 256 {
		t.Errorf("with one of two shares only %d values are possible", len(seen))
	}
}

// A share survives being typed, and one wrong character is named.
func TestSharesOnPaper(t *testing.T) {
	s, shares, err := Split(NewKey(), 2, 3)
	if err != nil {
		t.Fatal(err)
	}
	typed := strings.ToLower(shares[0][:8]) + strings.ReplaceAll(shares[0][8:], "-", " ")
	if _, err := s.Combine([]string{" " + typed + " ", shares[2]}); err != nil {
		t.Errorf("%q: %v", typed, err)
	}
	for at := range shares[0] {
		wrong := []byte(shares[0])
		if wrong[at] == '-' {
			continue
		}
		wrong[at] ^= 3
		if _, err := s.Combine([]string{string(wrong), shares[1]}); err == nil {
			t.Errorf("%s passed for %s", wrong, shares[0])
		}
	}
}

// A key wrapped to two people opens with the key of either, and of nobody else.
func TestWrap(t *testing.T) {
	identity := func() *age.X25519Identity {
		i, err := age.GenerateX25519Identity()
		if err != nil {
			t.Fatal(err)
		}
		return i
	}
	anna, bert, eve := identity(), identity(), identity()
	key := NewKey()
	s, err := Wrap(key, []string{anna.Recipient().String(), bert.Recipient().String()})
	if err != nil {
		t.Fatal(err)
	}
	if s, err = Parse(s.Marshal()); err != nil {
		t.Fatal(err)
	}
	for _, i := range []age.Identity{anna, bert} {
		if got, err := s.Unwrap([]age.Identity{eve, i}); err != nil || !bytes.Equal(got, key) {
			t.Errorf("a recipient: %v", err)
		}
	}
	if _, err := s.Unwrap([]age.Identity{eve}); fault.CodeOf(err) != "seal.identity" {
		t.Errorf("eve: %v", err)
	}
	if _, err := s.Combine([]string{"SHARE-1-AAAAA"}); fault.CodeOf(err) != "seal.wrapped" {
		t.Errorf("shares for a wrapped key: %v", err)
	}
	other, err := Wrap(NewKey(), []string{anna.Recipient().String()})
	if err != nil {
		t.Fatal(err)
	}
	s.Wrapped = other.Wrapped
	if _, err := s.Unwrap([]age.Identity{anna}); fault.CodeOf(err) != "seal.wrong" {
		t.Errorf("another key in it: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	s, _, _ := Split(NewKey(), 2, 3)
	f.Add(s.Marshal(), "SHARE-1-AAAAA")
	f.Fuzz(func(t *testing.T, file []byte, line string) {
		if s, err := Parse(file); err == nil {
			if _, err := s.Combine([]string{line, line}); err == nil {
				t.Error("made-up shares opened a seal")
			}
		}
	})
}
