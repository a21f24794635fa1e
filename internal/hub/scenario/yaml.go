package scenario

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	yamlerr "github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"blackstart/internal/fault"
)

// pos is a place in the file; both count from 1.
type pos struct{ line, col int }

// reading collects what is wrong, so that all of it is said at once.
type reading struct {
	file     string
	findings []fault.Finding
	dropped  int
}

// fail records an error. A hint may be empty.
func (r *reading) fail(at pos, code, hint, format string, args ...any) {
	if len(r.findings) >= maxFindings {
		r.dropped++
		return
	}
	r.findings = append(r.findings, fault.Finding{Level: fault.Error, File: r.file, Line: at.line, Col: at.col, Code: "scenario." + code, Message: fmt.Sprintf(format, args...), Hint: hint})
}

func (r *reading) done() []fault.Finding {
	fault.SortFindings(r.findings)
	if r.dropped > 0 {
		r.findings = append(r.findings, fault.Finding{Level: fault.Error, File: r.file, Code: "scenario.more", Message: fmt.Sprintf("%d more findings are not shown", r.dropped), Hint: "mend these first"})
	}
	return r.findings
}

// document parses the file's only document. The dialect is that of catalogues: no anchors, aliases, merges, tags or directives, so that no file can
// grow while it is read.
func (r *reading) document(data []byte) ast.Node {
	if !r.plain(data) {
		return nil
	}
	tokens := lexer.Tokenize(string(bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))))
	if !r.dialect(tokens) {
		return nil
	}
	file, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey()) // duplicates are found by record, all at once
	if err != nil {
		at, message := pos{1, 1}, err.Error()
		var syntax *yamlerr.SyntaxError
		if errors.As(err, &syntax) {
			at, message = tokenPos(syntax.Token), syntax.Message
		}
		r.fail(at, "syntax", "", "is not YAML: %s", clip(message))
		return nil
	}
	var body ast.Node
	for _, d := range file.Docs {
		if d.Body != nil && body != nil {
			r.fail(nodePos(d.Body), "documents", "remove the line ---", "holds more than one YAML document")
			return nil
		}
		if d.Body != nil {
			body = d.Body
		}
	}
	if body == nil {
		r.fail(pos{1, 1}, "empty", "begin with format: "+Format, "the file is empty")
	}
	return body
}

// plain refuses what is no text of bounded size.
func (r *reading) plain(data []byte) bool {
	if len(data) > maxFile {
		r.fail(pos{1, 1}, "size", "", "the file has %d bytes, at most %d", len(data), maxFile)
		return false
	}
	for n, line := range bytes.Split(data, []byte("\n")) {
		hidden := bytes.ContainsFunc(line, func(c rune) bool {
			return unicode.IsControl(c) && c != '\t' && c != '\r' || unicode.Is(unicode.Bidi_Control, c) || c == '\uFEFF'
		})
		switch {
		case len(line) > maxLine:
			r.fail(pos{n + 1, 1}, "line", "", "the line has more than %d bytes", maxLine)
		case !utf8.Valid(line):
			r.fail(pos{n + 1, 1}, "encoding", "save the file as UTF-8", "the line is not UTF-8")
		case hidden:
			r.fail(pos{n + 1, 1}, "control", "remove them", "the line holds characters that cannot be seen")
		default:
			continue
		}
		return false
	}
	return true
}

// dialect refuses what the dialect leaves out, and brackets nested so deep that the recursive parser would pay for it.
func (r *reading) dialect(tokens token.Tokens) bool {
	depth := 0
	for _, t := range tokens {
		switch t.Type {
		case token.AnchorType, token.AliasType, token.MergeKeyType, token.TagType, token.DirectiveType:
			r.fail(tokenPos(t), "alias", "write the value out", "anchors, aliases, merges, tags and directives are not used in a scenario")
			return false
		case token.SequenceStartType, token.MappingStartType:
			if depth++; depth > maxBrackets {
				r.fail(tokenPos(t), "depth", "", "brackets are nested more than %d deep", maxBrackets)
				return false
			}
		case token.SequenceEndType, token.MappingEndType:
			depth--
		}
	}
	return true
}

func tokenPos(t *token.Token) pos {
	if t == nil || t.Position == nil {
		return pos{1, 1}
	}
	return pos{max(1, t.Position.Line), max(1, t.Position.Column)}
}

// nodePos is where a reader would put the finger: a block mapping begins at its first key.
func nodePos(n ast.Node) pos {
	if m, ok := n.(*ast.MappingNode); ok && !m.IsFlowStyle && len(m.Values) > 0 {
		n = m.Values[0].Key
	}
	return tokenPos(n.GetToken())
}

// scalar gives the text of a single value as it was written.
func scalar(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return strings.TrimSpace(n.Value.Value), true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return n.GetToken().Value, true
	}
	return "", false
}
