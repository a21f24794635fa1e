//go:build !linux

package drill

import (
	"context"
	"io"
	"net"

	"blackstart/internal/fault"
)

// Stageable says why no stage of namespaces can be built here.
func Stageable(context.Context) error {
	return fault.New(fault.Unavailable, "drill.namespaces", "network namespaces exist only on Linux")
}

// Inside is never called where Stageable refuses.
func Inside(context.Context, []string, net.Listener, io.Writer, io.Writer) (int, error) {
	return 0, Stageable(context.Background())
}

// Inherited is never called where Stageable refuses.
func Inherited() (net.Listener, error) { return nil, Stageable(context.Background()) }

// TryStage is never called where Stageable refuses.
func TryStage(ctx context.Context) error { return Stageable(ctx) }

// BeHost is never called where Stageable refuses.
func BeHost(ctx context.Context, _ HostConfig, _ io.Reader) error { return Stageable(ctx) }

// BeAgent is never called where Stageable refuses.
func BeAgent(ctx context.Context, _ string, _ io.Reader) error { return Stageable(ctx) }

func newNamespaces() set { return newSimulated() }
