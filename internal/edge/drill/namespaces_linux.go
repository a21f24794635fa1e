package drill

import (
	"context"
	"fmt"
	"io"
	"net/netip"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"blackstart/internal/edge/check"
	"blackstart/internal/fault"
	"blackstart/internal/subject/probe"
)

// namespaces is a stage of hosts that are real in all that matters here: each has a network stack of its own, a service that answers, and an agent
// that cuts it off with the kernel's own means. A host is a process of this program; its agent is a child of that process.
type namespaces struct {
	hosts  map[string]*process
	ended  chan error
	starts chan func() // run on the one thread that starts children and lives as long as the stage
	done   sync.WaitGroup
}

// process is a running host. Lines on its standard input tell it what to do; when that ends, it ends.
type process struct {
	cmd  *exec.Cmd
	tell io.WriteCloser
	done chan struct{}
	err  error // set before done is closed
}

func newNamespaces() set {
	n := &namespaces{hosts: map[string]*process{}, ended: make(chan error, maxProcesses), starts: make(chan func())}
	n.done.Go(func() {
		runtime.LockOSThread() // see lockThread
		for start := range n.starts {
			start()
		}
	})
	return n
}

func (*namespaces) hub() netip.AddrPort { return hubAddresses()[0] }

func (n *namespaces) raise(ctx context.Context, hosts []*host) error {
	if err := readyNet(); err != nil {
		return err
	}
	for i, h := range hosts {
		if err := n.raiseHost(ctx, i, h); err != nil {
			return err
		}
	}
	return nil
}

// raiseHost starts the process of a host, connects its namespace to ours, and lets its services begin.
func (n *namespaces) raiseHost(ctx context.Context, i int, h *host) error {
	args := []string{"drill", "host", h.ID, "--dir", h.dir}
	for _, at := range h.listens() {
		args = append(args, "--serve", at.String())
	}
	cmd, err := self(context.WithoutCancel(ctx), args...)
	if err != nil {
		return err
	}
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr.Cloneflags = unix.CLONE_NEWNET
	p := &process{cmd: cmd, done: make(chan struct{})}
	if p.tell, err = cmd.StdinPipe(); err != nil {
		return fault.New(fault.Unavailable, "drill.host", "could not speak to host %s: %w", h.ID, err)
	}
	started := make(chan error)
	n.starts <- func() { started <- cmd.Start() }
	if err := <-started; err != nil {
		return fault.New(fault.Unavailable, "drill.host", "could not start host %s: %w", h.ID, err)
	}
	n.hosts[h.ID] = p
	n.done.Go(func() { n.wait(h.ID, p) })
	if err := connect(i, cmd.Process.Pid, h.Addresses); err != nil {
		return err
	}
	return p.say(hostServe)
}

// wait tells when a host ends.
func (n *namespaces) wait(id string, p *process) {
	p.err = p.cmd.Wait()
	close(p.done)
	n.ended <- fault.New(fault.Unavailable, "drill.host", "could not go on: host %s ended: %v", id, p.err) // read only while the stage is meant to stand
}

// listens is where the services of a host answer: the port of every probe, and HTTP.
func (h *host) listens() []netip.AddrPort {
	var all []netip.AddrPort
	seen := map[netip.AddrPort]bool{}
	for _, at := range append(h.targets(), netip.AddrPortFrom(h.Addresses[0], servicePort)) {
		if !seen[at] {
			seen[at], all = true, append(all, at)
		}
	}
	return all
}

// start tells the host to start its agent.
func (n *namespaces) start(_ context.Context, h *host, _ *door) error {
	return n.hosts[h.ID].say(hostStart)
}

// stop tells the host to kill its agent.
func (n *namespaces) stop(h *host) error { return n.hosts[h.ID].say(hostStop) }

func (p *process) say(line string) error {
	if _, err := fmt.Fprintln(p.tell, line); err != nil {
		return fault.New(fault.Unavailable, "drill.host", "could not speak to a host: %w", err)
	}
	return nil
}

// look really looks.
func (n *namespaces) look(ctx context.Context, _ *host, s probe.Spec) probe.Result {
	return check.Vantage{Name: vantage}.Run(ctx, s)
}

func (n *namespaces) died() <-chan error { return n.ended }

// close ends every host and waits for it.
func (n *namespaces) close() error {
	for _, p := range n.hosts {
		_ = p.tell.Close() // the host sees the end of its input
	}
	late := time.After(endWait)
	for _, p := range n.hosts {
		select {
		case <-p.done:
		case <-late:
			_ = p.cmd.Process.Kill()
			<-p.done
		}
	}
	close(n.starts)
	n.done.Wait()
	return nil
}
