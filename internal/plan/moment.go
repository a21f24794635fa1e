package plan

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Written is a moment as it is written: to the minute, with its own distance from UTC. Whoever parses a time gets the machine's zone where that happens to agree, and with it another hour
// after a change of clocks: a plan must read the same everywhere.
func Written(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	_, east := t.Zone()
	return t.In(time.FixedZone("", east)).Truncate(time.Minute)
}

// Moment is a minute as a date. A duration would not reach as far as minutes do: it ends after 292 years.
func Moment(begin time.Time, minute int64) time.Time {
	return time.Unix(begin.Unix()+60*minute, 0).In(begin.Location())
}

// timed are the fields that hold a minute, or a range of minutes: where the problem has a begin, they may say it as a moment.
var timed = map[string]bool{"now": true, "start": true, "earliest": true, "at": true, "over": true, "since": true, "opens": true, "from": true, "until": true}

// aMoment is what a moment looks like, for people who have to write one.
const aMoment = "2026-11-22T03:00:00+01:00"

// zoneless are moments as people write them who forget that a plan is read in more than one zone.
var zoneless = []string{"2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04"}

var errZone = errors.New("does not say its zone")

// ParseMoment reads a moment: RFC 3339, with its distance from UTC. The error says what people mostly forget.
func ParseMoment(word string) (t time.Time, err error) {
	if t, ok := moment(word); ok {
		return t, nil
	}
	for _, form := range zoneless {
		if _, err := time.Parse(form, word); err == nil {
			return t, fmt.Errorf("%.60q %w: want a moment such as %s, ending in +01:00, +02:00 or Z", word, errZone, aMoment)
		}
	}
	return t, fmt.Errorf("%.60q is no moment such as %s", word, aMoment)
}

// BeginOf is the begin of a problem file whose other fields may not be readable yet; the zero time where it says none.
func BeginOf(data []byte) time.Time {
	var head struct {
		Begin time.Time `json:"begin"`
	}
	_ = json.Unmarshal(unmarked(data), &head, json.WithUnmarshalers(asMoment)) // whoever reads the whole says what is wrong with it
	return Written(head.Begin)
}

// inMinutes puts numbers in the place of moments. The file stays as long as it was, so that places in it stay true: a moment in quotes is longer than any minute.
func inMinutes(data []byte, begin time.Time) ([]byte, error) {
	counted := bytes.Clone(data)
	d := jsontext.NewDecoder(bytes.NewReader(data))
	for {
		last := d.InputOffset()
		token, err := d.ReadToken()
		if err != nil {
			return counted, nil // the end, or what is no JSON: that is for others to say
		}
		if token.Kind() != '"' || !holdsTime(d) {
			continue
		}
		word, end := token.String(), d.InputOffset()
		from := last + int64(bytes.IndexByte(data[last:end], '"'))
		minute, err := minuteOf(word, begin)
		if err != nil {
			if word == "unknown" && strings.HasSuffix(string(d.StackPointer()), "/opens") {
				continue
			}
			line, col := place(data, from)
			return nil, failed("plan.moment", line, col, "%.200s: %v", d.StackPointer(), err)
		}
		copy(counted[from:end], fmt.Sprintf("%*d", end-from, minute))
	}
}

// holdsTime says whether the token that was read last is the value of a field that holds a minute, and not the name of that field.
func holdsTime(d *jsontext.Decoder) bool {
	if kind, many := d.StackIndex(d.StackDepth()); kind != '{' || many%2 == 1 {
		return false
	}
	at := d.StackPointer()
	switch field := at.LastToken(); field {
	case "min", "likely", "max":
		return timed[at.Parent().LastToken()]
	default:
		return timed[field]
	}
}

// rfc3339 is how RFC 3339, section 5.6, writes a moment; package time takes more (https://go.dev/issue/54580).
var rfc3339 = regexp.MustCompile(`^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$`)

// moment is one as it is written. A leap second is none: no minute of ours has 61.
func moment(word string) (time.Time, bool) {
	if !rfc3339.MatchString(word) {
		return time.Time{}, false
	}
	t, err := time.Parse(time.RFC3339, strings.ToUpper(word))
	return t, err == nil
}

// asMoment reads a field that is always a moment. The first minute of the year 1 is none, for it is what a field holds that says nothing.
var asMoment = json.UnmarshalFromFunc(func(d *jsontext.Decoder, at *time.Time) error {
	var word string
	if err := json.UnmarshalDecode(d, &word); err != nil {
		return err
	}
	t, err := ParseMoment(word)
	if err != nil {
		return err
	}
	if Written(t).IsZero() {
		return errors.New("want a moment such as " + aMoment)
	}
	*at = t
	return nil
})

// minuteOf is the minute in which a moment lies.
func minuteOf(word string, begin time.Time) (int64, error) {
	t, err := ParseMoment(word)
	switch {
	case errors.Is(err, errZone):
		return 0, err
	case err != nil:
		return 0, fmt.Errorf("%.60q is neither a minute nor a moment such as %s", word, aMoment)
	case begin.IsZero():
		return 0, fmt.Errorf("%.60q is a moment, but nothing says when minute 0 is: give the problem a \"begin\"", word)
	}
	return (Written(t).Unix() - begin.Unix()) / 60, nil // both are whole minutes
}
