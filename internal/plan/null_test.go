package plan

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// Null stands only where nothing need stand; elsewhere who writes it may mean that nobody knows, and no plan is made of that.
func TestNull(t *testing.T) {
	const task = `{"schema": "blackstart/plan-problem/1", "tasks": [{"id": "t", "minutes": 5, %s: null}]}`
	const whole = `{"schema": "blackstart/plan-problem/1", %s: null, "name": "null", "tasks": []}`
	const service = `{"schema": "blackstart/plan-problem/1", "tasks": [{"id": "t", "minutes": 5}], "services": [{"id": "s", "weight": 1, %s: null}]}`
	const made = `{"schema": "blackstart/plan/1", "objective": {"kind": "cost", "value": 0, "bound": 0, "method": ""}, "makespan": 0, %s: null}`
	const told = `{"schema": "blackstart/plan-events/1", "now": 0, %s: null}`
	const paused = `{"schema": "blackstart/plan-events/1", "now": 0, "paused": [{"task": "t", %s: null}]}`
	readers := map[string]func([]byte) error{
		task:    func(data []byte) error { _, err := ReadProblem(data); return err },
		whole:   func(data []byte) error { _, err := ReadProblem(data); return err },
		service: func(data []byte) error { _, err := ReadProblem(data); return err },
		made:    func(data []byte) error { _, err := ReadPlan(data); return err },
		told:    func(data []byte) error { _, err := ReadEvents(data, time.Time{}); return err },
		paused:  func(data []byte) error { _, err := ReadEvents(data, time.Time{}); return err },
	}
	for _, row := range []struct{ form, refused, taken string }{
		{task, "name layer heads after attend attend_minutes pausable state", "earliest at opens"},
		{whole, "begin start teams services", "factors"},
		{service, "name set since rto mtpd", ""},
		{made, "start pieces back behind services_behind left_out order seed schedules", "assumed"},
		{told, "as_planned done running paused slipped opens teams slip notice", ""},
		{paused, "", "left"},
	} {
		for _, field := range strings.Fields(row.refused) {
			for _, name := range []string{`"` + field + `"`, fmt.Sprintf(`"\u%04x%s"`, field[0], field[1:])} {
				if err := readers[row.form](fmt.Appendf(nil, row.form, name)); err == nil || !strings.Contains(err.Error(), field+": null says nothing") {
					t.Errorf("%s is null: %v", name, err)
				}
			}
		}
		for _, field := range strings.Fields(row.taken) {
			if err := readers[row.form](fmt.Appendf(nil, row.form, `"`+field+`"`)); err != nil {
				t.Errorf("%s may be missing, so it may be null: %v", field, err)
			}
		}
	}
}
