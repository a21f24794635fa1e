package agent

import (
	"bufio"
	"io"
	"io/fs"
	"net/netip"
	"slices"
	"strings"
)

// leaseFiles is where the usual clients write down which server gave them their address: systemd-networkd, NetworkManager, dhclient.
var leaseFiles = []string{"run/systemd/netif/leases/*", "var/lib/NetworkManager/*.lease", "var/lib/dhcp/*.leases", "var/lib/dhclient/*.leases"}

// dhcpServers finds the IPv4 servers of the present leases. Only they stay reachable: a rule for any server would be a tunnel.
// With none found nothing stays open, and a host whose address is leased keeps it until that lease is over.
func dhcpServers(root fs.FS) []netip.Addr {
	var servers []netip.Addr
	for _, pattern := range leaseFiles {
		names, _ := fs.Glob(root, pattern) // fails only on a bad pattern
		for _, name := range names {
			servers = append(servers, serversIn(root, name)...)
		}
	}
	slices.SortFunc(servers, netip.Addr.Compare)
	servers = slices.Compact(servers)
	return servers[:min(len(servers), maxServers)]
}

func serversIn(root fs.FS, name string) []netip.Addr {
	f, err := root.Open(name)
	if err != nil {
		return nil // not ours to read: as if it were not there
	}
	defer f.Close()
	var servers []netip.Addr
	lines := bufio.NewScanner(io.LimitReader(f, maxFile))
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		value, ok := strings.CutPrefix(line, "SERVER_ADDRESS=")
		if !ok {
			value, ok = strings.CutPrefix(line, "option dhcp-server-identifier ")
		}
		if a, err := netip.ParseAddr(strings.TrimSuffix(value, ";")); ok && err == nil && a.Is4() {
			servers = append(servers, a)
		}
	}
	return servers
}
