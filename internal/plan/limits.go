package plan

const (
	MaxTasks    = 1_000_000          // what a reader takes and a pass still generates in seconds
	MaxMinutes  = 10 * 366 * 24 * 60 // ten years for one task: more is a slip of the keyboard
	MaxMoment   = int64(1) << 32     // eight thousand years of minutes: as far as a problem may speak of a time
	MaxWeights  = int64(1) << 24     // sum of all weights: with MaxMoment before 0, never after it, and MaxFactor twice, no cost leaves 63 bits
	MaxFactor   = 8                  // the cost beyond RTO or MTPD, as a multiple of the weight
	MaxPrice    = int64(1) << 40     // of one broken promise: a million of them stay within 63 bits
	MaxHeads    = 32_000             // of a team: four teams share one machine word, fifteen bits each
	MaxTeams    = 10_000             // a big provider has dozens
	MaxLinks    = 10 * MaxTasks      // predecessors in all
	MaxShifts   = 100_000            // of all calendars, once repetitions are written out
	CalendarFor = 400 * 24 * 60      // minutes for which repeated shifts are written out; later the team's plain number of heads holds
	never       = int64(1) << 33     // the minute of what cannot be placed; above every MaxMoment, and a problem whose work could come as far is refused
	maxPlanned  = 2 * never          // the last minute that a plan may name, and its negative the first: what is planned begins before never and ends before twice as much
	maxValue    = int64(1) << 62     // of an objective: above every cost (MaxWeights), and the difference of two still stays within 63 bits
	maxLine     = 1 << 20            // bytes of a line in .sm and .rcp: a task with 100,000 successors
	MaxRuns     = 100_000            // of a simulation: the hundredth part of a percent is more than anybody can use
	maxHomeless = 5                  // tasks without a place in some runs that are named: whoever mends these runs again
	maxWorkers  = 8                  // goroutines of a simulation
	maxWorked   = 2 * MaxTasks       // tasks of all of them: each takes some 150 bytes per task
	maxOutcomes = int64(256) << 20   // bytes of what a simulation keeps of its runs: 1,000 of 20,000 services are 80 MB
	maxClosures = 4_000_000          // tasks in all closures of services, kept for starting orders: 150 MB
	maxAlike    = 3                  // things of which the same is wrong that are told with their places; the rest is counted in one finding
	maxFindings = 100                // told one by one; the rest is counted

	reliefSchedules = 20        // for each team, from the order of a plan: with a hundred the best three of the insurers are the same, to a third of a percent
	reliefWork      = 1_000_000 // tasks placed for all teams together: where that is not one schedule for each, nothing is said
	reliefTasks     = 10_000    // beyond, compiling the problem for each team takes seconds
)
