package catalogue

import "github.com/goccy/go-yaml/token"

// nesting follows tokens and keeps two counts that the parser pays for more than in proportion: how deep values are nested (it recurses),
// and how many keys one mapping has (it takes time with their square: 200,000 keys, one megabyte, were measured at two minutes).
type nesting struct {
	block []level // block levels open at this token, by column
	flow  []int   // keys so far in each open bracket
}

type level struct{ col, keys int }

// excess gives the code of the bound that the token breaks and what to say; empty when all is well.
func (n *nesting) excess(t *token.Token) (code, message string) {
	keys := 0
	switch t.Type {
	case token.SequenceStartType, token.MappingStartType:
		n.flow = append(n.flow, 0)
	case token.SequenceEndType, token.MappingEndType:
		n.flow = n.flow[:max(0, len(n.flow)-1)]
	case token.SequenceEntryType:
		n.at(t.Position.Column)
	case token.MappingValueType:
		keys = n.key(t)
	}
	switch {
	case len(n.flow) > maxDepth || len(n.block) > maxDepth:
		return "depth", "values are nested too deep"
	case keys > maxKeys:
		return "too_many", "a mapping has too many keys"
	}
	return "", ""
}

// key counts a key where it belongs: in the innermost bracket, or on the block level of its column.
func (n *nesting) key(colon *token.Token) int {
	if last := len(n.flow) - 1; last >= 0 {
		n.flow[last]++
		return n.flow[last]
	}
	col := colon.Position.Column
	if colon.Prev != nil {
		col = colon.Prev.Position.Column
	}
	l := n.at(col)
	l.keys++
	return l.keys
}

// at closes the levels to the right of a column and opens the one of the column.
func (n *nesting) at(col int) *level {
	for len(n.block) > 0 && n.block[len(n.block)-1].col > col {
		n.block = n.block[:len(n.block)-1]
	}
	if len(n.block) == 0 || n.block[len(n.block)-1].col < col {
		n.block = append(n.block, level{col: col})
	}
	return &n.block[len(n.block)-1]
}
