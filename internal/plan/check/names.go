package check

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// nameError is a name that stands twice in an object, or is written otherwise than it must be, or has no value, and where.
type nameError struct {
	name   string
	twice  bool
	null   bool // its value is no value
	offset int64
}

// Error is what is wrong.
func (n *nameError) Error() string {
	if n.null {
		return fmt.Sprintf("the field %.40q is null", n.name)
	}
	if n.twice {
		return fmt.Sprintf("the name %.40q stands there twice", n.name)
	}
	return fmt.Sprintf("there is no field %.40q: names are written in small letters", n.name)
}

// object is one that is being read: the names seen so far; or a list, without such.
type object struct {
	seen map[string]bool
	ids  bool   // its names are ids, written in any way
	last string // name, whose value comes next
	at   bool   // a value comes next, not a name
}

// names refuses what [json.Unmarshal] would take: it merges doubled names, and reads "Start", or one with a long s, as "start". What is no JSON at all is for others to refuse.
func names(data []byte) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	open := []object{{}} // the whole is like a list of one
	for {
		token, err := d.Token()
		if err != nil {
			return nil
		}
		in := &open[len(open)-1]
		if name, is := token.(string); is && in.seen != nil && !in.at {
			if in.seen[name] || !in.ids && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz_") != "" {
				return &nameError{name: name, twice: in.seen[name], offset: d.InputOffset()}
			}
			in.seen[name], in.last, in.at = true, name, true
			continue
		}
		in.at = false
		if token == nil && in.seen != nil && !optional[in.last] {
			return &nameError{name: in.last, null: true, offset: d.InputOffset()}
		}
		if len(open) > deepest {
			return nil // a value that no field of ours has
		}
		switch token {
		case json.Delim('{'):
			open = append(open, object{seen: map[string]bool{}, ids: len(open) == 2 && keyed[in.last]})
		case json.Delim('['):
			open = append(open, object{})
		case json.Delim('}'), json.Delim(']'):
			open = open[:len(open)-1]
		}
	}
}

// deepest is more than any file of ours is deep; millions of brackets in each other would take a gigabyte.
const deepest = 16

// optional are the fields whose null says the same as if they were not there. Elsewhere [json.Unmarshal] would take it for 0.
var optional = map[string]bool{"earliest": true, "at": true, "opens": true, "factors": true, "assumed": true}

// keyed are the fields of a plan whose names are ids of tasks and services.
var keyed = map[string]bool{"start": true, "pieces": true, "back": true, "behind": true, "services_behind": true}
