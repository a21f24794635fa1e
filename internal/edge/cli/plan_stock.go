package cli

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"blackstart/internal/fault"
)

// stock is a directory of public instances: a folder per set.
type stock struct {
	dir   string
	files map[string][]string // by set, in order of the numbers in their names
}

// openStock lists the instances.
func openStock(dir string) (*stock, error) {
	s := &stock{dir: dir, files: map[string][]string{}}
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
	return s, nil
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

// bounds reads the best known makespans, by SET/INSTANCE.
func (s *stock) bounds() (map[string]int64, error) {
	path := filepath.Join(s.dir, "bounds.csv")
	f, err := os.Open(path)
	if err != nil {
		return nil, fault.New(fault.Unavailable, "plan.bounds", "could not open %s: %w", path, err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil || len(rows) == 0 {
		return nil, fault.New(fault.Invalid, "plan.bounds", "could not read %s: %v", path, err)
	}
	set, instance, known := slices.Index(rows[0], "set"), slices.Index(rows[0], "instance"), slices.Index(rows[0], "best_known")
	if set < 0 || instance < 0 || known < 0 {
		return nil, fault.New(fault.Invalid, "plan.bounds", "could not read %s: want columns set, instance and best_known", path)
	}
	best := map[string]int64{}
	for _, row := range rows[1:] {
		if n, err := strconv.ParseInt(row[known], 10, 64); err == nil {
			best[row[set]+"/"+row[instance]] = n
		}
	}
	return best, nil
}
