package agent

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/vishvananda/netns"
)

// Debian's web server, with its own workers and kept connections, stands behind a cut like anything else: it answers, is gone for everybody but
// its own host, also on a connection that a browser kept open, and answers again.
func TestNginxBehindACut(t *testing.T) {
	nginx, err := exec.LookPath("nginx")
	if err != nil {
		if nginx = "/usr/sbin/nginx"; !isFile(nginx) {
			t.Skip("NOT TESTED: nginx is not installed, so nothing is known about a foreign server behind a cut")
		}
	}
	b, ctx := makeBed(t), context.Background()
	startNginx(t, nginx, b.host)
	kept := waitFor(t, b.peer)
	defer kept.Close()

	k := &Kernel{ns: int(b.host)}
	if err := k.Apply(ctx, bedRules); err != nil {
		t.Fatal(err)
	}
	if status, err := get(kept, moment); err == nil {
		t.Errorf("the kept connection still answers with %d", status)
	}
	if c, err := connect(b.peer, moment); err == nil {
		c.Close()
		t.Error("a new connection comes through the cut")
	}
	if err := k.Release(ctx); err != nil {
		t.Fatal(err)
	}
	waitFor(t, b.peer).Close()
}

const nginxAt = "10.99.2.2:8080" // hostBy4

func isFile(path string) bool { _, err := os.Stat(path); return err == nil }

// startNginx runs it in the namespace, without a daemon, until the test ends.
func startNginx(t *testing.T, nginx string, ns netns.NsHandle) {
	t.Helper()
	dir := t.TempDir()
	config := fmt.Sprintf("daemon off; worker_processes 2; pid %[1]s/pid; error_log %[1]s/log;\nevents {}\nhttp { access_log off; client_body_temp_path %[1]s/b; proxy_temp_path %[1]s/p; fastcgi_temp_path %[1]s/f; uwsgi_temp_path %[1]s/u; scgi_temp_path %[1]s/s; server { listen 8080; return 200 here; } }\n", dir)
	if os.Geteuid() == 0 {
		config = "user root;\n" + config // in a user namespace there is nobody else
	}
	file := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(nginx, "-c", file, "-p", dir, "-e", filepath.Join(dir, "log"))
	in(t, ns, cmd.Start)
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
	})
}

func connect(ns netns.NsHandle, wait time.Duration) (c net.Conn, err error) {
	return c, try(ns, func() (err error) {
		c, err = net.DialTimeout("tcp", nginxAt, wait)
		return err
	})
}

// waitFor gives a connection on which nginx has answered.
func waitFor(t *testing.T, ns netns.NsHandle) net.Conn {
	t.Helper()
	for end := time.Now().Add(patience); ; {
		c, err := connect(ns, time.Second)
		if err == nil {
			var status int
			if status, err = get(c, time.Second); err == nil && status == http.StatusOK {
				return c
			}
			c.Close()
			err = errors.Join(err, fmt.Errorf("status %d", status))
		}
		if time.Now().After(end) {
			t.Fatalf("nginx does not answer: %v", err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// get asks for a page on a connection and leaves it open.
func get(c net.Conn, wait time.Duration) (int, error) {
	if err := c.SetDeadline(time.Now().Add(wait)); err != nil {
		return 0, err
	}
	if _, err := fmt.Fprint(c, "GET / HTTP/1.1\r\nHost: host\r\n\r\n"); err != nil {
		return 0, err
	}
	r, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		return 0, err
	}
	defer r.Body.Close()
	_, err = io.ReadAll(r.Body)
	return r.StatusCode, err
}
