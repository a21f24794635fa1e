package catalogue

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode/utf8"
)

// File is one file of a catalogue directory, by its slash-separated path inside it.
type File struct {
	Path  string
	Bytes []byte
}

// kinds are the files of a catalogue; each YAML kind may also be a folder of files (`services/ti.yaml`). The first three must be there.
var kinds = []string{"provider", "sites", "services", "profiles", "environments", "hosts", "teams", "stakeholders", "gates", "customers", "contacts"}

const required = 3

var csvKinds = []string{"customers", "contacts"}

// kindOf says what a path holds: one of kinds, "text" for what is carried unread, or "" for what does not belong here.
func kindOf(p string) string {
	dir, base := path.Split(p)
	stem, ext, _ := strings.Cut(base, ".")
	isCSV := slices.Contains(csvKinds, stem)
	switch {
	case ext == "md":
		return "text"
	case dir == "" && slices.Contains(kinds, stem) && (ext == "yaml" && !isCSV || ext == "csv" && isCSV):
		return stem
	case ext == "yaml" && path.Dir(p) != "provider" && slices.Contains(kinds, path.Dir(p)) && !slices.Contains(csvKinds, path.Dir(p)):
		return path.Dir(p)
	}
	return ""
}

// readDir reads every file of the directory within the bounds, sorted by path. Names that begin with a dot are left out: they belong to editors and version control.
func readDir(r *reading, fsys fs.FS) []File {
	var files []File
	total := 0
	err := fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			r.fail(pos{file: p}, "unreadable", "", "could not be read: %v", err)
			return nil
		}
		if p != "." && strings.HasPrefix(d.Name(), ".") {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if d.IsDir() {
			return nil
		}
		if len(files) == maxFiles {
			r.fail(pos{file: p}, "too_many_files", "put several records into one file", "a catalogue has at most %d files", maxFiles)
			return fs.SkipAll
		}
		b, ok := readFile(r, fsys, p, d)
		if total += len(b); total > maxTotal {
			r.fail(pos{file: p}, "too_large", "", "the directory has more than %d MiB", maxTotal>>20)
			return fs.SkipAll
		}
		if ok {
			files = append(files, File{p, b})
		}
		return nil
	})
	if err != nil {
		r.fail(pos{file: "."}, "unreadable", "", "could not be read: %v", err)
	}
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return files
}

func readFile(r *reading, fsys fs.FS, p string, d fs.DirEntry) ([]byte, bool) {
	at := pos{file: p}
	if !d.Type().IsRegular() {
		r.fail(at, "not_a_file", "put the file itself here", "is not a regular file")
		return nil, false
	}
	if !portable(p) {
		r.fail(at, "file_unknown", "rename it", "has a name that cannot be carried everywhere")
		return nil, false
	}
	limit := sizeLimit(p)
	b, err := readUpTo(fsys, p, limit+1)
	if err != nil {
		r.fail(at, "unreadable", "", "could not be read: %v", err)
		return nil, false
	}
	if len(b) > limit {
		r.fail(at, "too_large", "split it", "has more than %d KiB", limit>>10)
		return nil, false
	}
	return b, true
}

// portable says whether a path means the same on every system and stays inside the directory it is written to, also on Windows.
func portable(p string) bool {
	return fs.ValidPath(p) && p != "." && len(p) <= maxPathBytes && utf8.ValidString(p) &&
		!strings.ContainsAny(p, `\:*?"<>|`) && !strings.ContainsFunc(p, func(c rune) bool { return c < 0x20 || control(c) }) &&
		!strings.HasPrefix(p, ".") && !strings.Contains(p, "/.")
}

func sizeLimit(p string) int {
	switch path.Ext(p) {
	case ".csv":
		return maxCSVBytes
	case ".yaml":
		return maxYAMLBytes
	}
	return maxTextBytes
}

func readUpTo(fsys fs.FS, p string, n int) ([]byte, error) {
	f, err := fsys.Open(p)
	if err != nil {
		return nil, errors.Unwrap(err)
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, int64(n)))
}

// checkNames says which files do not belong into a catalogue and which are missing.
func (l *loader) checkNames(files []File) {
	seen := map[string]bool{}
	for _, f := range files {
		k := kindOf(f.Path)
		seen[k] = true
		if k == "" {
			l.fail(pos{file: f.Path}, "file_unknown", suggest(f.Path, fileNames()), "is not a file of a catalogue")
		}
	}
	for _, k := range kinds[:required] {
		if !seen[k] {
			l.fail(pos{file: k + ".yaml"}, "file_missing", "see examples/insurers for its form", "is missing")
			l.unread[k] = true
		}
	}
}

func fileNames() []string {
	out := make([]string, len(kinds))
	for i, k := range kinds {
		out[i] = k + ".yaml"
		if slices.Contains(csvKinds, k) {
			out[i] = k + ".csv"
		}
	}
	return out
}

// checkText says whether the bytes are text that can be read at all: UTF-8 without a byte order mark, no control characters, lines of bounded length.
// It stops at the first fault, because after a wrong encoding everything else is noise.
func checkText(r *reading, f File) bool {
	b := f.Bytes
	switch {
	case bytes.HasPrefix(b, []byte{0xFF, 0xFE}), bytes.HasPrefix(b, []byte{0xFE, 0xFF}):
		r.fail(pos{f.Path, 1, 1}, "encoding", "save it as UTF-8", "is UTF-16")
		return false
	case bytes.HasPrefix(b, []byte{0xEF, 0xBB, 0xBF}):
		r.fail(pos{f.Path, 1, 1}, "encoding", "save it as UTF-8 without BOM", "begins with a byte order mark")
		return false
	}
	line, col, lineStart := 1, 1, 0
	for i := 0; i < len(b); {
		c, n := utf8.DecodeRune(b[i:])
		at := pos{f.Path, line, col}
		switch {
		case c == utf8.RuneError && n <= 1:
			r.fail(at, "encoding", "save it as UTF-8", "is not UTF-8: byte 0x%02X%s", b[i], legacy(b[i]))
			return false
		case c == 0:
			r.fail(at, "encoding", "save it as UTF-8", "holds a zero byte, as UTF-16 without a mark or a binary file does")
			return false
		case control(c):
			r.fail(at, "control", "remove it", "holds the invisible character U+%04X", c)
			return false
		case i-lineStart > maxLine:
			r.fail(pos{f.Path, line, 1}, "line_length", "break it", "has a line of more than %d bytes", maxLine)
			return false
		}
		i, col = i+n, col+1
		if c == '\n' {
			line, col, lineStart = line+1, 1, i
		}
	}
	return true
}

// legacy names what the byte would be in the encodings that old programs still write.
func legacy(b byte) string {
	if c := rune(b); strings.ContainsRune("ÄÖÜäöüß", c) {
		return " would be " + string(c) + " in Latin-1 or Windows-1252"
	}
	return ""
}

// control says whether c is invisible and can hide or reorder text: C0 and C1 but tab and line ends, and the bidirectional controls (Unicode UAX #9, section 2).
func control(c rune) bool {
	switch {
	case c == '\t' || c == '\n' || c == '\r':
		return false
	case c < 0x20, c >= 0x7F && c < 0xA0, c >= 0x202A && c <= 0x202E, c >= 0x2066 && c <= 0x2069, c == 0xFEFF:
		return true
	}
	return false
}
