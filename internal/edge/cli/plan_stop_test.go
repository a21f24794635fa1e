package cli

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"

	"blackstart/internal/fault"
)

// Whoever interrupts a plan gets the terminal back at once, here while the problem has not even been typed to its end.
func TestPlanningEndsAtAnInterrupt(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	typed, keyboard := io.Pipe()
	defer keyboard.Close()
	go func() {
		keyboard.Write([]byte(`{"schema"`))
		interrupt()
	}()
	var out, errs bytes.Buffer
	if code := Main([]string{"plan", "solve", "-"}, IO{Ctx: ctx, In: typed, Out: &out, Err: &errs}); code != fault.ExitFailed || !strings.Contains(errs.String(), "stopped") {
		t.Errorf("exit %d, %q", code, errs.String())
	}
}
