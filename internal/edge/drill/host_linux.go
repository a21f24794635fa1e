package drill

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"sync"

	"blackstart/internal/edge/agent"
	"blackstart/internal/fault"
)

// What a host is told, a line each.
const (
	hostServe = "serve" // the network stands: let the services begin
	hostStart = "start" // start the agent
	hostStop  = "stop"  // kill the agent
)

// BeHost is the process of one host of the stage: it serves, and keeps its agent as it is told on orders, until that ends.
func BeHost(ctx context.Context, c HostConfig, orders io.Reader) error {
	runtime.LockOSThread() // the agent dies with this thread: see lockThread
	defer runtime.UnlockOSThread()
	h := &hosting{config: c}
	defer h.end()
	lines := bufio.NewScanner(orders)
	for lines.Scan() {
		if err := h.obey(ctx, lines.Text()); err != nil {
			return err
		}
	}
	return nil
}

// hosting is a host at work.
type hosting struct {
	config HostConfig
	agent  *exec.Cmd
	life   io.Closer // the agent's standard input
	served sync.WaitGroup
	closes []io.Closer
}

func (h *hosting) obey(ctx context.Context, order string) error {
	switch order {
	case hostServe:
		return h.serve(ctx)
	case hostStart:
		return h.start(ctx)
	case hostStop:
		h.stop()
		return nil
	}
	return fault.New(fault.Invalid, "drill.host", "could not do %q on host %s", order, h.config.Host)
}

// serve lets the services answer: one small page on every port.
func (h *hosting) serve(ctx context.Context) error {
	page := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, h.config.Host+" answers\n") })
	for _, at := range h.config.Listen {
		l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", at.String())
		if err != nil {
			return fault.New(fault.Unavailable, "drill.service", "could not serve on %s: %w", at, err)
		}
		s := &http.Server{Handler: page, ReadHeaderTimeout: headerTimeout}
		h.closes = append(h.closes, s)
		h.served.Go(func() { _ = s.Serve(l) }) // ends with end
	}
	return nil
}

func (h *hosting) start(ctx context.Context) error {
	if h.agent != nil {
		return nil
	}
	cmd, err := self(ctx, "drill", "agent", "--dir", h.config.Dir)
	if err != nil {
		return err
	}
	cmd.Stderr = os.Stderr
	if h.life, err = cmd.StdinPipe(); err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return fault.New(fault.Unavailable, "drill.agent", "could not start the agent of host %s: %w", h.config.Host, err)
	}
	h.agent = cmd
	return nil
}

// stop kills the agent without a warning, as an attacker would.
func (h *hosting) stop() {
	if h.agent == nil {
		return
	}
	_ = h.agent.Process.Kill()
	_ = h.agent.Wait() // killed: there is nothing to learn
	_ = h.life.Close()
	h.agent = nil
}

func (h *hosting) end() {
	h.stop()
	for _, c := range h.closes {
		_ = c.Close()
	}
	h.served.Wait()
}

// BeAgent is the process of the agent of one host of the stage. It is the agent of real hosts, on the drill's time; it ends with its standard input.
func BeAgent(ctx context.Context, dir string, life io.Reader) error {
	isolation, err := agent.NewKernel()
	if err != nil {
		return err
	}
	ctx, end := context.WithCancel(ctx)
	var watching sync.WaitGroup
	watching.Go(func() { _, _ = io.Copy(io.Discard, life); end() })
	err = agent.Run(ctx, agent.Config{Dir: dir, Isolation: isolation, Version: "drill", Clock: newClock()})
	if err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	watching.Wait()
	return nil
}
