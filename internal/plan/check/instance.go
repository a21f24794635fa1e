package check

import (
	"fmt"
	"strconv"
	"strings"
)

// psplib reads an instance of PSPLIB by its section titles, line by line.
func psplib(data []byte) (*work, error) {
	w, part := new(work), ""
	var after [][]int
	for number, line := range strings.Split(string(data), "\n") {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "***"):
			part = ""
			continue
		case strings.HasPrefix(line, "PRECEDENCE RELATIONS"), strings.HasPrefix(line, "REQUESTS/DURATIONS"), strings.HasPrefix(line, "RESOURCEAVAILABILITIES"):
			part = line[:3]
			continue
		case part == "" || line == "" || line[0] < '0' || line[0] > '9':
			continue
		}
		row, err := integers(line)
		if err != nil {
			return nil, &rowError{number + 1, err.Error()}
		}
		switch {
		case part == "PRE" && len(row) >= 3 && len(row) == 3+row[2] && row[0] == len(after)+1 && row[1] == 1:
			after = append(after, row[3:])
		case part == "REQ" && len(row) >= 3 && row[0] == len(w.Tasks)+1:
			w.activity(row[2], row[3:])
		case part == "RES":
			w.resources(row)
		default:
			return nil, &rowError{number + 1, "it does not fit its table"}
		}
	}
	return w, w.chain(after)
}

// rowError is what is wrong with a line.
type rowError struct {
	line int
	text string
}

// Error is what is wrong.
func (r *rowError) Error() string { return r.text }

// patterson reads an instance of Patterson's as the list of numbers that it is.
func patterson(data []byte) (*work, error) {
	all, err := integers(string(data))
	if err != nil {
		return nil, err
	}
	take := func(n int) (head []int) {
		if n < 0 || n > len(all) {
			err, n = fmt.Errorf("it ends too early"), 0
		}
		head, all = all[:n], all[n:]
		return head
	}
	one := func() int {
		if head := take(1); len(head) == 1 {
			return head[0]
		}
		return 0
	}
	w := new(work)
	jobs, kinds := one(), one()
	w.resources(take(kinds))
	var after [][]int
	for j := 0; j < jobs && err == nil; j++ {
		minutes := one()
		w.activity(minutes, take(kinds))
		after = append(after, take(one()))
	}
	if err == nil && len(all) > 0 {
		err = fmt.Errorf("%d numbers stand after its end", len(all))
	}
	if err != nil {
		return nil, err
	}
	return w, w.chain(after)
}

func integers(text string) (all []int, err error) {
	for _, word := range strings.Fields(text) {
		n, err := strconv.Atoi(word)
		if err != nil {
			return nil, fmt.Errorf("%.20q is no whole number, or beyond all", word)
		}
		all = append(all, n)
	}
	return all, nil
}

func (w *work) resources(row []int) {
	for k, heads := range row {
		w.Teams = append(w.Teams, team{ID: fmt.Sprintf("R%d", k+1), Heads: int64(heads)})
	}
}

func (w *work) activity(minutes int, row []int) {
	t := task{ID: strconv.Itoa(len(w.Tasks) + 1), Minutes: triple{int64(minutes), int64(minutes), int64(minutes)}}
	for k, heads := range row {
		if heads != 0 {
			t.Heads = append(t.Heads, need{fmt.Sprintf("R%d", k+1), int64(heads)})
		}
	}
	w.Tasks = append(w.Tasks, t)
}

// chain turns successors into predecessors.
func (w *work) chain(after [][]int) error {
	if len(after) != len(w.Tasks) {
		return fmt.Errorf("it has %d activities and the successors of %d", len(w.Tasks), len(after))
	}
	for i, list := range after {
		for _, j := range list {
			if j < 1 || j > len(w.Tasks) {
				return fmt.Errorf("activity %d has the successor %d of %d", i+1, j, len(w.Tasks))
			}
			w.Tasks[j-1].After = append(w.Tasks[j-1].After, wait{Task: strconv.Itoa(i + 1)})
		}
	}
	return nil
}
