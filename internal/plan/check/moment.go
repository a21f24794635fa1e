package check

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"time"
)

// A moment stands in quotes behind the name of a field that holds a minute, or in a range of such. No name within another string is mistaken for one: its quotes would have backslashes.
var (
	quoted   = `"(?:[^"\\]|\\.)*"`
	timed    = regexp.MustCompile(`"(?:start|earliest|at|since|opens|from|until)"\s*:\s*(` + quoted + `)`)
	openings = regexp.MustCompile(`"opens"\s*:\s*\{[^}]*\}`)
	bounds   = regexp.MustCompile(`"(?:min|likely|max)"\s*:\s*(` + quoted + `)`)
	begun    = regexp.MustCompile(`"begin"\s*:`)
)

// counted gives a problem with minutes instead of moments (docs/planning.md, `begin`). What is no moment stays, for others to refuse; so does everything where no begin says from when to count.
func counted(data []byte) ([]byte, error) {
	var head struct{ Begin json.RawMessage }
	if json.Unmarshal(data, &head) != nil || len(head.Begin) == 0 || string(head.Begin) == "null" {
		return data, nil
	}
	begin, ok := moment(head.Begin)
	if !ok {
		line := 1
		if at := begun.FindIndex(data); at != nil { // else its name is written with a backslash, or in capitals
			line += bytes.Count(data[:at[0]], []byte{'\n'})
		}
		return nil, &rowError{line, fmt.Sprintf("begin: %.40s is no moment (RFC 3339)", head.Begin)}
	}
	count := func(pair []byte, value *regexp.Regexp) []byte {
		at := value.FindSubmatchIndex(pair)
		t, ok := moment(pair[at[2]:at[3]])
		if !ok {
			return pair
		}
		return fmt.Appendf(bytes.Clone(pair[:at[2]]), "%*d", at[3]-at[2], (t-begin)/60) // as long as before: places stay true
	}
	data = timed.ReplaceAllFunc(data, func(pair []byte) []byte { return count(pair, timed) })
	return openings.ReplaceAllFunc(data, func(all []byte) []byte {
		return bounds.ReplaceAllFunc(all, func(pair []byte) []byte { return count(pair, bounds) })
	}), nil
}

// moment is a JSON string as the second in which the minute of a moment begins.
func moment(raw []byte) (int64, bool) {
	var word string
	var t time.Time
	if json.Unmarshal(raw, &word) != nil || t.UnmarshalText([]byte(word)) != nil { // in two steps, since a time's own reader does not know \u002b
		return 0, false
	}
	return t.Unix() - int64(t.Second()), true
}
