package order

// Class says what an order does to the world, and thereby who must consent to it.
type Class string

const (
	Read        Class = "read"      // looks at metadata; the hub's key suffices
	Collect     Class = "collect"   // reads content
	Cut         Class = "cut"       // takes one host off
	CutMany     Class = "cut-many"  // takes several hosts off
	Loosen      Class = "loosen"    // opens what was cut
	Overwrite   Class = "overwrite" // replaces data
	ChangeTrust Class = "trust"     // changes whom agents obey; has a counter of its own, the version of the root
)

// quorums is how many different people must approve; for [ChangeTrust] the root says it.
var quorums = map[Class]int{Read: 0, Collect: 1, Cut: 1, CutMany: 2, Loosen: 2, Overwrite: 2}

// Quorum is the number of different people who must approve an order of the class under the root, and false for a class that does not exist.
func (r Root) Quorum(c Class) (int, bool) {
	if c == ChangeTrust {
		return r.Threshold, true
	}
	n, ok := quorums[c]
	return n, ok
}
