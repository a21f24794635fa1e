package hub

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"blackstart/internal/fault"
)

// text gives every string in a value, however deep.
func text(v reflect.Value, into *[]string) {
	switch v.Kind() {
	case reflect.String:
		*into = append(*into, v.String())
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			text(v.Elem(), into)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for n := range v.NumField() {
			text(v.Field(n), into)
		}
	case reflect.Slice, reflect.Array:
		for n := range v.Len() {
			text(v.Index(n), into)
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			text(k, into)
			text(v.MapIndex(k), into)
		}
	}
}

// leaks gives what a view says of what it must not know.
func leaks(view any, secrets ...string) (found []string) {
	var all []string
	text(reflect.ValueOf(view), &all)
	for _, s := range all {
		for _, secret := range secrets {
			if strings.Contains(strings.ToLower(s), strings.ToLower(secret)) {
				found = append(found, secret+" in "+s)
			}
		}
	}
	return found
}

var (
	inside = []string{"srv-77", "10.0.0.7", "anna", "adler", "benno", "buche", "cleo", "clausen", "kim", "kranich", "secret", "inc-1", "beacons", "m-1"}
	alphas = []string{"alpha"}
	bravos = []string{"bravo"}
)

// At every moment of the story, the public page and the customers' pages keep to themselves what they must.
func TestNothingLeaks(t *testing.T) {
	p := ready(t)
	check := func(when string) {
		t.Helper()
		status, err := p.Status(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range append(leaks(status, inside...), append(leaks(status, alphas...), leaks(status, bravos...)...)...) {
			t.Errorf("%s: the public page leaks %s", when, l)
		}
		for client, others := range map[string][]string{"alpha": bravos, "bravo": alphas} {
			v, err := p.Customer(t.Context(), client)
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range append(leaks(v, inside...), leaks(v, others...)...) {
				t.Errorf("%s: the page of %s leaks %s", when, client, l)
			}
		}
	}
	check("in peace")
	p.cutOff()
	check("after the cut")
	p.broughtBack()
	check("after the close")
}

func TestStatus(t *testing.T) {
	p := ready(t)
	p.cutOff()
	v, err := p.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	at, _ := p.state.Cell.Find("WEB@alpha")
	want := []StatusGroup{
		{Class: "infrastructure", Worst: ShownUnknown, Services: []StatusService{{Service: Choice{"NET", Label{"Netz", "Network"}}, State: ShownUnknown, Affected: 0, Of: 2}}},
		{Class: "business", Worst: ShownPartial, Services: []StatusService{
			{Service: Choice{"WEB", Label{"Webdienst", "Web service"}}, State: ShownPartial, Affected: 1, Of: 2, Since: at.Since, Seq: at.Seq},
			{Service: Choice{"MAIL", Label{"Post", "Mail"}}, State: ShownDegraded, Affected: 1, Of: 2, Since: at.Since, Seq: at.Seq},
		}},
	}
	if diff := cmp.Diff(want, v.Groups); diff != "" {
		t.Errorf("groups (-want +got):\n%s", diff)
	}
	if len(v.Incidents) != 1 || v.Incidents[0].Title != (Label{}) || len(v.Incidents[0].Updates) != 0 || v.Digest != "" {
		t.Errorf("before a word was said: %+v", v.Incidents)
	}
	p.broughtBack()
	if v, err = p.Status(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(v.Incidents) != 0 || len(v.Past) != 1 || v.Past[0].Title.EN != "We have switched services off" || v.Digest == "" || v.Updated.IsZero() {
		t.Errorf("after the close: open %+v, past %+v, digest %q", v.Incidents, v.Past, v.Digest)
	}
}

func TestCustomer(t *testing.T) {
	p := ready(t)
	p.cutOff()
	v, err := p.Customer(t.Context(), "alpha")
	if err != nil {
		t.Fatal(err)
	}
	var cells []string
	for _, c := range v.Cells {
		cells = append(cells, c.Cell+" "+string(c.State)+" "+c.Cause)
	}
	if diff := cmp.Diff([]string{"WEB@alpha off precaution", "MAIL@alpha degraded consequence", "NET@base unknown "}, cells); diff != "" {
		t.Errorf("cells (-want +got):\n%s", diff)
	}
	if !v.Cells[2].Shared || v.Cells[0].Shared || v.Worst != ShownOff || v.Weight != 2000 {
		t.Errorf("shared %v %v, worst %s, weight %d", v.Cells[2].Shared, v.Cells[0].Shared, v.Worst, v.Weight)
	}
	var facts []string
	for _, f := range v.Facts {
		facts = append(facts, f.Kind+" "+strings.Join(f.Refs, " ")+f.Text+f.By)
	}
	if diff := cmp.Diff([]string{"cell.observed WEB@alpha failed", "cell.changed WEB@alpha off"}, facts); diff != "" {
		t.Errorf("facts (-want +got):\n%s", diff)
	}
	if _, err := p.Customer(t.Context(), "nobody"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("an unknown customer: %v", err)
	}
	if _, err := play(t).Customer(t.Context(), "alpha"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("without a catalogue: %v", err)
	}
}
