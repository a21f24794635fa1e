package cli

import (
	"bytes"
	"strings"
	"testing"

	"blackstart/internal/fault"
)

func TestHubAddress(t *testing.T) {
	for text, want := range map[string]string{
		"https://192.0.2.1:8443":      "192.0.2.1:8443",
		"https://192.0.2.1/":          "192.0.2.1:443",
		"https://[2001:db8::1]:8443":  "[2001:db8::1]:8443",
		"http://192.0.2.1:8443":       "",
		"https://hub.example:8443":    "",
		"https://anna@192.0.2.1:8443": "",
		"https://192.0.2.1:8443/x":    "",
		"192.0.2.1:8443":              "",
		"":                            "",
	} {
		a, err := hubAddress(text)
		if want == "" {
			if err == nil || fault.ExitCode(err) != fault.ExitUsage {
				t.Errorf("%q: %v, %v", text, a, err)
			}
		} else if err != nil || a.String() != want {
			t.Errorf("%q: %v, %v, want %s", text, a, err, want)
		}
	}
}

// A directory without an agent is said to be one, by every command that needs one.
func TestAgentWithoutEnrolment(t *testing.T) {
	var out bytes.Buffer
	io := &IO{Ctx: t.Context(), In: strings.NewReader("{}"), Out: &out, Err: &out}
	run := Isolating{Dir: t.TempDir(), Simulate: true}
	order := `{"payloadType":"application/vnd.blackstart.order.v1+json","payload":"e30=","signatures":[]}`
	for name, call := range map[string]func() error{
		"run":    func() error { return AgentRunCmd{run}.Run(io) },
		"status": func() error { return AgentStatusCmd{run.Dir}.Run(io) },
		"apply": func() error {
			return AgentApplyCmd{Isolating: run, Order: "-"}.Run(&IO{Ctx: t.Context(), In: strings.NewReader(order), Out: &out, Err: &out})
		},
	} {
		if err := call(); fault.CodeOf(err) != "agent.not_enrolled" || fault.ExitCode(err) != fault.ExitFailed {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A token need not stand where every process of the machine can read it.
func TestEnrolmentToken(t *testing.T) {
	in := func(text string) *IO { return &IO{In: strings.NewReader(text)} }
	if got, err := (AgentEnrolCmd{File: "-", Token: "argument"}).token(in("from-a-pipe\n")); got != "from-a-pipe" || err != nil {
		t.Errorf("from standard input: %q, %v", got, err)
	}
	if got, err := (AgentEnrolCmd{Token: "argument"}).token(in("")); got != "argument" || err != nil {
		t.Errorf("from an argument: %q, %v", got, err)
	}
	if _, err := (AgentEnrolCmd{}).token(in("")); fault.ExitCode(err) != fault.ExitUsage {
		t.Errorf("without a token: %v", err)
	}
}
