package plan

import "math/bits"

// golden is 2⁶⁴ by the golden ratio: its multiples lie far apart.
const golden = 0x9e3779b97f4a7c15

// random is the generator SplitMix64 (Steele, Lea, Flood 2014): 64 bits of state, the same numbers on every machine and in every version of Go.
type random struct{ state uint64 }

func newRandom(seed uint64) *random { return &random{seed} }

func (r *random) next() uint64 {
	r.state += golden
	z := r.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// below draws from 0 to n-1, by the high half of a product; n is small against 2⁶⁴, so the bias is none that a search could notice.
func (r *random) below(n int) int {
	hi, _ := bits.Mul64(r.next(), uint64(n))
	return int(hi)
}

// between draws from lo to hi, both included.
func (r *random) between(lo, hi int) int { return lo + r.below(hi-lo+1) }
