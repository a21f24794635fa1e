package api

import (
	"strings"
	"testing"
)

func TestDocumentsAreBounded(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		ok   bool
	}{
		"plain":            {`{"title":"x"}`, true},
		"deep enough":      {strings.Repeat("[", maxDepth) + strings.Repeat("]", maxDepth), true},
		"too deep":         {strings.Repeat("[", maxDepth+1) + strings.Repeat("]", maxDepth+1), false},
		"never closed":     {strings.Repeat("[", 1<<20), false},
		"many":             {"[" + strings.Repeat("1,", maxMembers-10) + "1]", true},
		"too many":         {"[" + strings.Repeat("1,", maxMembers) + "1]", false},
		"twice":            {`{"title":"x","title":"y"}`, false},
		"twice, deep":      {`{"a":[{"b":1,"b":2}]}`, false},
		"no text":          {"{\"title\":\"\xff\"}", false},
		"half a surrogate": {`{"title":"\ud800"}`, false},
		"cut off":          {`{"title":`, false},
		"empty":            {``, false},
	} {
		var v any
		if err := strict.Unmarshal([]byte(c.text), &v); (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzBounded(f *testing.F) {
	f.Add([]byte(`{"a":[1,2,{"b":null}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var v any
		_ = strict.Unmarshal(data, &v)
	})
}
