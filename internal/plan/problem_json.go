package plan

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// ReadProblem reads a problem file. It is strict: an unknown or doubled name, a wrong type or anything after the object is an [*Error] with line and column.
// Whether what it says can be planned, [Solve] finds out.
func ReadProblem(data []byte) (*Problem, error) {
	data = unmarked(data)
	var p Problem
	err := readJSON(data, &p, &p.Schema, ProblemSchema)
	if err != nil && p.Schema == ProblemSchema { // perhaps for a moment in the place of a minute; most files have none and are not walked through for it
		if data, err = inMinutes(data, BeginOf(data)); err == nil {
			p = Problem{}
			err = readJSON(data, &p, &p.Schema, ProblemSchema)
		}
	}
	if err != nil {
		return nil, err
	}
	p.Begin = Written(p.Begin)
	return &p, nil
}

// unmarked is a file without the mark that editors of Windows put before UTF-8. Nobody sees it, so it is in no column.
func unmarked(data []byte) []byte { return bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")) }

// readJSON reads a file of ours into what has the given field for its schema. That it is a file of another kind is said before anything else about it.
func readJSON(data []byte, into any, schema *string, want string) error {
	wrong := json.Unmarshal(data, into, json.RejectUnknownMembers(true), json.WithUnmarshalers(readers(data)))
	if wrong != nil {
		var kind struct {
			Schema string `json:"schema"`
		}
		if json.Unmarshal(data, &kind) != nil {
			return wrongJSON(data, wrong)
		}
		*schema = kind.Schema
	}
	switch {
	case *schema == "":
		return failed("plan.schema", 1, 1, "it has no schema, want \"schema\": %q", want)
	case *schema != want:
		at := Places(data, map[string]bool{"/schema": true})["/schema"]
		return failed("plan.schema", at[0], at[1], "the schema is %.60q, want %q", *schema, want)
	case wrong != nil:
		return wrongJSON(data, wrong)
	}
	return nil
}

// noNull refuses null where something must stand: package json takes it for 0, or for nothing, and who writes it means that nobody knows. Only where nothing may be said it says that.
var noNull = json.UnmarshalFromFunc(func(d *jsontext.Decoder, into any) error {
	if d.PeekKind() == 'n' && reflect.TypeOf(into).Elem().Kind() != reflect.Pointer {
		return errNull
	}
	return errors.ErrUnsupported
})

var errWord = errors.New("a word stands where a number must")

// readers are how values are read. To ask of each whether it is null takes a while, and most files have none.
func readers(data []byte) *json.Unmarshalers {
	if bytes.Contains(data, []byte("null")) {
		return json.JoinUnmarshalers(noNull, asMoment)
	}
	return asMoment
}

var errNull = errors.New("null says nothing: leave the field out, or say what it is")

// Marshal gives the problem as a file, always the same bytes for the same problem.
func (p *Problem) Marshal() ([]byte, error) {
	data, err := json.Marshal(p, jsontext.WithIndent(" "), json.Deterministic(true))
	return append(data, '\n'), err
}

// Marshal gives the plan as a file, always the same bytes for the same plan.
func (p *Plan) Marshal() ([]byte, error) {
	data, err := json.Marshal(p, jsontext.WithIndent(" "), json.Deterministic(true))
	return append(data, '\n'), err
}

// wrongJSON gives the place of what is wrong.
func wrongJSON(data []byte, err error) *Error {
	var offset int64
	var where jsontext.Pointer
	var semantic *json.SemanticError
	var syntactic *jsontext.SyntacticError
	reason := err
	switch {
	case errors.As(err, &semantic):
		offset, where = semantic.ByteOffset, semantic.JSONPointer
		switch {
		case semantic.Err != nil:
			reason = semantic.Err
		case semantic.JSONKind == '"' && semantic.GoType == reflect.TypeFor[int64](): // moments were read before
			reason = errWord
		default:
			reason = fmt.Errorf("a JSON %v does not belong there", semantic.JSONKind)
		}
	case errors.As(err, &syntactic):
		offset, where, reason = syntactic.ByteOffset, syntactic.JSONPointer, syntactic.Err
	}
	line, col := place(data, offset)
	if where != "" {
		where += ": "
	}
	return failed("plan.json", line, col, "%.200s%s", where, plainReason(reason, semantic))
}

// plainReason says it to people who do not know how a program reads numbers.
func plainReason(reason error, semantic *json.SemanticError) string {
	value := "the number"
	if semantic != nil && len(semantic.JSONValue) > 0 {
		value = fmt.Sprintf("%.40s", semantic.JSONValue)
	}
	switch {
	case errors.Is(reason, errWord) && lasting[semantic.JSONPointer.LastToken()]:
		return "a text is no number: want whole minutes, 180 for 3 h"
	case errors.Is(reason, errWord):
		return "a text is no number: want it without quotes"
	case errors.Is(reason, strconv.ErrSyntax):
		return value + " is no whole number"
	case errors.Is(reason, strconv.ErrRange):
		return value + " is beyond every number that can be meant"
	case errors.Is(reason, io.ErrUnexpectedEOF):
		return "the file ends here, before it is complete"
	case errors.Is(reason, json.ErrUnknownName):
		return "there is no field of this name"
	case errors.Is(reason, jsontext.ErrDuplicateName):
		return "the field stands there twice"
	}
	return reason.Error()
}

// lasting are the fields that say how long something takes.
var lasting = map[string]bool{"minutes": true, "left": true, "lag": true, "every": true, "rto": true, "mtpd": true, "attend_minutes": true, "min": true, "likely": true, "max": true}

// place turns an offset into line and column, both from 1.
func place(data []byte, offset int64) (line, col int) {
	before := data[:min(max(offset, 0), int64(len(data)))]
	return 1 + bytes.Count(before, []byte{'\n'}), len(before) - bytes.LastIndexByte(before, '\n')
}

// Places gives line and column of each pointer that is in the file; findings name pointers, people jump to lines.
func Places(data []byte, pointers map[string]bool) map[string][2]int {
	data, found := unmarked(data), map[string][2]int{}
	d := jsontext.NewDecoder(bytes.NewReader(data))
	for {
		if _, err := d.ReadToken(); err != nil {
			return found
		}
		at := string(d.StackPointer())
		if _, known := found[at]; pointers[at] && !known {
			line, col := place(data, d.InputOffset())
			found[at] = [2]int{line, max(1, col-1)}
		}
	}
}

type rangeForm struct {
	Min    int64 `json:"min"`
	Likely int64 `json:"likely"`
	Max    int64 `json:"max"`
}

// MarshalJSONTo writes a number where all three are the same.
func (r Range) MarshalJSONTo(e *jsontext.Encoder) error {
	if r.Min == r.Likely && r.Likely == r.Max {
		return e.WriteToken(jsontext.Int(r.Likely))
	}
	return json.MarshalEncode(e, rangeForm(r))
}

// UnmarshalJSONFrom reads a number, or an object with min, likely and max.
func (r *Range) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	switch d.PeekKind() {
	case '"':
		value, err := d.ReadValue()
		if err != nil {
			return err
		}
		return fmt.Errorf("%.40s is no number: want whole minutes, 180 for 3 h", value)
	case '0':
		var n int64
		err := json.UnmarshalDecode(d, &n)
		*r = Exactly(n)
		return err
	}
	var f rangeForm
	err := json.UnmarshalDecode(d, &f)
	*r = Range(f)
	return err
}

// MarshalJSONTo writes "unknown", a minute, or a range of minutes.
func (o Opening) MarshalJSONTo(e *jsontext.Encoder) error {
	if o.Unknown {
		return e.WriteToken(jsontext.String("unknown"))
	}
	return o.Range.MarshalJSONTo(e)
}

// UnmarshalJSONFrom reads what MarshalJSONTo writes.
func (o *Opening) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	if d.PeekKind() != '"' {
		return o.Range.UnmarshalJSONFrom(d)
	}
	var word string
	if err := json.UnmarshalDecode(d, &word); err != nil {
		return err
	}
	if word != "unknown" {
		return fmt.Errorf("%q, want a minute, a range or \"unknown\"", word)
	}
	o.Unknown = true
	return nil
}

type linkForm struct {
	Task string `json:"task"`
	Lag  int64  `json:"lag"`
}

// MarshalJSONTo writes a string where there is no lag.
func (l Link) MarshalJSONTo(e *jsontext.Encoder) error {
	if l.Lag == 0 {
		return e.WriteToken(jsontext.String(l.Task))
	}
	return json.MarshalEncode(e, linkForm(l))
}

// UnmarshalJSONFrom reads a string, or an object with task and lag.
func (l *Link) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	if d.PeekKind() == '"' {
		*l = Link{}
		return json.UnmarshalDecode(d, &l.Task)
	}
	var f linkForm
	err := json.UnmarshalDecode(d, &f)
	*l = Link(f)
	return err
}
