package plan

// flow is a network of capacities in which Dinic's algorithm (1970) finds a maximum flow, and with it a minimum cut: levels by breadth, then blocking flows by depth.
type flow struct {
	head  []int32 // of each node, its first arc; -1
	next  []int32 // of each arc, the next one of the same node
	to    []int32
	room  []int64 // what still fits; arc a^1 is a turned round
	level []int32
	at    []int32 // of each node, the arc to go on with
	queue []int32
	path  []int32

	visits int64 // nodes to which a level was given, in all runs: how long they took, in a measure that is the same on every machine
}

func newFlow(nodes, arcs int) *flow {
	f := &flow{head: make([]int32, nodes), next: make([]int32, 0, 2*arcs), to: make([]int32, 0, 2*arcs), room: make([]int64, 0, 2*arcs),
		level: make([]int32, nodes), at: make([]int32, nodes)}
	for i := range f.head {
		f.head[i] = -1
	}
	return f
}

// arc adds an arc and gives its number.
func (f *flow) arc(from, to int32, room int64) int {
	a := len(f.to)
	f.to, f.room = append(f.to, to, from), append(f.room, room, 0)
	f.next = append(f.next, f.head[from], f.head[to])
	f.head[from], f.head[to] = int32(a), int32(a+1)
	return a
}

// run gives the value of a maximum flow. Afterwards level is -1 exactly for the source's side of a minimum cut.
func (f *flow) run(source, sink int32) int64 {
	var sum int64
	for f.levels(source, sink) {
		copy(f.at, f.head)
		sum += f.block(source, sink)
	}
	return sum
}

// levels counts arcs with room to the sink, and says whether the source has a way there. Counting from the sink, a path that follows the levels down meets a dead end only where an earlier
// one has used up the room.
func (f *flow) levels(source, sink int32) bool {
	for i := range f.level {
		f.level[i] = -1
	}
	f.level[sink] = 0
	f.queue = append(f.queue[:0], sink)
	for i := 0; i < len(f.queue); i++ {
		n := f.queue[i]
		if f.visits++; n == source { // what is farther away than the source is on no shortest path
			return true
		}
		for a := f.head[n]; a >= 0; a = f.next[a] {
			if f.room[a^1] > 0 && f.level[f.to[a]] < 0 {
				f.level[f.to[a]] = f.level[n] + 1
				f.queue = append(f.queue, f.to[a])
			}
		}
	}
	return false
}

// block sends as much as fits along paths of falling levels. No recursion: a path may be as long as the network.
func (f *flow) block(source, sink int32) (sum int64) {
	f.path = f.path[:0]
	for n := source; ; {
		if n == sink {
			full, room := f.send()
			sum += room
			n = f.to[f.path[full]^1] // the part of the path before it still has room
			f.path = f.path[:full]
			continue
		}
		a := f.at[n]
		for a >= 0 && !(f.room[a] > 0 && f.level[f.to[a]] == f.level[n]-1) {
			a = f.next[a]
		}
		if f.at[n] = a; a >= 0 {
			f.path = append(f.path, a)
			n = f.to[a]
			continue
		}
		if n == source {
			return sum
		}
		back := f.path[len(f.path)-1] // a dead end: its arc is not tried again
		f.path = f.path[:len(f.path)-1]
		n = f.to[back^1]
		f.at[n] = f.next[back]
	}
}

// send fills the path, and gives the place of the first arc that is full then.
func (f *flow) send() (full int, room int64) {
	room = maxTime
	for i, a := range f.path {
		if f.room[a] < room {
			full, room = i, f.room[a]
		}
	}
	for _, a := range f.path {
		f.room[a] -= room
		f.room[a^1] += room
	}
	return full, room
}
