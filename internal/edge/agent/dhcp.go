package agent

import (
	"bufio"
	"io"
	"io/fs"
	"math"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
)

// leaseFiles is where the usual clients write down which server gave them their address: systemd-networkd, NetworkManager, dhclient.
var leaseFiles = []string{"run/systemd/netif/leases/*", "var/lib/NetworkManager/*.lease", "var/lib/dhcp/*.leases", "var/lib/dhclient/*.leases"}

// leaseTime is how ISC dhclient writes the end of a lease, behind the day of the week, in UTC (dhclient.leases(5)).
const leaseTime = "2006/01/02 15:04:05"

// dhcpServers finds the IPv4 servers of the leases that still run. Only they stay reachable: a rule for any server would be a tunnel.
// With none found nothing stays open, and a host whose address is leased keeps it until that lease is over. now is the host's wall clock, by which the client wrote the lease.
func dhcpServers(root fs.FS, now time.Time) []netip.Addr {
	var servers []netip.Addr
	for _, pattern := range leaseFiles {
		names, _ := fs.Glob(root, pattern) // fails only on a bad pattern
		for _, name := range names {
			servers = append(servers, serversIn(root, name, now)...)
		}
	}
	slices.SortFunc(servers, netip.Addr.Compare)
	servers = slices.Compact(servers)
	return servers[:min(len(servers), maxServers)]
}

func serversIn(root fs.FS, name string, now time.Time) []netip.Addr {
	f, err := root.Open(name)
	if err != nil {
		return nil // not ours to read: as if it were not there
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil
	}
	var servers []netip.Addr
	var l lease
	lines := bufio.NewScanner(io.LimitReader(f, maxFile))
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if strings.HasPrefix(line, "lease {") {
			l = lease{}
		}
		l.read(line, info.ModTime())
		if line == "}" { // dhclient keeps one block after the other in a file; with the others the file is one lease
			servers, l = l.add(servers, now), lease{}
		}
	}
	return l.add(servers, now)
}

// lease is what matters of one lease: who gave it, and until when it runs; zero when the file does not say.
type lease struct {
	server netip.Addr
	until  time.Time
}

// read takes in one line of systemd-networkd's and NetworkManager's form (NAME=value, the length counted from when the file was written) or of dhclient's.
func (l *lease) read(line string, written time.Time) {
	value := func(name string) (string, bool) {
		v, ok := strings.CutPrefix(line, name)
		return strings.TrimSuffix(v, ";"), ok
	}
	if v, ok := value("SERVER_ADDRESS="); ok {
		l.server, _ = netip.ParseAddr(v) // what is no address stays the zero one
	} else if v, ok := value("option dhcp-server-identifier "); ok {
		l.server, _ = netip.ParseAddr(v)
	} else if v, ok := value("LIFETIME="); ok {
		if s, err := strconv.ParseUint(v, 10, 32); err == nil && s < math.MaxUint32 { // all ones is for ever (RFC 2131, section 3.3)
			l.until = written.Add(time.Duration(s) * time.Second)
		}
	} else if v, ok := value("expire epoch "); ok {
		if s, err := strconv.ParseInt(strings.TrimSpace(strings.Split(v, ";")[0]), 10, 64); err == nil {
			l.until = time.Unix(s, 0)
		}
	} else if v, ok := value("expire "); ok {
		if _, date, ok := strings.Cut(v, " "); ok {
			l.until, _ = time.Parse(leaseTime, date) // never, say, is no date and leaves it open
		}
	}
}

// add gives the servers with this one, if the lease runs.
func (l lease) add(servers []netip.Addr, now time.Time) []netip.Addr {
	if !l.server.Is4() || !l.until.IsZero() && !now.Before(l.until) {
		return servers
	}
	return append(servers, l.server)
}
