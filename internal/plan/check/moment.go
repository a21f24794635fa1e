package check

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"time"
)

// timed are the fields that hold a minute, or a range of such: min, likely and max of opens.
var timed = map[string]bool{"start": true, "earliest": true, "at": true, "since": true, "opens": true, "from": true, "until": true}

// counted gives a problem with minutes instead of moments (docs/planning.md, `begin`), as long as before, so places stay true. What is no moment stays, for others to refuse; so does everything where no
// begin says from when to count.
func counted(data []byte, words []word) ([]byte, error) {
	begin, said := int64(0), false
	for _, w := range words {
		if w.field != "begin" || w.depth != 1 {
			continue
		}
		if begin, said = moment(data[w.from:w.until]); !said || begin == noMoment {
			return nil, &placeError{fmt.Sprintf("begin: %.40s is no moment (RFC 3339)", data[w.from:w.until]), w.from + 1}
		}
	}
	if !said {
		return data, nil
	}
	data = bytes.Clone(data)
	for _, w := range words {
		if t, is := moment(data[w.from:w.until]); is && timed[w.field] {
			copy(data[w.from:w.until], fmt.Sprintf("%*d", w.until-w.from, (t-begin)/60))
		}
	}
	return data, nil
}

// noMoment is the first minute of the year 1, which stands for no begin at all.
const noMoment = -62135596800

// written is how RFC 3339, section 5.6, writes a moment. Package time is not as strict.
var written = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$`)

// moment is a JSON string as the second in which the minute of a moment begins.
func moment(raw []byte) (int64, bool) {
	var word string
	if json.Unmarshal(raw, &word) != nil {
		return 0, false
	}
	word = strings.ToUpper(word) // section 5.6: T and Z may be small
	t, err := time.Parse(time.RFC3339, word)
	return t.Unix() - int64(t.Second()), err == nil && written.MatchString(word)
}
