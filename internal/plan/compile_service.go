package plan

import "fmt"

// readServices checks services and enters those whose whole set is planned.
func (c *compiler) readServices() {
	seen := map[string]bool{}
	var weights int64
	for i := range c.p.Services {
		s := &c.p.Services[i]
		where := fmt.Sprintf("/services/%d", i)
		if seen[s.ID] || s.ID == "" {
			c.find("plan.duplicate", where+"/id", "the service id %s is empty or stands there twice: the first one counts", quoted(s.ID))
			continue
		}
		seen[s.ID] = true
		switch {
		case s.Weight < 0 || weights+s.Weight > MaxWeights || s.Weight > MaxWeights:
			c.find("plan.weight", where+"/weight", "service %s has weight %d, want 0 and more, and %d for all together: it is not counted", quoted(s.ID), s.Weight, MaxWeights)
			continue
		case s.Since < -MaxMoment || s.Since > MaxMoment || s.RTO < 0 || s.RTO > MaxMoment || s.MTPD < 0 || s.MTPD > MaxMoment:
			c.find("plan.service", where, "service %s is out since minute %d with RTO %d and MTPD %d, want up to %d: it is not counted", quoted(s.ID), s.Since, s.RTO, s.MTPD, MaxMoment)
			continue
		}
		if l, whole := c.loss(i, s, where); whole {
			c.losses = append(c.losses, l)
			weights += s.Weight
		}
	}
}

func (c *compiler) loss(i int, s *Service, where string) (l loss, whole bool) {
	l = s.loss()
	l.service = int32(i)
	if s.RTO > 0 && s.MTPD > 0 && s.MTPD < s.RTO {
		c.warn("plan.service", where, "service %s has an MTPD of %d minutes, below its RTO of %d", quoted(s.ID), s.MTPD, s.RTO)
	}
	whole = true
	out := false
	for k, id := range s.Set {
		j, known := c.byID[id]
		switch {
		case !known:
			c.find("plan.unknown_task", fmt.Sprintf("%s/set/%d", where, k), "service %s needs %s, which is no task of the problem: it is not counted", quoted(s.ID), quoted(id)).Unknown = id
			whole = false
		case c.dense[j] < 0:
			if whole = false; !out { // once is enough: it is counted by services
				out = true
				c.crowd(lost(s, id, fmt.Sprintf("%s/set/%d", where, k)))
			}
		default:
			l.set = append(l.set, c.dense[j])
		}
	}
	return l, whole
}

// loss is what a service loses by the minute, whatever it waits for.
func (s *Service) loss() loss {
	l := loss{weight: s.Weight, since: s.Since, due: maxTime, dead: maxTime}
	if s.RTO > 0 {
		l.due = s.Since + s.RTO
	}
	if s.MTPD > 0 {
		l.dead = s.Since + s.MTPD
	}
	return l
}

// lost is the finding about a service of which a task is left out.
func lost(s *Service, task, where string) Finding {
	return Finding{Warning: true, Code: "plan.service", Path: where, alike: alike{thing: "service", id: quoted(s.ID),
		one: fmt.Sprintf("does not come back in this plan, since task %s is left out", quoted(task)), many: "do not come back in this plan, since tasks that they need are left out"}}
}
