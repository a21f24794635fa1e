package plan

// Weigh turns an instance of the public sets into one with services and release times, by a rule that needs nothing but names, so that two people get the same. With
// h = FNV-1a-64("SALT|INSTANCE|j|w"): every activity but source and sink carries a service if h mod 100 < 40, of weight 10, 5, 3 or 1 for (h/100) mod 100 below 10, 30, 60, 100.
// With g = FNV-1a-64("SALT|INSTANCE|j|r"): if g mod 100 < 15 it begins no earlier than (g/100) mod (critical path/2 + 1). The cost is then the sum of weight × completion.
func (p *Problem) Weigh(salt string) error {
	n, err := p.compile()
	if err != nil {
		return err
	}
	half := uint64(n.criticalPath())/2 + 1
	p.Services = nil
	for i := range p.Tasks {
		t := &p.Tasks[i]
		if i == 0 || i == len(p.Tasks)-1 {
			continue
		}
		h := fnv1a(salt + "|" + p.Name + "|" + t.ID + "|w")
		if h%100 < 40 {
			p.Services = append(p.Services, Service{ID: "s" + t.ID, Set: []string{t.ID}, Weight: contract(h / 100 % 100)})
		}
		if g := fnv1a(salt + "|" + p.Name + "|" + t.ID + "|r"); g%100 < 15 {
			earliest := int64(g / 100 % half)
			t.Earliest = &earliest
		}
	}
	return nil
}

// contract is the weight of a service by its percentile.
func contract(percentile uint64) int64 {
	switch {
	case percentile < 10:
		return 10
	case percentile < 30:
		return 5
	case percentile < 60:
		return 3
	}
	return 1
}

// Slip makes some tasks take longer, by the same kind of rule: with h = FNV-1a-64("SALT|INSTANCE|j|s"), if h mod 100 < 20 the duration is multiplied by 1.5 (rounded up), 2 or 3
// for (h/100) mod 3 being 0, 1 or 2, up to MaxMinutes. It gives the ids of the tasks it changed.
func (p *Problem) Slip(salt string) []string {
	var slipped []string
	for i := range p.Tasks {
		t := &p.Tasks[i]
		h := fnv1a(salt + "|" + p.Name + "|" + t.ID + "|s")
		if h%100 >= 20 || t.Minutes.Likely == 0 || t.State == StateDone {
			continue
		}
		longer := []int64{(3*t.Minutes.Likely + 1) / 2, 2 * t.Minutes.Likely, 3 * t.Minutes.Likely}[h/100%3]
		if longer = min(longer, MaxMinutes); longer <= t.Minutes.Likely {
			continue
		}
		t.Minutes = t.Minutes.prolonged(longer)
		slipped = append(slipped, t.ID)
	}
	return slipped
}

// fnv1a is the 64-bit hash of Fowler, Noll and Vo, variant 1a.
func fnv1a(s string) uint64 {
	h := uint64(0xcbf29ce484222325)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 0x100000001b3
	}
	return h
}
