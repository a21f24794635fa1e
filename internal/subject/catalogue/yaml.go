package catalogue

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"

	yamlerr "github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// parseYAML gives the body of the file's only document, nil for an empty file, and whether it could be read; if not, it has said why. The dialect is small on purpose:
// no anchors, aliases, merges, tags or directives, so that no file can grow while it is read and every value stands where it is used.
func parseYAML(r *reading, f File) (ast.Node, bool) {
	tokens := lexer.Tokenize(string(bytes.ReplaceAll(f.Bytes, []byte("\r\n"), []byte("\n"))))
	if !checkTokens(r, f.Path, tokens) {
		return nil, false
	}
	file, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey()) // duplicates are found by record, all at once
	if err != nil {
		at, message := pos{f.Path, 1, 1}, err.Error()
		var syntax *yamlerr.SyntaxError
		if errors.As(err, &syntax) {
			at, message = tokenPos(f.Path, syntax.Token), syntax.Message
		}
		r.fail(at, "syntax", "", "is not YAML: %s", clip(message))
		return nil, false
	}
	var body ast.Node
	for _, doc := range file.Docs {
		switch {
		case doc.Body == nil:
		case body != nil:
			r.fail(nodePos(f.Path, doc.Body), "documents", "remove the line ---", "holds more than one YAML document")
			return nil, false
		default:
			body = doc.Body
		}
	}
	return body, true
}

// checkTokens refuses what the dialect leaves out, and what would cost the parser too much.
func checkTokens(r *reading, file string, tokens token.Tokens) bool {
	var n nesting
	for _, t := range tokens {
		switch t.Type {
		case token.AnchorType, token.AliasType, token.MergeKeyType, token.TagType:
			r.fail(tokenPos(file, t), "alias", "write the value out", "anchors, aliases, merges and tags are not used in a catalogue")
			return false
		case token.DirectiveType:
			r.fail(tokenPos(file, t), "alias", "remove the line", "directives are not used in a catalogue")
			return false
		}
		if code, message := n.excess(t); code != "" {
			r.fail(tokenPos(file, t), code, "write it as docs/catalogue.md shows", "%s", message)
			return false
		}
	}
	return true
}

func tokenPos(file string, t *token.Token) pos {
	if t == nil || t.Position == nil {
		return pos{file, 1, 1}
	}
	return pos{file, max(1, t.Position.Line), max(1, t.Position.Column)}
}

// nodePos is where a reader would put the finger: a block mapping begins at its first key, not at the colon.
func nodePos(file string, n ast.Node) pos {
	if m, ok := n.(*ast.MappingNode); ok && !m.IsFlowStyle && len(m.Values) > 0 {
		n = m.Values[0].Key
	}
	return tokenPos(file, n.GetToken())
}

// scalar gives the text of a scalar node as it was written, for values whose form is checked afterwards.
func scalar(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return strings.TrimSuffix(n.Value.Value, "\n"), true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return n.GetToken().Value, true
	}
	return "", false
}

// shape names a node's kind for a message.
func shape(n ast.Node) string {
	switch n.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		return "a mapping"
	case *ast.SequenceNode:
		return "a list"
	case *ast.NullNode:
		return "empty"
	}
	return "a single value"
}

// items gives the elements of a list, nil after saying that n is none or too long.
func (r *reading) items(file string, n ast.Node, limit int) []ast.Node {
	s, ok := n.(*ast.SequenceNode)
	if !ok {
		r.fail(nodePos(file, n), "type", "begin each entry with \"- \"", "a list is expected, this is %s", shape(n))
		return nil
	}
	if len(s.Values) > limit {
		r.fail(nodePos(file, n), "too_many", "", "has %d entries, at most %d are allowed", len(s.Values), limit)
		return nil
	}
	return s.Values
}

// number reads whole numbers strictly: decimal digits only, so that 010 or 1e3 never mean something else than they seem to.
func number(s string) (int, bool) {
	if s == "" || len(s) > 10 || len(s) > 1 && s[0] == '0' || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	return n, err == nil
}

// tidy says whether a text may stand on a page: not too long, no space at its ends.
func tidy(s string) bool {
	return utf8.RuneCountInString(s) <= maxText && strings.TrimSpace(s) == s
}
