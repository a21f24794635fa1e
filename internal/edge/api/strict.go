package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-json-experiment/json/jsontext"
)

const (
	// maxDepth bounds how deep JSON may nest: a plan has four levels. It is checked before anything is built from it.
	maxDepth = 16
	// maxMembers bounds values and names in one document: a bulk act names 4,096 cells, a plan for all of them has some members for each. A document
	// of nothing but brackets would otherwise become thirty times its size in memory.
	maxMembers = 64 << 10
)

// strict reads JSON as the journal does: no member twice (readers differ on which one counts, RFC 8259 section 4), no bytes that are no text,
// nothing behind the end.
var strict = huma.Format{Marshal: huma.DefaultJSONFormat.Marshal, Unmarshal: func(data []byte, v any) error {
	if err := bounded(data); err != nil {
		return err
	}
	return json.Unmarshal(data, v)
}}

// bounded walks through a document and refuses what is too deep, too many or ambiguous.
func bounded(data []byte) error {
	d := jsontext.NewDecoder(bytes.NewReader(data))
	for n := 0; ; n++ {
		if n > maxMembers {
			return fmt.Errorf("the document has more than %d values", maxMembers)
		}
		if _, err := d.ReadToken(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("the document is no JSON as we take it: %w", err)
		}
		if d.StackDepth() > maxDepth {
			return fmt.Errorf("the document nests deeper than %d levels", maxDepth)
		}
	}
}
