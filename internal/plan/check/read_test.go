package check_test

import (
	"strings"
	"testing"

	"blackstart/internal/plan/check"
)

// What is no problem or no plan is refused, with what is wrong and the line of it.
func TestUnreadable(t *testing.T) {
	const (
		sm  = "PRECEDENCE RELATIONS:\n1 1 1 2\n2 1 0\n***\nREQUESTS/DURATIONS:\n1 1 0 0\n2 1 3 1\n***\nRESOURCEAVAILABILITIES:\n2\n"
		rcp = "2 1 2\n0 0 1 2\n4 1 0\n"
	)
	for name, row := range map[string]struct {
		problem, extension, made string
		says                     string
		line                     int
	}{
		"a good .sm":               {sm, ".sm", good, "", 0},
		"a good .rcp":              {rcp, ".rcp", good, "", 0},
		"a word for a number":      {strings.Replace(sm, "2 1 3", "2 1 x3", 1), ".sm", good, `"x3" is no whole number`, 7},
		"a huge number":            {strings.Replace(sm, "2 1 3", "2 1 99999999999999999999", 1), ".sm", good, "beyond all", 7},
		"two modes":                {strings.Replace(sm, "1 1 1 2", "1 2 1 2", 1), ".sm", good, "does not fit", 2},
		"too few successors":       {strings.Replace(sm, "1 1 1 2", "1 1 2 2", 1), ".sm", good, "does not fit", 2},
		"an activity left out":     {strings.Replace(sm, "1 1 0 0\n", "", 1), ".sm", good, "does not fit", 6},
		"too short a row":          {strings.Replace(sm, "2 1 3 1", "2 1", 1), ".sm", good, "does not fit", 7},
		"a duration too few":       {strings.Replace(sm, "2 1 3 1\n", "", 1), ".sm", good, "successors of 2", 1},
		"a successor beyond all":   {strings.Replace(sm, "1 1 1 2", "1 1 1 3", 1), ".sm", good, "successor 3 of 2", 1},
		"a successor before all":   {strings.Replace(sm, "1 1 1 2", "1 1 1 0", 1), ".sm", good, "successor 0 of 2", 1},
		"an .rcp with a word":      {"2 1 2\n0 0 1 2\n4 1 zero\n", ".rcp", good, "zero", 1},
		"an .rcp too short":        {"2 1 2\n0 0 1 2\n4 1\n4", ".rcp", good, "too early", 1},
		"an .rcp too long":         {rcp + "7", ".rcp", good, "1 numbers stand after", 1},
		"an .rcp of minus one":     {"2 -1 2\n", ".rcp", good, "too early", 1},
		"an .rcp beyond all":       {"2 1 2\n0 0 1 3\n4 1 0\n", ".rcp", good, "successor 3 of 2", 1},
		"something after the end":  {small, ".json", good + " {}", "after its end", 1},
		"something after, problem": {small + " 1", ".json", good, "after its end", 1},
		"another kind of file":     {small, ".json", small, "want blackstart/plan/1", 1},
		"no kind at all":           {`{"tasks": []}`, ".json", good, "want blackstart/plan-problem/1", 1},
		"a text for a number":      {small, ".json", strings.Replace(good, `"a": 0`, `"a": "0"`, 1), "string does not belong", 1},
		"cut off":                  {small, ".json", strings.TrimSuffix(good, "]}"), "before it is complete", 4},
		"no JSON":                  {small, ".json", strings.Replace(good, `"seed": 1`, `"seed": NaN`, 1), "invalid character", 1},
		"no whole number":          {small, ".json", strings.Replace(good, `"a": 0`, `"a": 0.5`, 1), "does not belong", 1},
		"null for a number":        {small, ".json", strings.Replace(good, `"late": 40`, `"late": null`, 1), `"late" is null`, 2},
		"null for minutes":         {strings.Replace(small, `"minutes": 12`, `"minutes": null`, 1), ".json", good, `"minutes" is null`, 7},
		"null for what may fail":   {strings.Replace(small, `"earliest": 40`, `"earliest": null`, 1), ".json", good, "", 0},
		"deeper than anything":     {small, ".json", `{"schema": "blackstart/plan/1", "start": ` + strings.Repeat("[", 9999), "before it is complete", 1},
		"a word of a megabyte":     {"2 1 2\n0 0 1 2\n4 1 " + strings.Repeat("9", 1<<20), ".rcp", good, `"99999999999999999999" is no whole number`, 1},
		"a field of a megabyte":    {small, ".json", strings.Replace(good, `"seed"`, `"`+strings.Repeat("s", 1<<20)+`"`, 1), "unknown field", 1},
		"begin is no moment":       {strings.Replace(small, `"start": 0`, `"begin": "soon", "start": 0`, 1), ".json", good, "is no moment", 1},
		"begin in capitals":        {strings.Replace(small, `"start": 0`, `"Begin": "soon", "start": 0`, 1), ".json", good, `no field "Begin"`, 1},
		"begin in other words":     {strings.Replace(small, `"start": 0`, `"be\u0067in": "5", "start": 0`, 1), ".json", good, "is no moment", 1},
		"a seed below 0":           {small, ".json", strings.Replace(good, `"seed": 1`, `"seed": -1`, 1), "does not belong", 1},
		"half a seed":              {small, ".json", strings.Replace(good, `"seed": 1`, `"seed": 1.5`, 1), "does not belong", 1},
		"a seed beyond all":        {small, ".json", strings.Replace(good, `"seed": 1`, `"seed": 18446744073709551616`, 1), "does not belong", 1},
		"the last seed":            {small, ".json", strings.Replace(good, `"seed": 1`, `"seed": 18446744073709551615`, 1), "", 0},
		"a seed in quotes":         {small, ".json", strings.Replace(good, `"seed": 1`, `"seed": "1"`, 1), "does not belong", 1},
		"a byte that is no letter": {small, ".json", strings.Replace(good, `"then": {`, "\"then\xff\": {", 1), "no UTF-8", 3},
		"the sign for it":          {small, ".json", strings.Replace(good, `by hand`, "by \ufffd hand", 1), "", 0},
		"half a letter":            {small, ".json", strings.Replace(good, `"then": {`, `"then\ud83d": {`, 1), "half a letter", 3},
		"half a letter, and text":  {small, ".json", strings.Replace(good, `by hand`, `by\ud83dhand`, 1), "half a letter", 1},
		"the wrong half":           {small, ".json", strings.Replace(good, `by hand`, `by hand \ude00`, 1), "half a letter", 1},
		"two halves":               {small, ".json", strings.Replace(good, `by hand`, `by hand \ud83d\ude00`, 1), "", 0},
		"null in a list":           {small, ".json", strings.Replace(good, `"with it"]`, `"with it", null]`, 1), `null in the list "left_out"`, 4},
		"a task with a field's id": {small, ".json", strings.Replace(good, `"late": 40`, `"at": null`, 1), `"at" is null`, 2},
		"a number with e":          {small, ".json", strings.Replace(good, `"late": 40`, `"late": 4e1`, 1), "does not belong", 1},
	} {
		_, err := check.Plan([]byte(row.problem), row.extension, []byte(row.made), check.Options{})
		if row.says == "" {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		bad, is := err.(*check.Unreadable)
		if !is || len(err.Error()) > 200 || !strings.Contains(bad.Error(), row.says) || bad.Line != row.line || bad.Col < 1 || bad.Problem != (row.problem != small) {
			t.Errorf("%s: %#v (%v), want %q in line %d", name, err, err, row.says, row.line)
		}
	}
}
