package agent

import "time"

const (
	minLease    = time.Second     // a shorter lease ends before anybody can look
	netlinkWait = 5 * time.Second // the kernel answers in milliseconds; longer means that it will not

	tendEvery   = 500 * time.Millisecond // a table that somebody deletes is back within a second; a lease of two seconds is renewed in time
	saveEvery   = time.Minute            // how much agent time a power cut may take back
	firstPause  = 250 * time.Millisecond // after the first exchange that failed
	lastPause   = 15 * time.Second       // half of the silence after which the hub raises the alarm
	repeatPause = time.Second            // between exchanges that bring nothing new; doubled up to lastPause while they bring only what is refused
	handWait    = 30 * time.Second       // for a running agent to take an order from its inbox
	handEvery   = 100 * time.Millisecond

	alarmJump  = 5 * time.Minute      // a lost exchange or a drifting clock explains less
	maxAhead   = 400 * 24 * time.Hour // of the hub's word before the host's own count: a host switched off for longer is enrolled anew
	enrolSlack = 2 * time.Minute      // orders begin a minute before their draft; one that began earlier was not meant for this agent

	maxJobs     = 64      // orders remembered: what a hub could still bring again
	maxSpool    = 1000    // receipts that wait for the hub: two or three an order
	maxRefusals = 64      // of them about orders that were refused: a hub that hands out garbage must not push out what matters
	maxBarren   = 5       // doublings after which the pause has reached lastPause
	maxTaken    = 64      // orders taken from one answer: a hub has one or two; the rest comes again
	maxFile     = 8 << 20 // bytes of a file of ours: a full spool with evidence has 4 MiB
	maxHubs     = 8       // addresses of the hub: four machines in two families
	maxServers  = 8       // DHCP servers: two per interface
)
