package scenario

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	yamlerr "github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"blackstart/internal/fault"
	"blackstart/internal/subject/catalogue"
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

// record reads one mapping key by key. end reports every key that nobody asked for, so the list of allowed keys is the code that reads them.
type record struct {
	r      *reading
	at     pos
	order  []string
	keys   map[string]ast.Node
	values map[string]ast.Node
	asked  []string
}

func (r *reading) record(n ast.Node) *record {
	m, ok := n.(*ast.MappingNode)
	if !ok {
		r.fail(nodePos(n), "type", "write KEY: VALUE", "a mapping is expected here")
		return nil
	}
	rec := &record{r: r, at: nodePos(n), keys: map[string]ast.Node{}, values: map[string]ast.Node{}}
	for _, v := range m.Values {
		key, ok := scalar(v.Key)
		switch {
		case !ok:
			r.fail(nodePos(v.Key), "type", "", "a key is a word")
		case rec.keys[key] != nil:
			r.fail(nodePos(v.Key), "key_duplicate", "remove one", "key %s stands here twice", clip(key))
		default:
			rec.order = append(rec.order, key)
			rec.keys[key], rec.values[key] = v.Key, v.Value
		}
	}
	return rec
}

// has says whether the key was written.
func (m *record) has(key string) bool { return m.values[key] != nil }

// place is where the key's value stands, or the record when there is none.
func (m *record) place(key string) pos {
	if v := m.values[key]; v != nil {
		return nodePos(v)
	}
	return m.at
}

// value gives the node of a key, nil after saying that a needed one is missing or any is empty.
func (m *record) value(key string, needed bool) ast.Node {
	m.asked = append(m.asked, key)
	v, ok := m.values[key]
	if _, null := v.(*ast.NullNode); ok && null {
		m.r.fail(nodePos(m.keys[key]), "empty", "give it a value or remove it", "key %s is empty", key)
		return nil
	}
	if !ok && needed {
		m.r.fail(m.at, "key_missing", "add "+key+":", "key %s is missing", key)
	}
	return v
}

// str reads a single value; empty when there is none or it was wrong.
func (m *record) str(key string, needed bool) string {
	v := m.value(key, needed)
	if v == nil {
		return ""
	}
	s, ok := scalar(v)
	switch {
	case !ok:
		m.r.fail(nodePos(v), "type", "", "key %s takes a single value", key)
	case strings.TrimSpace(s) == "":
		m.r.fail(nodePos(v), "empty", "give it a value or remove it", "key %s is empty", key)
	case len(s) > maxText:
		m.r.fail(nodePos(v), "value", "shorten it", "key %s takes at most %d bytes", key, maxText)
	default:
		return s
	}
	return ""
}

// id reads a single value of the form of an id.
func (m *record) id(key string, needed bool) string {
	s := m.str(key, needed)
	if s != "" && !catalogue.ValidID(s) {
		m.r.fail(m.place(key), "id", "letters, digits, dot, underscore and hyphen, at most 63, a letter or digit first", "%q is not an id", clip(s))
		return ""
	}
	return s
}

// word reads one of a closed list.
func (m *record) word(key string, known []string, needed bool) string {
	s := m.str(key, needed)
	if s != "" && !slices.Contains(known, s) {
		m.r.fail(m.place(key), "value", "known are "+strings.Join(known, ", "), "key %s does not take %q", key, clip(s))
		return ""
	}
	return s
}

// text reads a text in both languages.
func (m *record) text(key string, needed bool) catalogue.Text {
	t := m.sub(key, needed)
	if t == nil {
		return catalogue.Text{}
	}
	defer t.end()
	return catalogue.Text{De: t.str("de", true), En: t.str("en", true)}
}

// truth reads true or false.
func (m *record) truth(key string) bool {
	return m.word(key, []string{"true", "false"}, true) == "true"
}

// number reads a whole number in decimal digits, so that 010 or 1e3 never mean something else than they seem to.
func (m *record) number(key string, most int, needed bool) int {
	s := m.str(key, needed)
	if s == "" {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil || strconv.Itoa(n) != s || n < 0 || n > most {
		m.r.fail(m.place(key), "value", "", "key %s takes a whole number from 0 to %d, not %q", key, most, clip(s))
		return 0
	}
	return n
}

// span reads a duration of hours, minutes and seconds.
func (m *record) span(key string, needed bool) time.Duration {
	s := m.str(key, needed)
	if s == "" {
		return 0
	}
	d, err := time.ParseDuration(s)
	if err != nil || d < 0 || d > maxSpan {
		m.r.fail(m.place(key), "value", "write 1h30m or 45s, at most "+maxSpan.String(), "key %s does not take %q", key, clip(s))
		return 0
	}
	return d
}

// sub reads a mapping below this one; nil when there is none.
func (m *record) sub(key string, needed bool) *record {
	v := m.value(key, needed)
	if v == nil {
		return nil
	}
	return m.r.record(v)
}

// list gives the elements of a list; a single value counts as a list of one.
func (m *record) list(key string, most int, needed bool) []ast.Node {
	v := m.value(key, needed)
	if v == nil {
		return nil
	}
	if _, ok := scalar(v); ok {
		return []ast.Node{v}
	}
	s, ok := v.(*ast.SequenceNode)
	switch {
	case !ok:
		m.r.fail(nodePos(v), "type", "begin each entry with \"- \"", "key %s takes a list", key)
	case len(s.Values) > most:
		m.r.fail(nodePos(v), "too_many", "", "key %s has %d entries, at most %d are allowed", key, len(s.Values), most)
	default:
		return s.Values
	}
	return nil
}

// strs reads a list of single values with the place of each.
func (m *record) strs(key string, needed bool) (values []string, at []pos) {
	for _, n := range m.list(key, maxList, needed) {
		s, ok := scalar(n)
		if !ok || s == "" || len(s) > maxText {
			m.r.fail(nodePos(n), "type", "", "a single value is expected in this list")
			continue
		}
		values, at = append(values, s), append(at, nodePos(n))
	}
	return values, at
}

// records reads a list of mappings and hands each one over.
func (m *record) records(key string, most int, needed bool, each func(*record)) {
	for _, n := range m.list(key, most, needed) {
		if rec := m.r.record(n); rec != nil {
			each(rec)
			rec.end()
		}
	}
}

// end reports the keys that nobody asked for.
func (m *record) end() {
	for _, k := range m.order {
		if !slices.Contains(m.asked, k) {
			m.r.fail(nodePos(m.keys[k]), "key_unknown", "known here are "+strings.Join(m.asked, ", "), "key %s is not known here", clip(k))
		}
	}
}

// clip shortens a foreign text for a message.
func clip(s string) string {
	const longest = 80
	if r := []rune(s); len(r) > longest {
		return string(r[:longest]) + "…"
	}
	return s
}
