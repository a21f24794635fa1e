//go:build linux

package cli

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netlink/nl"
	"github.com/vishvananda/netns"
	"golang.org/x/sys/unix"
)

// journeyVar marks the process that runs in namespaces of its own, and names its language.
const journeyVar = "BLACKSTART_JOURNEY_INSIDE"

// Addresses of the journey: the host's is the one that the catalogue gives it; the hub's is in a range for tests (RFC 2544).
var (
	hubAt  = netip.MustParseAddr("198.18.0.1")
	hostAt = netip.MustParseAddrPort("10.20.18.11:5432")
)

// inside runs the test again in namespaces of its own, and passes on what it says.
func inside(t *testing.T, lang string) {
	if said, err := apart(t, "", "blackstart", "version"); err != nil {
		t.Skipf("NOT TESTED: no namespaces here (%v, %s), and the journey needs a host that can really be cut off", err, said)
	}
	said, err := apart(t, lang, os.Args[0], "-test.run=^TestJourney$", "-test.v", "-test.timeout=3m")
	if err != nil {
		t.Errorf("the journey ended with %v", err)
	}
	t.Log(said)
}

// apart runs this program under a name in a network namespace of its own; who is not root is root of a user namespace there.
func apart(t *testing.T, lang, name string, args ...string) (said string, err error) {
	self, err := os.Executable()
	must(t, err)
	cmd := exec.CommandContext(t.Context(), self, args...)
	cmd.Args[0] = name // testscript.Main goes by it
	cmd.Env = append(os.Environ(), journeyVar+"="+lang)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Cloneflags: unix.CLONE_NEWNET}
	if os.Geteuid() != 0 {
		cmd.SysProcAttr.Cloneflags |= unix.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{HostID: os.Geteuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{HostID: os.Getegid(), Size: 1}}
	}
	runtime.LockOSThread() // the child dies with this thread
	defer runtime.UnlockOSThread()
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// served is a hub that serves.
type served struct {
	base    string // for people and agents
	link    string // for the first person
	ca      string // for agents
	browser context.Context
}

// serve starts a hub over an empty directory, with TLS by its own authority, watching a catalogue directory.
func serve(t *testing.T, data, catalogue string) served {
	t.Helper()
	found, printed := serving(t, `(?s)serving\s+https://\S+:(\d+)\n.*(/setup/\S+)\n`, "--data", data, "--listen", hubAt.String()+":0", "--tls", "self", "--catalogue", catalogue)
	s := served{base: "https://" + hubAt.String() + ":" + found[1]}
	s.link, s.ca = s.base+found[2], regexp.MustCompile(`ca\s+(\S+)`).FindStringSubmatch(printed)[1]
	return s
}

// namespaced is the host: a network namespace with the address of the catalogue, a service that answers there, and whatever is started in it.
type namespaced struct {
	jobs chan func() // run on the one thread that lives in the namespace
}

// raise makes the host and the link to it.
func raise(t *testing.T) *namespaced {
	t.Helper()
	h := &namespaced{jobs: make(chan func())}
	made := make(chan netns.NsHandle)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with the namespace that it is in
		err := unix.Unshare(unix.CLONE_NEWNET)
		ns, err2 := netns.Get()
		if err != nil || err2 != nil {
			t.Errorf("could not make a namespace: %v %v", err, err2)
		}
		made <- ns
		for job := range h.jobs {
			job()
		}
	}()
	ns := <-made
	t.Cleanup(func() { close(h.jobs); ns.Close() })
	h.link(t, ns)
	var l net.Listener
	var err error
	h.do(func() { l, err = net.Listen("tcp", hostAt.String()) })
	must(t, err)
	s := &http.Server{Handler: http.NotFoundHandler(), ReadHeaderTimeout: time.Second}
	go s.Serve(l)
	t.Cleanup(func() { s.Close() })
	return h
}

// link joins the host to the hub: each side bears one address, and a way to the other's.
func (h *namespaced) link(t *testing.T, ns netns.NsHandle) {
	t.Helper()
	lo, err := netlink.LinkByName("lo")
	must(t, err)
	must(t, netlink.LinkSetUp(lo))
	if err := netlink.AddrAdd(lo, &netlink.Addr{IPNet: only(hubAt)}); err != nil && err != syscall.EEXIST {
		t.Fatal(err)
	}
	near := &netlink.Veth{LinkAttrs: netlink.LinkAttrs{Name: "host"}, PeerName: "eth0", PeerNamespace: netlink.NsFd(int(ns))}
	must(t, netlink.LinkAdd(near))
	t.Cleanup(func() { _ = netlink.LinkDel(near) })
	unnumbered(netlink.LinkSetIP6AddrGenMode, near)
	must(t, netlink.LinkSetUp(near))
	inHost, err := netlink.NewHandleAt(ns)
	must(t, err)
	defer inHost.Close()
	far, err := inHost.LinkByName("eth0")
	must(t, err)
	unnumbered(inHost.LinkSetIP6AddrGenMode, far)
	must(t, inHost.LinkSetUp(far))
	must(t, inHost.AddrAdd(far, &netlink.Addr{IPNet: only(hostAt.Addr())}))
	must(t, inHost.RouteAdd(&netlink.Route{LinkIndex: far.Attrs().Index, Dst: only(hubAt), Scope: netlink.SCOPE_LINK}))
	must(t, netlink.RouteAdd(&netlink.Route{LinkIndex: near.Index, Dst: only(hostAt.Addr()), Src: hubAt.AsSlice(), Scope: netlink.SCOPE_LINK}))
	settled(t, near.Index)
}

// unnumbered keeps the kernel from giving a link an IPv6 address of its own: that comes up to two seconds after the link, and Chromium drops what it is
// loading then (ERR_NETWORK_CHANGED). Where there is no IPv6, there is nothing to keep it from.
func unnumbered(set func(netlink.Link, int) error, link netlink.Link) {
	_ = set(link, nl.IN6_ADDR_GEN_MODE_NONE)
}

// settled waits until the kernel has told everybody that the link is up, which it may put off for a second.
func settled(t *testing.T, index int) {
	t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		link, err := netlink.LinkByIndex(index)
		must(t, err)
		if link.Attrs().OperState == netlink.OperUp {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("the link to the host is still %s", link.Attrs().OperState)
		}
	}
}

func only(a netip.Addr) *net.IPNet {
	return &net.IPNet{IP: a.AsSlice(), Mask: net.CIDRMask(a.BitLen(), a.BitLen())}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// do runs something on the host's thread.
func (h *namespaced) do(job func()) {
	done := make(chan struct{})
	h.jobs <- func() { defer close(done); job() }
	<-done
}

// command is a call of this program on the host. It dies with the host's thread.
func (h *namespaced) command(t *testing.T, out io.Writer, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	must(t, err)
	cmd := exec.Command(self, args...)
	cmd.Args[0] = "blackstart" // testscript.Main goes by it
	cmd.Stdout, cmd.Stderr = out, out
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	h.do(func() { err = cmd.Start() })
	must(t, err)
	return cmd
}

// run runs a command line on the host to its end.
func (h *namespaced) run(t *testing.T, args ...string) {
	t.Helper()
	var said strings.Builder
	if err := h.command(t, &said, args...).Wait(); err != nil {
		t.Fatalf("blackstart %s: %v\n%s", strings.Join(args, " "), err, said.String())
	}
}

// start starts a command line on the host that the end of the test stops.
func (h *namespaced) start(t *testing.T, args ...string) {
	t.Helper()
	var said strings.Builder
	cmd := h.command(t, &said, args...)
	var ended sync.WaitGroup
	ended.Go(func() { _ = cmd.Wait() })
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		ended.Wait()
		if t.Failed() {
			t.Logf("blackstart %s said\n%s", strings.Join(args, " "), said.String())
		}
	})
}

// answers looks from the hub's side whether the service of the host answers, and wants it so.
func (h *namespaced) answers(t *testing.T, want bool) {
	t.Helper()
	c, err := net.DialTimeout("tcp", hostAt.String(), time.Second)
	if err == nil {
		c.Close()
	}
	if got := err == nil; got != want {
		t.Errorf("the host answers: %v, want %v", got, want)
	}
}
