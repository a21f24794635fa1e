package agent

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/google/nftables"
	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
	"golang.org/x/sys/unix"

	"blackstart/internal/subject/order"
)

// insideVar marks the process that runs in namespaces of its own.
const insideVar = "BLACKSTART_TEST_INSIDE"

// The tests run in a network namespace of their own, and in a user namespace where they are not root, so that they can never cut off the machine they run on.
func TestMain(m *testing.M) {
	if os.Getenv(insideVar) != "" {
		if lo, err := netlink.LinkByName("lo"); err != nil || netlink.LinkSetUp(lo) != nil {
			fmt.Fprintln(os.Stderr, "could not set loopback up")
			os.Exit(1)
		}
		os.Exit(m.Run())
	}
	cmd := exec.Command("/proc/self/exe", os.Args[1:]...)
	cmd.Env = append(os.Environ(), insideVar+"=1")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET}
	if os.Geteuid() != 0 {
		cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
	}
	var exit *exec.ExitError
	switch err := cmd.Run(); {
	case err == nil:
		os.Exit(0)
	case errors.As(err, &exit):
		os.Exit(exit.ExitCode())
	default:
		fmt.Fprintf(os.Stderr, "NO NAMESPACES HERE (%v): the tests of the real packet filter are skipped\n", err)
		os.Exit(m.Run())
	}
}

func needNamespaces(t testing.TB) {
	t.Helper()
	if os.Getenv(insideVar) == "" {
		t.Skip("NOT TESTED: this machine allows no network namespaces, so nothing is known about the real packet filter")
	}
}

// bed is three network namespaces: the host in the middle, the hub on one side of it and any other machine on the other.
type bed struct{ host, hub, peer netns.NsHandle }

var (
	hubAt4, hubAt6   = "10.99.1.1", "fd99:1::1"
	hostAt4, hostAt6 = "10.99.1.2", "fd99:1::2" // towards the hub
	peerAt4, peerAt6 = "10.99.2.1", "fd99:2::1"
	hostBy4, hostBy6 = "10.99.2.2", "fd99:2::2" // towards the peer
)

const hubPort, otherPort = "8443", "9000"

func makeBed(t *testing.T) bed {
	needNamespaces(t)
	b := bed{newNamespace(t), newNamespace(t), newNamespace(t)}
	link(t, b.hub, []string{hubAt4 + "/24", hubAt6 + "/64"}, b.host, []string{hostAt4 + "/24", hostAt6 + "/64"})
	link(t, b.peer, []string{peerAt4 + "/24", peerAt6 + "/64"}, b.host, []string{hostBy4 + "/24", hostBy6 + "/64"})
	return b
}

// in runs f on a thread that is in the namespace; the thread ends with it.
func in(t testing.TB, ns netns.NsHandle, f func() error) {
	t.Helper()
	if err := try(ns, f); err != nil {
		t.Fatal(err)
	}
}

func try(ns netns.NsHandle, f func() error) error {
	done := make(chan error)
	go func() {
		runtime.LockOSThread() // never unlocked: the runtime throws the thread away
		err := netns.Set(ns)
		if err == nil {
			err = f()
		}
		done <- err
	}()
	return <-done
}

func newNamespace(t testing.TB) netns.NsHandle {
	t.Helper()
	made := make(chan netns.NsHandle)
	failed := make(chan error)
	go func() {
		runtime.LockOSThread()
		ns, err := netns.New()
		if err != nil {
			failed <- err
			return
		}
		made <- ns
	}()
	select {
	case ns := <-made:
		t.Cleanup(func() { ns.Close() })
		in(t, ns, func() error {
			lo, err := netlink.LinkByName("lo")
			if err != nil {
				return err
			}
			return netlink.LinkSetUp(lo)
		})
		return ns
	case err := <-failed:
		t.Fatalf("could not make a network namespace: %v", err)
		panic("unreachable")
	}
}

var links int

func link(t testing.TB, a netns.NsHandle, addrsA []string, b netns.NsHandle, addrsB []string) {
	t.Helper()
	links++
	nameA, nameB := fmt.Sprintf("a%d", links), fmt.Sprintf("b%d", links)
	in(t, a, func() error {
		veth := &netlink.Veth{LinkAttrs: netlink.LinkAttrs{Name: nameA}, PeerName: nameB, PeerNamespace: netlink.NsFd(b)}
		if err := netlink.LinkAdd(veth); err != nil {
			return err
		}
		return address(nameA, addrsA)
	})
	in(t, b, func() error { return address(nameB, addrsB) })
}

func address(name string, addrs []string) error {
	l, err := netlink.LinkByName(name)
	if err != nil {
		return err
	}
	for _, text := range addrs {
		addr, err := netlink.ParseAddr(text)
		if err != nil {
			return err
		}
		if addr.IP.To4() == nil {
			addr.Flags = unix.IFA_F_NODAD // usable at once
		}
		if err := netlink.AddrAdd(l, addr); err != nil {
			return err
		}
	}
	return netlink.LinkSetUp(l)
}

// serve answers every line with itself, in the namespace, on both families.
func serve(t testing.TB, ns netns.NsHandle, port string) {
	t.Helper()
	in(t, ns, func() error {
		l, err := net.Listen("tcp", ":"+port)
		if err != nil {
			return err
		}
		t.Cleanup(func() { l.Close() })
		go func() {
			for {
				c, err := l.Accept()
				if err != nil {
					return
				}
				go func() { defer c.Close(); io.Copy(c, c) }()
			}
		}()
		return nil
	})
}

// dial connects from the namespace and exchanges a byte.
func dial(ns netns.NsHandle, addr string, wait time.Duration) (c net.Conn, err error) {
	return c, try(ns, func() (err error) {
		if c, err = net.DialTimeout("tcp", addr, wait); err != nil {
			return err
		}
		return echo(c, wait)
	})
}

func echo(c net.Conn, wait time.Duration) error {
	if err := c.SetDeadline(time.Now().Add(wait)); err != nil {
		return err
	}
	if _, err := c.Write([]byte("x")); err != nil {
		return err
	}
	_, err := io.ReadFull(c, make([]byte, 1))
	return err
}

// A connection that must come about gets long to do so; one that must not is watched for a moment.
const patience, moment = 20 * time.Second, 250 * time.Millisecond

func reachable(t *testing.T, ns netns.NsHandle, host, port string) {
	t.Helper()
	end := time.Now().Add(patience)
	for {
		c, err := dial(ns, net.JoinHostPort(host, port), time.Second)
		if err == nil {
			c.Close()
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%s port %s is not reachable: %v", host, port, err)
		}
	}
}

func unreachable(t *testing.T, ns netns.NsHandle, host, port string) {
	t.Helper()
	if c, err := dial(ns, net.JoinHostPort(host, port), moment); err == nil {
		c.Close()
		t.Fatalf("%s port %s is reachable", host, port)
	}
}

var bedRules = Rules{Hubs: []netip.AddrPort{netip.MustParseAddrPort(net.JoinHostPort(hubAt4, hubPort)), netip.MustParseAddrPort(net.JoinHostPort(hubAt6, hubPort))}, Lease: time.Minute}

func TestKernelConforms(t *testing.T) {
	needNamespaces(t)
	conform(t, &Kernel{ns: int(newNamespace(t))}, time.Sleep)
}

// The whole promise, in both families: reachable; cut off both ways, with established connections, while the hub answers; open again.
func TestKernelCutsAndOpens(t *testing.T) {
	b, ctx := makeBed(t), context.Background()
	k := &Kernel{ns: int(b.host)}
	serve(t, b.host, otherPort)
	serve(t, b.peer, otherPort)
	serve(t, b.hub, hubPort)
	serve(t, b.hub, otherPort)
	for _, host := range []string{hostBy4, hostBy6} {
		reachable(t, b.peer, host, otherPort)
	}
	old, err := dial(b.peer, net.JoinHostPort(hostBy4, otherPort), patience)
	if err != nil {
		t.Fatal(err)
	}
	defer old.Close()

	if err := k.Apply(ctx, bedRules); err != nil {
		t.Fatal(err)
	}
	if echo(old, moment) == nil {
		t.Error("an established connection lives on")
	}
	for _, at := range []string{hubAt4, hubAt6} {
		reachable(t, b.host, at, hubPort)
		unreachable(t, b.host, at, otherPort) // the hub's machine is not the hub
	}
	for _, at := range []string{peerAt4, peerAt6} {
		unreachable(t, b.host, at, otherPort)
	}
	for _, at := range []string{hostBy4, hostBy6} {
		unreachable(t, b.peer, at, otherPort)
	}
	unreachable(t, b.hub, hostAt4, otherPort) // not even the hub reaches the host's services
	reachable(t, b.host, "127.0.0.1", otherPort)

	if err := k.Release(ctx); err != nil {
		t.Fatal(err)
	}
	for _, at := range []string{hostBy4, hostBy6} {
		reachable(t, b.peer, at, otherPort)
	}
}

// Nobody renews: the agent is dead. The kernel opens the host by itself.
func TestKernelOpensWithoutAgent(t *testing.T) {
	b := makeBed(t)
	serve(t, b.host, otherPort)
	reachable(t, b.peer, hostBy4, otherPort)
	short := bedRules
	short.Lease = 2 * time.Second
	if err := (&Kernel{ns: int(b.host)}).Apply(context.Background(), short); err != nil {
		t.Fatal(err)
	}
	unreachable(t, b.peer, hostBy4, otherPort)
	reachable(t, b.peer, hostBy4, otherPort)
}

// A transaction of which the kernel refuses one part changes nothing.
func TestKernelRefusesAsAWhole(t *testing.T) {
	b, ctx := makeBed(t), context.Background()
	k := &Kernel{ns: int(b.host)}
	if err := k.Apply(ctx, bedRules); err != nil {
		t.Fatal(err)
	}
	c, err := k.conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := build(c, Rules{Hubs: bedRules.Hubs[:1], Lease: time.Hour}); err != nil {
		t.Fatal(err)
	}
	c.AddRule(&nftables.Rule{Table: table(), Chain: &nftables.Chain{Name: "nowhere"}, Exprs: testRules.passes()[0].exprs(true)})
	if c.Flush() == nil {
		t.Fatal("the kernel took a rule for a chain that does not exist")
	}
	if now, err := k.Current(ctx); err != nil || !now.Active || now.Left > time.Minute {
		t.Errorf("after a refused transaction: %+v, %v", now, err)
	}
	serve(t, b.hub, hubPort)
	reachable(t, b.host, hubAt6, hubPort) // allowed by the old rules only
}

// What someone else changed in our table no longer counts as active, so that the agent applies it again.
func TestKernelNoticesForeignHands(t *testing.T) {
	ctx := context.Background()
	needNamespaces(t)
	k := &Kernel{ns: int(newNamespace(t))}
	for name, meddle := range map[string]func(*nftables.Conn){
		"table deleted": func(c *nftables.Conn) { c.DelTable(table()) },
		"set flushed":   func(c *nftables.Conn) { c.FlushSet(&nftables.Set{Table: table(), Name: leaseSet}) },
		"rule added": func(c *nftables.Conn) {
			c.InsertRule(&nftables.Rule{Table: table(), Chain: &nftables.Chain{Name: "input", Table: table()}, Exprs: pass{loopback: true}.exprs(true)})
		},
		"chain emptied": func(c *nftables.Conn) { c.FlushChain(&nftables.Chain{Name: "output", Table: table()}) },
	} {
		if err := k.Apply(ctx, bedRules); err != nil {
			t.Fatal(err)
		}
		c, err := k.conn(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if meddle(c); c.Flush() != nil {
			t.Fatalf("%s: could not meddle", name)
		}
		if now, err := k.Current(ctx); err != nil || now.Active {
			t.Errorf("%s: active is %v, %v", name, now.Active, err)
		}
	}
}

// From the hub's own address and port nothing is reached either: the hub answers, it does not call.
func TestHubCannotCallIn(t *testing.T) {
	b, ctx := makeBed(t), context.Background()
	k := &Kernel{ns: int(b.host)}
	serve(t, b.host, otherPort)
	call := func(hub, host string, wait time.Duration) error {
		return try(b.hub, func() error {
			port, err := net.LookupPort("tcp", hubPort)
			if err != nil {
				return err
			}
			linger := func(_, _ string, c syscall.RawConn) error {
				return c.Control(func(fd uintptr) { _ = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_REUSEADDR, 1) })
			}
			d := net.Dialer{Timeout: wait, LocalAddr: &net.TCPAddr{IP: net.ParseIP(hub), Port: port}, Control: linger}
			c, err := d.Dial("tcp", net.JoinHostPort(host, otherPort))
			if err != nil {
				return err
			}
			defer c.Close()
			_ = c.(*net.TCPConn).SetLinger(0) // no TIME_WAIT: the same ports are used again
			return echo(c, wait)
		})
	}
	for hub, host := range map[string]string{hubAt4: hostAt4, hubAt6: hostAt6} {
		if err := call(hub, host, patience); err != nil {
			t.Fatalf("before the cut, from %s: %v", hub, err)
		}
	}
	if err := k.Apply(ctx, bedRules); err != nil {
		t.Fatal(err)
	}
	for hub, host := range map[string]string{hubAt4: hostAt4, hubAt6: hostAt6} {
		if call(hub, host, moment) == nil {
			t.Errorf("from %s port %s the cut host is reached", hub, hubPort)
		}
	}
}

// The machine that the hub runs on is not cut off.
func TestHubIsNotCutOff(t *testing.T) {
	needNamespaces(t)
	k := &Kernel{}
	for _, at := range []string{"127.0.0.1:443", "127.9.9.9:443", "[::1]:443"} {
		err := k.Apply(t.Context(), Rules{Hubs: []netip.AddrPort{bedRules.Hubs[0], netip.MustParseAddrPort(at)}, Lease: time.Minute})
		if order.CodeOf(err) != order.HubHere {
			t.Errorf("a hub at %s: %v", at, err)
		}
	}
	if now, err := k.Current(t.Context()); err != nil || now.Active {
		t.Errorf("it is cut off: %+v, %v", now, err)
	}
}
