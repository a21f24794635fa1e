package plan

import (
	"strings"
	"testing"
	"time"
)

// A moment reads the same wherever the machine stands: with the distance from UTC that it is written with, also where that is the machine's in half of the year.
func TestWritten(t *testing.T) {
	berlin := time.FixedZone("CET", 3600) // as time.Parse gives it where the offset is that of the machine's zone
	got := Written(time.Date(2026, 3, 28, 22, 0, 41, 7, berlin))
	if name, east := got.Zone(); name != "" || east != 3600 || got.Format(time.RFC3339Nano) != "2026-03-28T22:00:00+01:00" {
		t.Errorf("%v, zone %q", got.Format(time.RFC3339Nano), name)
	}
	if !Written(time.Time{}).IsZero() {
		t.Error("no moment became one")
	}
	if got := Moment(got, MaxMoment).Year(); got != 10192 {
		t.Errorf("the last minute that a problem may name is in the year %d", got)
	}
}

// Moments become minutes without moving anything: places in the file stay true. What only looks like one is left alone.
func TestInMinutes(t *testing.T) {
	begin := time.Date(2026, 11, 22, 3, 0, 0, 0, time.FixedZone("", 3600))
	for file, want := range map[string]string{
		`{"now": "2026-11-22T04:00:59+01:00"}`:                             `{"now":                          60}`,
		`{"now": "2026-11-22T01:59:01Z"}`:                                  `{"now":                     -1}`,
		`{"tasks": [{"at": "2026-11-22T03:00:00\u002b01:00"}]}`:            `{"tasks": [{"at":                                0}]}`,
		`{"opens": {"min": "2026-11-22T02:00:00Z"}}`:                       `{"opens": {"min":                      0}}`,
		`{"id": "2026-11-22T02:00:00Z", "from": 3}`:                        `{"id": "2026-11-22T02:00:00Z", "from": 3}`,
		`{"name": "\"at\": \"2026-11-22T02:00:00Z\"", "opens": "unknown"}`: `{"name": "\"at\": \"2026-11-22T02:00:00Z\"", "opens": "unknown"}`,
		`{"set": ["at", "2026-11-22T02:00:00Z"]}`:                          `{"set": ["at", "2026-11-22T02:00:00Z"]}`,
		`{"minutes": {"min": "2026-11-22T02:00:00Z"}}`:                     `{"minutes": {"min": "2026-11-22T02:00:00Z"}}`,
		`{"now": "2026-11-22T02:00:00Z"`:                                   `{"now":                      0`,
		`{"now": "unknown"}`:                                               `/now: "unknown" is neither a minute nor a moment such as`,
		`{"at": "2026-11-22t02:00:00.75z"}`:                                `{"at":                         0}`,
		`{"at": "2026-11-22T02:00:00,75Z"}`:                                `/at: "2026-11-22T02:00:00,75Z" is neither`,
		`{"at": "2026-11-22T2:00:00Z"}`:                                    `/at: "2026-11-22T2:00:00Z" is neither`,
		`{"at": "2026-11-22T02:00:00+24:00"}`:                              `/at: "2026-11-22T02:00:00+24:00" is neither`,
		`{"at": "2026-11-22"}`:                                             `/at: "2026-11-22" is neither`,
	} {
		got, err := inMinutes([]byte(file), begin)
		if err != nil {
			got = []byte(err.Error())
		} else if len(got) != len(file) {
			t.Errorf("%s became %d bytes of %d", file, len(got), len(file))
		}
		if !strings.HasPrefix(string(got), want) {
			t.Errorf("%s became\n%s, want\n%s", file, got, want)
		}
	}
}
