package cli

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"blackstart/internal/fault"
	"blackstart/internal/plan"
)

// stock is a directory of public instances: a folder per set, and the best values that are known.
type stock struct {
	dir   string
	files map[string][]string // by set, in order of the numbers in their names
	best  map[string]int64    // by SET/INSTANCE
}

// openStock lists the instances and reads what is known about them: bounds.csv for the makespan, a reference table for the weighted objective.
func openStock(dir, objective, salt, reference string) (*stock, error) {
	s := &stock{dir: dir, files: map[string][]string{}, best: map[string]int64{}}
	for _, pattern := range []string{"*/*.sm", "*/*.rcp"} {
		found, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			return nil, fault.New(fault.Invalid, "plan.dir", "could not look for instances in %s: %w", dir, err)
		}
		for _, f := range found {
			set := filepath.Base(filepath.Dir(f))
			s.files[set] = append(s.files[set], f)
		}
	}
	if len(s.files) == 0 {
		return nil, fault.New(fault.NotFound, "plan.dir", "could not find instances in %s", dir).Hinted("want a folder per set with .sm or .rcp files")
	}
	for _, files := range s.files {
		slices.SortFunc(files, byNumber)
	}
	if objective == plan.KindMakespan {
		return s, s.read(filepath.Join(dir, "bounds.csv"), "best_known", nil)
	}
	if reference == "" {
		reference = filepath.Join(dir, "reference-"+salt+".csv")
		if _, err := os.Stat(reference); os.IsNotExist(err) {
			return s, nil // values without a gap are worth printing too
		}
	}
	return s, s.read(reference, "value", map[string]string{"salt": salt})
}

// byNumber puts j30_2 before j30_10.
func byNumber(a, b string) int {
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}

// sets are the names of the sets, or of those that are wanted, small ones first.
func (s *stock) sets(want []string) []string {
	var names []string
	for name := range s.files {
		if len(want) == 0 || slices.Contains(want, name) {
			names = append(names, name)
		}
	}
	slices.SortFunc(names, byNumber)
	return names
}

// read takes one column of a table with a header, from the rows that have the given values.
func (s *stock) read(path, column string, only map[string]string) error {
	f, err := os.Open(path)
	if err != nil {
		return fault.New(fault.Unavailable, "plan.bounds", "could not open %s: %w", path, err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil || len(rows) == 0 {
		return fault.New(fault.Invalid, "plan.bounds", "could not read %s: %v", path, err)
	}
	at := func(name string) int { return slices.Index(rows[0], name) }
	if at("set") < 0 || at("instance") < 0 || at(column) < 0 {
		return fault.New(fault.Invalid, "plan.bounds", "could not read %s: want columns set, instance and %s", path, column)
	}
	for _, row := range rows[1:] {
		wanted := true
		for name, value := range only {
			wanted = wanted && at(name) >= 0 && row[at(name)] == value
		}
		if best, err := strconv.ParseInt(row[at(column)], 10, 64); err == nil && wanted {
			s.best[row[at("set")]+"/"+row[at("instance")]] = best
		}
	}
	return nil
}
