package plan

import "slices"

// tariff is what an hour of each team's time counts when the work of a closure is weighed. Which team is scarce, and when, shows only in schedules; so tariffs are tried, each by the one
// schedule of its order, and changed where that was better. For problems of thousands of tasks this finds within a hundred passes what moving tasks does not find in forty thousand.
type tariff struct {
	teams  []int64 // what a minute of all heads of a team counts, by profile and lane
	minute int64   // what a minute counts for everybody
	rates  []int64 // what a minute of each service costs
	favour []int64 // by how much more than it costs it counts
}

const (
	evenTeam, evenMinute = 1024, 64 // where the search sets out
	dearest              = 1 << 20
	haggled              = 8   // the part of the budget that tariffs may take
	fewTariffs           = 150 // and the most they take, with one more for each tasksPerTariff
	tasksPerTariff       = 50
	doubled              = 50 // percent of the changes that change something else too
	hurried              = 10 // percent of the changes that take the rates from what the best order so far makes late
	served               = 70 // percent of the changes that are made to the favour of one service
)

// haggle tries tariffs from an even one on.
func (a *annealing) haggle(c *closures, strands int) {
	n, most := a.net, a.net.mostHeads()
	now := tariff{teams: make([]int64, len(most)), minute: evenMinute, rates: n.weights(), favour: slices.Repeat([]int64{evenRate}, len(n.losses))}
	var teams []int
	for k := range most {
		if now.teams[k] = evenTeam; most[k] > 0 {
			teams = append(teams, k)
		}
	}
	best := int64(maxTime)
	for round := range min(a.budget/haggled, fewTariffs+n.size()/tasksPerTariff) / strands {
		trial := now
		if round > 0 {
			trial = a.change(now, teams)
		}
		list := a.ordered(n.unlocks(c, trial.favoured(), n.charged(trial, most)))
		cost := a.worth(list)
		if cost <= best {
			best, now = cost, trial
		}
		if cost < a.cost {
			a.accept(list, cost)
		}
	}
}

// change makes something dearer or cheaper, by a quarter to three times.
func (a *annealing) change(t tariff, teams []int) tariff {
	t.teams, t.favour = slices.Clone(t.teams), slices.Clone(t.favour)
	if a.random.below(100) < hurried {
		t.rates = a.net.ratesAt(a.end)
	}
	for again := true; again; again = a.random.below(100) < doubled {
		price := a.price(&t, teams)
		factor := []int64{5, 6, 8, 12}[a.random.below(4)]
		if a.random.below(2) == 0 {
			*price = min(dearest, *price*factor/4+1)
		} else {
			*price = *price * 4 / factor
		}
	}
	return t
}

// price draws what is made dearer or cheaper. Of one service it moves the whole closure, which no move of the annealing does.
func (a *annealing) price(t *tariff, teams []int) *int64 {
	if a.random.below(100) < served {
		return &t.favour[a.random.below(len(t.favour))]
	}
	if k := a.random.below(len(teams) + 1); k < len(teams) {
		return &t.teams[teams[k]]
	}
	return &t.minute
}

// favoured are the rates that count. Weights a thousand times as big give the same order.
func (t *tariff) favoured() []int64 {
	rates := slices.Clone(t.rates)
	for s := range rates {
		rates[s] = rates[s] * t.favour[s] / evenRate
	}
	return rates
}

// charged is the work of each task by a tariff.
func (n *network) charged(t tariff, most []int64) []int64 {
	work := make([]int64, n.size())
	for j := range work {
		var price int64
		for _, d := range n.needs.of(int32(j)) {
			for team := range lanes {
				if h := int64(d.heads >> (16 * team) & 0x7fff); h > 0 {
					k := lanes*int(d.profile) + team
					price += t.teams[k] * (1000 * h / max(1, most[k])) / 1000
				}
			}
		}
		work[j] = (price*n.held[j]+t.minute*n.minutes[j])/evenMinute + 1
	}
	return work
}
