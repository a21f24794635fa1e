package drill

import "net/netip"

// HostConfig is what a host of the stage is told when it is started.
type HostConfig struct {
	Host   string
	Dir    string // of its agent
	Listen []netip.AddrPort
}
