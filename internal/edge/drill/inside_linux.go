package drill

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"blackstart/internal/edge/agent"
	"blackstart/internal/fault"
)

// inheritedFile is the number of the board's listener inside: the first after standard input, output and error.
const inheritedFile = 3

// Stageable says why no stage of namespaces can be built here, nil when it can: it is tried out in a process of its own, down to the rules that an
// agent would set.
func Stageable(ctx context.Context) error {
	var said strings.Builder
	code, err := runInside(ctx, []string{"drill", "stage"}, nil, io.Discard, &said)
	if err == nil && code != 0 {
		err = errors.New(strings.TrimSpace(said.String()))
	}
	if err != nil {
		return fault.New(fault.Unavailable, "drill.namespaces", "user and network namespaces are not allowed: %w", err)
	}
	return nil
}

// TryStage builds what a stage needs, in the namespaces that it is called in, and takes it down again.
func TryStage(ctx context.Context) error {
	if err := readyNet(); err != nil {
		return err
	}
	if err := tryLink(); err != nil {
		return err
	}
	k, err := agent.NewKernel()
	if err != nil {
		return err
	}
	elsewhere := netip.AddrPortFrom(hubV4.Next(), agentPort) // the hub itself is here, and no agent cuts off the hub's own machine
	if err := k.Apply(ctx, agent.Rules{Hubs: []netip.AddrPort{elsewhere}, Lease: time.Minute}); err != nil {
		return err
	}
	return k.Release(ctx)
}

// Inside runs this program again in namespaces of its own, hands it the board's listener, and waits for it. When ctx ends it is asked to end in order.
func Inside(ctx context.Context, args []string, board net.Listener, out, err io.Writer) (int, error) {
	var files []*os.File
	if board != nil {
		l, ok := board.(*net.TCPListener)
		if !ok {
			return 0, fault.New(fault.Internal, "drill.listener", "could not hand the board's listener over: it is a %T", board)
		}
		f, failed := l.File()
		if failed != nil {
			return 0, fault.New(fault.Unavailable, "drill.listener", "could not hand the board's listener over: %w", failed)
		}
		defer f.Close()
		defer l.Close()
		files = append(files, f)
	}
	return runInside(ctx, args, files, out, err)
}

// Inherited is the board's listener that was opened outside.
func Inherited() (net.Listener, error) {
	f := os.NewFile(inheritedFile, "board")
	defer f.Close()
	l, err := net.FileListener(f)
	if err != nil {
		return nil, fault.New(fault.Unavailable, "drill.listener", "could not take the board's listener over: %w", err)
	}
	return l, nil
}

// runInside runs this program in a new network namespace; who is not root becomes root of a new user namespace, which has no power outside it.
func runInside(ctx context.Context, args []string, files []*os.File, out, errs io.Writer) (int, error) {
	cmd, err := self(ctx, args...)
	if err != nil {
		return 0, err
	}
	cmd.Stdout, cmd.Stderr, cmd.ExtraFiles = out, errs, files
	cmd.SysProcAttr.Cloneflags = unix.CLONE_NEWNET
	cmd.SysProcAttr.Setpgid = true // Ctrl-C interrupts a whole group, and we pass it on: a second interrupt would end the program inside at once
	if os.Geteuid() != 0 {
		cmd.SysProcAttr.Cloneflags |= unix.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Geteuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getegid(), Size: 1}}
	}
	defer lockThread()()
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	err = cmd.Wait() // also says that ctx ended, when the program inside then ended in order
	if cmd.ProcessState != nil && cmd.ProcessState.Exited() {
		return cmd.ProcessState.ExitCode(), nil
	}
	return 0, fault.New(fault.Unavailable, "drill.inside", "could not go on: the program inside was killed: %w", err)
}

// self is a call of this program that dies with us, and is interrupted when ctx ends.
func self(ctx context.Context, args ...string) (*exec.Cmd, error) {
	path, err := os.Executable()
	if err != nil {
		return nil, fault.New(fault.Unavailable, "drill.self", "could not find this program's own file: %w", err)
	}
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Args[0] = os.Args[0] // the name that we were called by, which a test's program goes by
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 2 * endWait
	return cmd, nil
}

// lockThread keeps the calling goroutine on its thread until the function that it gives is called: Pdeathsig is sent when the *thread* ends that
// started the child (prctl(2), PR_SET_PDEATHSIG).
func lockThread() func() {
	runtime.LockOSThread()
	return runtime.UnlockOSThread
}
