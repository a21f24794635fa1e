package catalogue

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"strconv"

	"blackstart/internal/fault"
)

// A bundle is a directory in one piece, for a blob or a stick:
//
//	blackstart catalogue bundle 1\n
//	<length in bytes> <path>\n<bytes>\n      once per file, sorted by path
//
// The same files always give the same bytes, and the files come out again byte for byte.
const bundleMagic = "blackstart catalogue bundle 1\n"

// Pack reads a directory within the bounds of Load and gives its bundle. It does not check what the files say. The fault is Invalid.
func Pack(fsys fs.FS) ([]byte, error) {
	var r reading
	files := readDir(&r, fsys)
	if found := r.done(); len(found) > 0 {
		return nil, fault.New(fault.Invalid, found[0].Code, "the directory cannot be packed: %s", found[0])
	}
	return bundle(files), nil
}

func bundle(files []File) []byte {
	var b bytes.Buffer
	b.WriteString(bundleMagic)
	for _, f := range files {
		fmt.Fprintf(&b, "%d %s\n", len(f.Bytes), f.Path)
		b.Write(f.Bytes)
		b.WriteByte('\n')
	}
	return b.Bytes()
}

// Unpack gives the files of a bundle, sorted by path. It refuses anything that Pack would not have written, so that equal content has one digest. The fault is Invalid.
func Unpack(b []byte) ([]File, error) {
	rest, ok := bytes.CutPrefix(b, []byte(bundleMagic))
	if !ok {
		return nil, notBundle("it does not begin with %q", bundleMagic[:len(bundleMagic)-1])
	}
	if len(b) > maxTotal+maxFiles*(maxPathBytes+16) {
		return nil, notBundle("it is larger than a catalogue may be")
	}
	var files []File
	for len(rest) > 0 {
		f, after, err := unpackOne(rest)
		switch {
		case err != nil:
			return nil, err
		case len(files) == maxFiles:
			return nil, notBundle("it has more than %d files", maxFiles)
		case len(files) > 0 && files[len(files)-1].Path >= f.Path:
			return nil, notBundle("its files are not in order")
		}
		files, rest = append(files, f), after
	}
	return files, nil
}

func unpackOne(b []byte) (File, []byte, error) {
	head, _, ok := bytes.Cut(b[:min(len(b), maxPathBytes+32)], []byte("\n"))
	size, path, ok2 := bytes.Cut(head, []byte(" "))
	n, err := strconv.Atoi(string(size))
	if !ok || !ok2 || err != nil || strconv.Itoa(n) != string(size) || n < 0 {
		return File{}, nil, notBundle("a file has no proper head")
	}
	p := string(path)
	if !portable(p) || n > sizeLimit(p) {
		return File{}, nil, notBundle("%q is not a file that a catalogue may hold", clip(p))
	}
	body := b[len(head)+1:]
	if len(body) <= n || body[n] != '\n' {
		return File{}, nil, notBundle("it ends before %q does", clip(p))
	}
	return File{p, bytes.Clone(body[:n])}, body[n+1:], nil
}

func notBundle(format string, args ...any) error {
	return fault.New(fault.Invalid, "catalogue.bundle", "this is not a catalogue bundle: %s", fmt.Sprintf(format, args...))
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// SHA256 is the revision that a bundle makes: its digest in lower-case hex.
func SHA256(bundle []byte) string { return digest(bundle) }
