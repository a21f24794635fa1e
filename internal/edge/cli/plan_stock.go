package cli

import (
	"encoding/csv"
	"errors"
	"fmt"
	stdio "io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"blackstart/internal/fault"
)

// stock is a directory of instances, public ones and our own: a folder per set.
type stock struct {
	dir   string
	files map[string][]string // by set, in order of the numbers in their names
}

// openStock lists the instances, of all sets or of those that are wanted.
func openStock(dir string, want []string) (*stock, error) {
	s := &stock{dir: dir, files: map[string][]string{}}
	for _, pattern := range []string{"*/*.sm", "*/*.rcp", "*/*.json"} {
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
		return nil, fault.New(fault.NotFound, "plan.dir", "could not find instances in %s", dir).Hinted("want a folder per set with .sm, .rcp or .json files")
	}
	for _, files := range s.files {
		slices.SortFunc(files, byNumber)
	}
	return s, s.keep(want)
}

// byNumber puts j30_2 before j30_10.
func byNumber(a, b string) int {
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}

// keep drops all sets but those that are wanted; none wanted are all.
func (s *stock) keep(want []string) error {
	all := s.sets()
	for _, name := range want {
		if !slices.Contains(all, name) {
			return fault.New(fault.NotFound, "plan.dir", "could not find the set %s in %s", name, s.dir).Hinted("there are %s", strings.Join(all, ", "))
		}
	}
	if len(want) > 0 {
		maps.DeleteFunc(s.files, func(name string, _ []string) bool { return !slices.Contains(want, name) })
	}
	return nil
}

// sets are the names of the sets, small ones first.
func (s *stock) sets() []string { return slices.SortedFunc(maps.Keys(s.files), byNumber) }

// bounds reads the best known makespans, by SET/INSTANCE.
func (s *stock) bounds(io *IO) (map[string]int64, error) {
	path := filepath.Join(s.dir, "bounds.csv")
	f, err := os.Open(path)
	if err != nil {
		return nil, fault.New(fault.Unavailable, "plan.bounds", "could not open %s: %w", path, err).Hinted("want a table with columns set, instance and best_known; problems of your own have no best known makespan: judge their costs by --objective weighted")
	}
	defer f.Close()
	wrong := func(line, col int, format string, args ...any) (map[string]int64, error) {
		return nil, cannotUse(io, fault.Finding{File: path, Line: line, Col: col, Code: "plan.bounds", Message: fmt.Sprintf(format, args...)})
	}
	r := csv.NewReader(f)
	head, err := r.Read()
	set, instance, known := slices.Index(head, "set"), slices.Index(head, "instance"), slices.Index(head, "best_known")
	if err != nil || set < 0 || instance < 0 || known < 0 {
		return wrong(1, 1, "its first line does not name the columns set, instance and best_known")
	}
	best := map[string]int64{}
	for {
		row, err := r.Read()
		var bad *csv.ParseError
		switch {
		case errors.Is(err, stdio.EOF):
			return best, nil
		case errors.As(err, &bad):
			return wrong(bad.Line, bad.Column, "%v", bad.Err)
		case err != nil:
			return nil, fault.New(fault.Unavailable, "plan.bounds", "could not read %s: %w", path, err)
		case row[known] == "":
			continue
		}
		n, err := strconv.ParseInt(row[known], 10, 64)
		if err != nil || n < 0 {
			line, col := r.FieldPos(known)
			return wrong(line, col, "the best known value of %s is %.20q, want a whole number, or nothing", plainText(row[instance]), row[known])
		}
		best[row[set]+"/"+row[instance]] = n
	}
}
