package agent

import "time"

const (
	minLease    = time.Second     // a shorter lease ends before anybody can look
	netlinkWait = 5 * time.Second // the kernel answers in milliseconds; longer means that it will not
)
