package scenario

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"blackstart/internal/subject/catalogue"
)

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
