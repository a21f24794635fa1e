package catalogue

import (
	"slices"

	"github.com/goccy/go-yaml/ast"
)

// record reads one mapping key by key. What was asked for is known; end reports everything else, so the list of allowed keys is the code that reads them.
type record struct {
	r      *reading
	file   string
	at     pos
	order  []string
	keys   map[string]ast.Node
	values map[string]ast.Node
	asked  []string
}

// newRecord opens a mapping; nil after saying that n is none. Duplicate keys are reported here, the first one counts.
func newRecord(r *reading, file string, n ast.Node) *record {
	m, ok := n.(*ast.MappingNode)
	if !ok {
		r.fail(nodePos(file, n), "type", "write KEY: VALUE", "a mapping is expected, this is %s", shape(n))
		return nil
	}
	rec := &record{r: r, file: file, at: nodePos(file, n), keys: map[string]ast.Node{}, values: map[string]ast.Node{}}
	for _, v := range m.Values {
		key, ok := scalar(v.Key)
		if !ok {
			r.fail(nodePos(file, v.Key), "type", "", "a key is a word")
			continue
		}
		if rec.keys[key] != nil {
			r.fail(nodePos(file, v.Key), "key_duplicate", "remove one", "key %s stands here twice", clip(key))
			continue
		}
		rec.order = append(rec.order, key)
		rec.keys[key], rec.values[key] = v.Key, v.Value
	}
	return rec
}

// value gives the node of a key; nil when it is absent or empty. A needed one that is absent is reported.
func (m *record) value(key string, needed bool) ast.Node {
	m.asked = append(m.asked, key)
	v, ok := m.values[key]
	if !ok {
		if needed {
			m.r.fail(m.at, "key_missing", "add "+key+":", "key %s is missing", key)
		}
		return nil
	}
	if _, null := v.(*ast.NullNode); null {
		m.r.fail(nodePos(m.file, m.keys[key]), "empty", "give it a value or remove it", "key %s is empty", key)
		return nil
	}
	return v
}

// has says whether the key was written, without asking for it.
func (m *record) has(key string) bool { return m.values[key] != nil }

// place is where the key's value stands, or the record when it is absent.
func (m *record) place(key string) pos {
	if v := m.values[key]; v != nil {
		return nodePos(m.file, v)
	}
	return m.at
}

// str reads one line of text.
func (m *record) str(key string, needed bool) string {
	v := m.value(key, needed)
	if v == nil {
		return ""
	}
	s, ok := scalar(v)
	at := nodePos(m.file, v)
	switch {
	case !ok:
		m.r.fail(at, "type", "", "key %s takes a single value, this is %s", key, shape(v))
	case s == "":
		m.r.fail(at, "empty", "give it a value or remove it", "key %s is empty", key)
	case !tidy(s):
		m.r.fail(at, "value", "shorten it, no space at its ends", "key %s takes at most %d characters", key, maxText)
	default:
		return s
	}
	return ""
}

// text reads a text in both languages.
func (m *record) text(key string, needed bool) Text {
	v := m.value(key, needed)
	if v == nil {
		return Text{}
	}
	if _, ok := scalar(v); ok {
		m.r.fail(nodePos(m.file, v), "type", "write {de: …, en: …}", "key %s takes a text in German and English", key)
		return Text{}
	}
	t := newRecord(m.r, m.file, v)
	if t == nil {
		return Text{}
	}
	defer t.end()
	return Text{De: t.str("de", true), En: t.str("en", true)}
}

// number reads a whole number between low and high.
func (m *record) number(key string, low, high int, needed bool) int {
	s := m.str(key, needed)
	if s == "" {
		return 0
	}
	n, ok := number(s)
	if !ok || n < low || n > high {
		m.r.fail(m.place(key), "value", "", "key %s takes a whole number from %d to %d, not %q", key, low, high, clip(s))
		return 0
	}
	return n
}

// word reads one of a closed list.
func (m *record) word(key string, known []string, needed bool) string {
	s := m.str(key, needed)
	if s != "" && !slices.Contains(known, s) {
		m.r.fail(m.place(key), "value", suggest(s, known), "key %s does not take %q", key, clip(s))
		return ""
	}
	return s
}

// strs reads a list of single values with the place of each; a single value counts as a list of one.
func (m *record) strs(key string, limit int, needed bool) ([]string, []pos) {
	v := m.value(key, needed)
	if v == nil {
		return nil, nil
	}
	return m.r.strs(m.file, v, limit)
}

func (r *reading) strs(file string, v ast.Node, limit int) ([]string, []pos) {
	if s, ok := scalar(v); ok {
		return []string{s}, []pos{nodePos(file, v)}
	}
	var out []string
	var at []pos
	for _, n := range r.items(file, v, limit) {
		s, ok := scalar(n)
		p := nodePos(file, n)
		switch {
		case !ok || s == "":
			r.fail(p, "type", "", "a single value is expected in this list, this is %s", shape(n))
		case !tidy(s):
			r.fail(p, "value", "shorten it", "a value takes at most %d characters", maxText)
		case slices.Contains(out, s):
			r.fail(p, "duplicate", "remove one", "%q stands twice in this list", clip(s))
		default:
			out, at = append(out, s), append(at, p)
		}
	}
	return out, at
}

// words reads a list of words from a closed list.
func (m *record) words(key string, known []string, needed bool) []string {
	list, at := m.strs(key, maxList, needed)
	for i, s := range list {
		if !slices.Contains(known, s) {
			m.r.fail(at[i], "value", suggest(s, known), "key %s does not take %q", key, clip(s))
		}
	}
	return list
}

// ref reads the id of something that stands elsewhere; refs a list of them.
func (m *record) ref(key string, kind RefKind, needed bool) string {
	s := m.str(key, needed)
	m.r.refer(m.place(key), kind, s)
	return s
}

func (m *record) refs(key string, kind RefKind, limit int, needed bool) []string {
	list, at := m.strs(key, limit, needed)
	for i, s := range list {
		m.r.refer(at[i], kind, s)
	}
	return list
}

// records reads a list of mappings and hands each one over.
func (m *record) records(key string, each func(*record)) {
	v := m.value(key, false)
	if v == nil {
		return
	}
	for _, n := range m.r.items(m.file, v, maxList) {
		if rec := newRecord(m.r, m.file, n); rec != nil {
			each(rec)
			rec.end()
		}
	}
}

// end reports the keys that nobody asked for.
func (m *record) end() {
	for _, k := range m.order {
		if !slices.Contains(m.asked, k) {
			m.r.fail(nodePos(m.file, m.keys[k]), "key_unknown", suggest(k, m.asked), "key %s is not known here", clip(k))
		}
	}
}
