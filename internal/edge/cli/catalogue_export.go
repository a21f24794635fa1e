package cli

import (
	"fmt"
	"os"
	"path"

	"blackstart/internal/fault"
	"blackstart/internal/subject/catalogue"
)

// CatalogueExportCmd is `catalogue export`. It neither checks nor changes what the files say.
type CatalogueExportCmd struct {
	Source string `arg:"" help:"Catalogue directory or bundle."`
	Out    string `xor:"to" required:"" help:"Directory to write the files into; it must be empty or not exist yet." placeholder:"DIR"`
	Bundle string `xor:"to" required:"" help:"File to write one bundle into; it must not exist yet." placeholder:"FILE"`
}

type exportAnswer struct {
	Schema string `json:"schema"`
	SHA256 string `json:"sha256"`
	Files  int    `json:"files"`
	Out    string `json:"out"`
}

// Run writes the files and says the revision.
func (c *CatalogueExportCmd) Run(io *IO) error {
	b, err := packed(c.Source)
	if err != nil {
		return err
	}
	files, err := catalogue.Unpack(b)
	if err != nil {
		return err
	}
	to := c.Out
	if to != "" {
		err = writeFiles(to, files)
	} else {
		to = c.Bundle
		err = writeNew(to, b, 0o640) // it holds addresses of people
	}
	if err != nil {
		return err
	}
	if io.JSON {
		return printJSON(io, exportAnswer{"blackstart/catalogue-export/1", catalogue.SHA256(b), len(files), to})
	}
	fmt.Fprintf(io.Out, "%s written to %s\nrevision %s\n", plural(len(files), "file"), to, catalogue.SHA256(b))
	return nil
}

// packed gives the bundle of a directory, or the bundle that a file is.
func packed(source string) ([]byte, error) {
	b, isFile, err := readBundle(source)
	if isFile || err != nil {
		return b, err
	}
	root, err := os.OpenRoot(source)
	if err != nil {
		return nil, unreadable(source, err)
	}
	defer root.Close()
	return catalogue.Pack(root.FS())
}

// writeFiles fills an empty directory. The root keeps every path inside it, whatever the bundle says.
func writeFiles(dir string, files []catalogue.File) error {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return unwritable(dir, err)
	}
	if entries, err := os.ReadDir(dir); err != nil {
		return unwritable(dir, err)
	} else if len(entries) > 0 {
		return fault.New(fault.Conflict, "cli.not_empty", "could not export into %s: it is not empty", dir).Hinted("name a new directory")
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return unwritable(dir, err)
	}
	defer root.Close()
	for _, f := range files {
		if err := root.MkdirAll(path.Dir(f.Path), 0o750); err != nil {
			return unwritable(f.Path, err)
		}
		if err := root.WriteFile(f.Path, f.Bytes, 0o640); err != nil {
			return unwritable(f.Path, err)
		}
	}
	return nil
}

func unwritable(name string, err error) error {
	return fault.New(fault.Unavailable, "cli.write", "could not write %s: %w", name, err)
}
