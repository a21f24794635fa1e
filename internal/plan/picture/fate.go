package picture

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"blackstart/internal/plan"
)

// fate is what becomes of a service by a plan. The three are never mixed: who waits for a gate has hope, who is left out has none.
type fate int

const (
	dated fate = iota // back at a time
	waits             // back so long after an unknown gate
	never             // not back: the plan leaves out what it needs
)

// service is one that counts, with the minute in which it is back.
type service struct {
	*plan.Service
	fate fate
	at   int64
}

func (v service) rto() int64  { return v.RTO }
func (v service) mtpd() int64 { return v.MTPD }

// readServices finds the fate of each service that the plan counts: of an id that stands there twice the first, and none that makes no sense.
func (s *sheet) readServices() {
	seen := map[string]bool{}
	for i := range s.problem.Services {
		v := service{Service: &s.problem.Services[i]}
		if !seen[v.ID] && s.settle(&v) {
			s.services = append(s.services, v)
		}
		seen[v.ID] = true
	}
}

func (s *sheet) settle(v *service) (counts bool) {
	if at, ok := s.made.Back[v.ID]; ok {
		v.at = at
		return true
	}
	if b, ok := s.made.Waiting[v.ID]; ok && s.made.Assumed != nil {
		v.fate, v.at = waits, s.edge+b.Plus
		return true
	}
	v.fate = never
	if v.Weight < 0 || v.Weight > plan.MaxWeights || v.Since < -plan.MaxMoment || v.Since > plan.MaxMoment || v.RTO > plan.MaxMoment || v.MTPD > plan.MaxMoment {
		return false
	}
	return slices.ContainsFunc(v.Set, func(id string) bool { return s.left[id] })
}

// whole is the weight of all services that count.
func (s *sheet) whole() (sum int64) {
	for _, v := range s.services {
		sum += v.Weight
	}
	return sum
}

// share says how many services meet a fate, and how much of the weight that is; nothing if none does.
func (s *sheet) share(f fate) (many int64, percent string) {
	weight, all := int64(0), s.whole()
	for _, v := range s.services {
		if v.fate == f {
			many++
			weight += v.Weight
		}
	}
	if many == 0 || all == 0 {
		return many, "0"
	}
	if weight*100 < all && weight > 0 {
		return many, s.say("unter 1", "below 1")
	}
	return many, fmt.Sprint((weight*100 + all/2) / all)
}

// waiting is how many tasks have no date since they wait for a gate of which nobody knows when it opens.
func (s *sheet) waiting() (many int64) {
	for i := range s.bars {
		if len(s.bars[i].gates) > 0 {
			many++
		}
	}
	return many
}

// troubles are the sentences about what a plan does not do. They stand above its figures, which count only what has a date.
func (s *sheet) troubles() (sentences []string) {
	if len(s.left) > 0 {
		sentences = append(sentences, s.lost())
		if names := s.lostNames(); len(names) > 0 {
			sentences = append(sentences, s.say("Davon die schwersten: ", "The heaviest of these: ")+strings.Join(names, ", ")+".")
		}
	}
	if tasks := s.waiting(); tasks > 0 {
		words := s.count(tasks, "Aufgabe", "Aufgaben", "task", "tasks")
		if services, percent := s.share(waits); services > 0 {
			words = fmt.Sprintf(s.say("%s (%s %% des Gewichts), %s", "%s (%s %% of weight), %s"), s.count(services, "Dienst", "Dienste", "service", "services"), percent, words)
		}
		words += s.say(" ohne Datum, bis dies aufgeht: ", " without a date until this opens: ") + s.gate(s.closed) + "."
		sentences = append(sentences, words)
	}
	return sentences
}

// count is a number of things, in the form that it asks for.
func (s *sheet) count(n int64, german, germans, english, englishes string) string {
	if n == 1 {
		return "1 " + s.say(german, english)
	}
	return grouped(n) + " " + s.say(germans, englishes)
}

// assumed says what distances from an unknown gate rest on.
func (s *sheet) assumed() string {
	words := s.say("Abstände vom Tor gelten, wenn es so aufgeht: %s. Zu anderer Stunde machen Schichten sie kürzer oder länger.", "Distances from the gate hold if it opens then: %s. At another hour shifts make them shorter or longer.")
	return fmt.Sprintf(words, s.date(*s.made.Assumed))
}

// lost says what never comes, and who is missing.
func (s *sheet) lost() string {
	words := s.count(int64(len(s.left)), "Aufgabe ist nicht eingeplant.", "Aufgaben sind nicht eingeplant.", "task is left out.", "tasks are left out.")
	if services, percent := s.share(never); services > 0 {
		weight := fmt.Sprintf(s.say(" (%s %% des Gewichts) ", " (%s %% of weight) "), percent)
		back := s.count(services, "Dienst+kommt nicht zurück", "Dienste+kommen nicht zurück", "service+does not come back", "services+do not come back")
		words = strings.Replace(back, "+", weight, 1) + ": " + words
	}
	var short []string
	for _, t := range s.problem.Teams {
		if needs := s.needs(t.ID); needs > most(t) {
			short = append(short, fmt.Sprintf(s.say("%s hat höchstens %d, nötig sind %d", "%s has at most %d, needs %d"), t.ID, most(t), needs))
		}
	}
	if len(short) > 0 {
		words += " " + clip(strings.Join(short[:min(len(short), 3)], "; "), small, width/2) + "."
	}
	return words
}

// mostLost is how many services that never come are named, if there are more than one, and mostLostName the room for each.
const (
	mostLost     = 3
	mostLostName = 370
)

// lostNames are the heaviest services that do not come back: below the curve they have no place.
func (s *sheet) lostNames() (names []string) {
	gone := slices.DeleteFunc(slices.Clone(s.services), func(v service) bool { return v.fate != never })
	if len(gone) < 2 {
		return nil
	}
	slices.SortStableFunc(gone, func(a, b service) int { return cmp.Compare(b.Weight, a.Weight) })
	for _, v := range gone[:min(len(gone), mostLost)] {
		name := cmp.Or(v.Name, v.ID)
		if s.many[name] > 1 {
			id := " · " + clip(v.ID, normal, mostLostName/2)
			name = clip(name, normal, mostLostName-wide(id, normal)) + id
		}
		names = append(names, clip(name, normal, mostLostName))
	}
	return names
}

// needs is how many heads of a team a task that is left out needs, at most.
func (s *sheet) needs(team string) (heads int64) {
	for i := range s.problem.Tasks {
		t := &s.problem.Tasks[i]
		if !s.left[t.ID] {
			continue
		}
		for _, n := range t.Heads {
			if n.Team == team {
				heads = max(heads, n.Heads)
			}
		}
	}
	return heads
}
