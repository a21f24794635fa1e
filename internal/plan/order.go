package plan

import "slices"

// sorter makes lists from keys, with its memory kept.
type sorter struct {
	words []uint64
	list  []int32
	waits []int32
	heap  []uint64
}

const numberBits = 21 // of a task's number in a sort key; MaxTasks fits
const keyShift = int64(1) << 42

// word makes a key and a number into one word that sorts by both.
func word(key int64, j int32) uint64 { return uint64(key+keyShift)<<numberBits | uint64(j) }

// ascending is the order of keys, ties by number. It is a list for a pass if the keys are begins of a schedule.
func (s *sorter) ascending(keys []int64) []int32 {
	s.words = s.words[:0]
	for j, k := range keys {
		s.words = append(s.words, word(k, int32(j)))
	}
	slices.Sort(s.words)
	s.list = s.list[:0]
	for _, w := range s.words {
		s.list = append(s.list, int32(w&(1<<numberBits-1)))
	}
	return s.list
}

// descending is the order of keys from high to low, ties by number from high to low. It is a list for a pass over the mirror if the keys are ends of a schedule.
func (s *sorter) descending(keys []int64) []int32 {
	list := s.ascending(keys)
	slices.Reverse(list)
	return list
}

// lawful is the order of keys in which no task comes before one it waits for: of those that could come next, the one with the lowest key.
func (s *sorter) lawful(n *network, keys []int64) []int32 {
	s.waits, s.heap, s.list = s.waits[:0], s.heap[:0], s.list[:0]
	for j := range int32(n.size()) {
		s.waits = append(s.waits, n.before.first[j+1]-n.before.first[j])
	}
	for j, w := range s.waits {
		if w == 0 {
			s.push(word(keys[j], int32(j)))
		}
	}
	for len(s.heap) > 0 {
		j := int32(s.pop() & (1<<numberBits - 1))
		s.list = append(s.list, j)
		for _, l := range n.after.of(j) {
			if s.waits[l.task]--; s.waits[l.task] == 0 {
				s.push(word(keys[l.task], l.task))
			}
		}
	}
	return s.list
}

func (s *sorter) push(w uint64) {
	s.heap = append(s.heap, w)
	i := len(s.heap) - 1
	for i > 0 && s.heap[(i-1)/2] > w {
		s.heap[i] = s.heap[(i-1)/2]
		i = (i - 1) / 2
	}
	s.heap[i] = w
}

func (s *sorter) pop() uint64 {
	top, last := s.heap[0], s.heap[len(s.heap)-1]
	s.heap = s.heap[:len(s.heap)-1]
	if len(s.heap) == 0 {
		return top
	}
	i := 0
	for {
		k := 2*i + 1
		if k >= len(s.heap) {
			break
		}
		if k+1 < len(s.heap) && s.heap[k+1] < s.heap[k] {
			k++
		}
		if s.heap[k] >= last {
			break
		}
		s.heap[i], i = s.heap[k], k
	}
	s.heap[i] = last
	return top
}
