//go:build !linux

package agent

import (
	"blackstart/internal/fault"
	"blackstart/internal/subject/order"
)

// NewKernel fails: the packet filter of this system is not supported. The agent runs on Linux; the hub runs anywhere.
func NewKernel() (Isolation, error) {
	return nil, fault.New(fault.Unavailable, string(order.NotApplied), "could not open the packet filter: agents cut hosts off on Linux only").Hinted("use --simulate in a drill")
}
