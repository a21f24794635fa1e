package catalogue

import (
	"slices"
	"strings"
)

// suggest is the hint for a word that is not among the known ones: the nearest of them, or all when they are few.
func suggest(word string, known []string) string {
	if best, ok := Nearest(word, known); ok {
		return "did you mean " + best + "?"
	}
	if len(known) == 0 {
		return "there is none yet"
	}
	const few = 16 // a list that still fits a line of a terminal
	list := slices.Sorted(slices.Values(known))
	if len(list) > few {
		return ""
	}
	return "known are " + strings.Join(list, ", ")
}

// Nearest finds the known word within a third of word's length in edits, ignoring case; the first in order wins a tie.
func Nearest(word string, known []string) (string, bool) {
	if word == "" || len(word) > maxID*2 {
		return "", false
	}
	best, at := "", max(1, len(word)/3)+1
	for _, k := range known {
		if d := distance(strings.ToLower(word), strings.ToLower(k), at); d < at {
			best, at = k, d
		}
	}
	return best, best != ""
}

// distance is the optimal string alignment distance of a and b (insert, delete, replace, swap neighbours), or limit when it is not below it.
func distance(a, b string, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return min(last[len(b)], limit)
}

// clip shortens a foreign text for a message, so that nobody can flood a terminal with one.
func clip(s string) string {
	const longest = 80
	if r := []rune(s); len(r) > longest {
		return string(r[:longest]) + "…"
	}
	return s
}
