package drill

import "time"

const (
	maxScenario = 256 << 10        // bytes; the same bound as in package scenario, so that no larger file is read at all
	lookWait    = 1 * time.Second  // of one look on the stage: a packet there takes microseconds, so silence for a second is a cut
	raiseWait   = 30 * time.Second // for a host to come up, or to be as its agent's book says; a laptop under load needs five
	raiseEvery  = 20 * time.Millisecond
	endWait     = 5 * time.Second // for a host to end when it is told to; then it is killed

	maxProcesses = 16 // messages of hosts that ended: one each, and a scenario has at most eight

	bodyTimeout   = 30 * time.Second // for a whole request
	answerTimeout = 60 * time.Second // longer than an agent's long poll
	headerTimeout = 10 * time.Second
	agentPort     = 8443 // of the hub on the stage; fixed, since agents are told once where their hub is
	servicePort   = 80   // every host of the stage answers HTTP there, besides the ports that its probes name
	passwordBytes = 10   // 80 bits: nobody guesses it while a drill is open
)
