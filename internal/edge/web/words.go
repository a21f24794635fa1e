package web

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // the laptop it runs on may have no time zones

	"blackstart/internal/hub"
)

// phrase is one thing a page says, in both languages. Literals are written without field names, so that a phrase whose
// second language is missing does not compile; one that no page uses is found by staticcheck.
type phrase struct{ de, en string }

// plural is a phrase for one and for any other number; both hold one %s for the number.
type plural struct{ one, many phrase }

// in gives the phrase in a language, filled in as fmt.Sprintf does.
func (f phrase) in(lang string, args ...any) string {
	text := f.de
	if lang == english {
		text = f.en
	}
	if len(args) == 0 {
		return text
	}
	return fmt.Sprintf(text, args...)
}

const (
	german  = "de"
	english = "en"
)

// number writes n with the thousands mark of the language.
func number(lang string, n int) string {
	mark := "."
	if lang == english {
		mark = ","
	}
	digits := strconv.Itoa(n)
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 && digits[i-1] != '-' {
			b.WriteString(mark)
		}
		b.WriteRune(d)
	}
	return b.String()
}

// berlin is the zone of every time on every page: one zone for all, named each time, so that nobody has to ask.
var berlin = func() *time.Location {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic("the embedded time zones hold no Europe/Berlin: " + err.Error())
	}
	return zone
}()

// zoneNames are the German short names of the zone (DIN 5008 usage: MEZ, MESZ).
var zoneNames = map[string]string{"CET": "MEZ", "CEST": "MESZ"}

// clock writes a time to the minute: 21.11.2026, 14:03 MEZ, in English 21 Nov 2026, 14:03 CET.
func clock(lang string, t time.Time) string {
	local := t.In(berlin)
	zone, _ := local.Zone()
	if lang == english {
		return local.Format("2 Jan 2006, 15:04 ") + zone
	}
	return local.Format("02.01.2006, 15:04 ") + zoneNames[zone]
}

// clockSeconds is clock to the second, where order within a minute matters.
func clockSeconds(lang string, t time.Time) string {
	local := t.In(berlin)
	zone, _ := local.Zone()
	if lang == english {
		return local.Format("2 Jan 2006, 15:04:05 ") + zone
	}
	return local.Format("02.01.2006, 15:04:05 ") + zoneNames[zone]
}

// lasting writes a duration in at most two units, rounded down: 2 Tg. 4 Std., in English 2 d 4 h.
func lasting(lang string, d time.Duration) string {
	unit := []phrase{{"Tg.", "d"}, {"Std.", "h"}, {"Min.", "min"}}
	minutes := int(d / time.Minute)
	parts := []int{minutes / (24 * 60), minutes / 60 % 24, minutes % 60}
	for i, n := range parts {
		if n == 0 && i < len(parts)-1 {
			continue
		}
		text := strconv.Itoa(n) + "\u00a0" + unit[i].in(lang)
		if i < len(parts)-1 && parts[i+1] > 0 {
			text += " " + strconv.Itoa(parts[i+1]) + "\u00a0" + unit[i+1].in(lang)
		}
		return text
	}
	return ""
}

// stateWords is the one word for each state; the German ones are those of the field (docs/design.md).
var stateWords = map[hub.Shown]phrase{
	hub.ShownOperational: {"In Betrieb", "Operational"},
	hub.ShownDegraded:    {"Eingeschränkt", "Degraded"},
	hub.ShownPartial:     {"Teilausfall", "Partial outage"},
	hub.ShownOutage:      {"Ausfall", "Major outage"},
	hub.ShownMaintenance: {"Wartung", "Maintenance"},
	hub.ShownOff:         {"Vorsorglich abgeschaltet", "Switched off by us"},
	hub.ShownReturning:   {"Im Wiederanlauf", "Restoring, being checked"},
	hub.ShownUnknown:     {"Unbekannt", "Unknown"},
	hub.ShownBlocked:     {"Gesperrt durch Dritte", "Blocked by a third party"},
	hub.ShownLimited:     {"Nur teilweise offen", "Open in part"},
	hub.ShownInterim:     {"Ersatzbetrieb", "Interim operation"},
	hub.ShownBasic:       {"Notbetrieb", "Emergency operation"},
	hub.ShownReplaced:    {"Abgelöst", "Replaced"},
}

// look is how a state is drawn: a shape that can be told apart without colour, and the one letter that is its class.
type look struct{ glyph, class string }

var looks = map[hub.Shown]look{
	hub.ShownOperational: {"●", "o"},
	hub.ShownDegraded:    {"▲", "d"},
	hub.ShownPartial:     {"◆", "p"},
	hub.ShownOutage:      {"■", "m"},
	hub.ShownMaintenance: {"◇", "w"},
	hub.ShownOff:         {"▣", "x"},
	hub.ShownReturning:   {"◐", "r"},
	hub.ShownUnknown:     {"?", "u"},
	hub.ShownBlocked:     {"▣", "x"},
	hub.ShownLimited:     {"▲", "d"},
	hub.ShownInterim:     {"◐", "r"},
	hub.ShownBasic:       {"▲", "d"},
	hub.ShownReplaced:    {"◇", "w"},
}

// lookOf draws a state; what is not known to the page is drawn as unknown, never as good.
func lookOf(s hub.Shown) look {
	if l, ok := looks[s]; ok {
		return l
	}
	return looks[hub.ShownUnknown]
}

func stateWord(lang string, s hub.Shown) string {
	if w, ok := stateWords[s]; ok {
		return w.in(lang)
	}
	return stateWords[hub.ShownUnknown].in(lang)
}
