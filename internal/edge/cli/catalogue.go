package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"blackstart/internal/fault"
	"blackstart/internal/subject/catalogue"
)

// CatalogueCmd works on catalogue directories and bundles without a hub; what it reads is named DIR or SOURCE, and a bundle is taken wherever a directory is.
type CatalogueCmd struct {
	Check  CatalogueCheckCmd  `cmd:"" help:"Say everything that is wrong with a catalogue, with file, line and column."`
	Show   CatalogueShowCmd   `cmd:"" help:"Show a catalogue, or one thing of it."`
	Diff   CatalogueDiffCmd   `cmd:"" help:"Say what is removed, changed and added from one catalogue to another."`
	Adopt  CatalogueAdoptCmd  `cmd:"" help:"Make a directory the catalogue that a hub runs on."`
	Export CatalogueExportCmd `cmd:"" help:"Write a catalogue's files out byte for byte, or pack them into one bundle."`
}

// maxBundle is how much of a file is read as a bundle before it is refused; a little over what a directory may hold.
const maxBundle = 80 << 20

// openCatalogue reads a directory or a bundle. The catalogue is nil when there are errors among the findings; the fault is about the path itself.
func openCatalogue(path string) (*catalogue.Catalogue, []fault.Finding, error) {
	if b, isFile, err := readBundle(path); isFile || err != nil {
		if err != nil {
			return nil, nil, err
		}
		c, findings := catalogue.Open(b)
		return c, findings, nil
	}
	root, err := os.OpenRoot(path) // nothing outside the directory is read, whatever links there are
	if err != nil {
		return nil, nil, unreadable(path, err)
	}
	defer root.Close()
	c, findings := catalogue.Load(root.FS())
	return c, findings, nil
}

func readBundle(path string) (b []byte, isFile bool, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, false, unreadable(path, err)
	}
	if info.IsDir() {
		return nil, false, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, true, unreadable(path, err)
	}
	defer f.Close()
	b, err = io.ReadAll(io.LimitReader(f, maxBundle))
	if err != nil {
		return nil, true, unreadable(path, err)
	}
	return b, true, nil
}

func unreadable(path string, err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	return fault.New(fault.NotFound, "cli.path", "could not read the catalogue %s: %w", path, err)
}

// goodCatalogue reads a catalogue that a command is to work on; its errors go to Err and end the command with 1, its warnings are check's business.
func goodCatalogue(io *IO, path string) (*catalogue.Catalogue, error) {
	c, findings, err := openCatalogue(path)
	if err != nil || c != nil {
		return c, err
	}
	printFindings(io.Err, path, findings)
	fmt.Fprintf(io.Err, "blackstart: could not use the catalogue %s: it has errors\n", path)
	return nil, Exit(fault.ExitNegative)
}

// printFindings writes one finding a line, errors first, with a path that a terminal can jump to.
func printFindings(w io.Writer, path string, findings []fault.Finding) {
	for _, level := range []fault.Level{fault.Error, fault.Warning} {
		for _, f := range findings {
			if f.Level == level {
				f.File = filepath.Join(path, f.File)
				fmt.Fprintln(w, oneLine(f.String()))
			}
		}
	}
}

// CatalogueCheckCmd is `catalogue check`.
type CatalogueCheckCmd struct {
	Dir string `arg:"" help:"Catalogue directory or bundle."`
}

type checkAnswer struct {
	Schema   string            `json:"schema"`
	Path     string            `json:"path"`
	OK       bool              `json:"ok"`
	SHA256   string            `json:"sha256,omitempty"`
	Counts   *catalogue.Counts `json:"counts,omitempty"`
	Errors   int               `json:"errors"`
	Warnings int               `json:"warnings"`
	Findings []fault.Finding   `json:"findings"`
}

// Run prints the findings and a verdict; it ends with 1 on errors, and on warnings when they are to count.
func (c *CatalogueCheckCmd) Run(io *IO) error {
	cat, findings, err := openCatalogue(c.Dir)
	if err != nil {
		return err
	}
	a := checkAnswer{Schema: "blackstart/catalogue-check/1", Path: c.Dir, Findings: findings}
	for _, f := range findings {
		if f.Level == fault.Error {
			a.Errors++
		} else {
			a.Warnings++
		}
	}
	a.OK = a.Errors == 0 && !(io.Strict && a.Warnings > 0)
	if cat != nil {
		counts := cat.Counts()
		a.SHA256, a.Counts = cat.SHA256(), &counts
	}
	if err := a.print(io, cat); err != nil {
		return err
	}
	if !a.OK {
		return Exit(fault.ExitNegative)
	}
	return nil
}

func (a checkAnswer) print(io *IO, cat *catalogue.Catalogue) error {
	if io.JSON {
		if a.Findings == nil {
			a.Findings = []fault.Finding{}
		}
		return printJSON(io, a)
	}
	printFindings(io.Out, a.Path, a.Findings)
	verdict := "is good"
	if !a.OK {
		verdict = "is refused"
	}
	fmt.Fprintf(io.Out, "%s %s: %s, %s\n", a.Path, verdict, plural(a.Errors, "error"), plural(a.Warnings, "warning"))
	if cat != nil {
		fmt.Fprintf(io.Out, "%s\nrevision %s\n", sizes(cat), a.SHA256)
	}
	return nil
}

// sizes says in one line how large a catalogue is, so that a missing file full of customers is noticed.
func sizes(c *catalogue.Catalogue) string {
	services, customers := map[string]int{}, map[string]int{}
	for _, s := range c.Services {
		services[string(s.Class)]++
	}
	for _, k := range c.Customers {
		customers[string(k.Class)]++
	}
	n := c.Counts()
	return fmt.Sprintf("%s (%s), %s (%s), %s, %s at %s, %s, %s", plural(n.Services, "service"), byClass(services), plural(n.Customers, "customer"), byClass(customers),
		plural(n.Cells, "cell"), plural(n.Environments, "environment"), plural(n.Sites, "site"), plural(n.Hosts, "host"), plural(n.Contacts, "contact"))
}

func byClass(count map[string]int) string {
	var names []string
	for k := range count {
		names = append(names, k)
	}
	slices.SortFunc(names, func(a, b string) int {
		if count[a] != count[b] {
			return count[b] - count[a]
		}
		return strings.Compare(a, b)
	})
	for i, k := range names {
		names[i] = fmt.Sprintf("%d %s", count[k], k)
	}
	return strings.Join(names, ", ")
}

func plural(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return thousands(n) + " " + noun
}

// thousands writes a number with commas, since the numbers here are people.
func thousands(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// table writes aligned columns, two spaces apart.
func table(w io.Writer) *tabwriter.Writer { return tabwriter.NewWriter(w, 0, 0, 2, ' ', 0) }

// CatalogueDiffCmd is `catalogue diff`.
type CatalogueDiffCmd struct {
	Old string `arg:"" help:"Catalogue directory or bundle as it was."`
	New string `arg:"" help:"Catalogue directory or bundle as it is to be."`
}

type diffAnswer struct {
	Schema  string             `json:"schema"`
	Old     string             `json:"old"` // revisions
	New     string             `json:"new"`
	Changes []catalogue.Change `json:"changes"`
}

// Run prints the changes: removed, changed, added. A difference is an answer, not a failure, so it ends with 0.
func (c *CatalogueDiffCmd) Run(io *IO) error {
	old, err := goodCatalogue(io, c.Old)
	if err != nil {
		return err
	}
	next, err := goodCatalogue(io, c.New)
	if err != nil {
		return err
	}
	changes := catalogue.Diff(old, next)
	if io.JSON {
		if changes == nil {
			changes = []catalogue.Change{}
		}
		return printJSON(io, diffAnswer{"blackstart/catalogue-diff/1", old.SHA256(), next.SHA256(), changes})
	}
	printChanges(io.Out, changes)
	return nil
}

// printChanges writes a line per thing; cells that come and go with their environment are only counted.
func printChanges(w io.Writer, changes []catalogue.Change) {
	if len(changes) == 0 {
		fmt.Fprintln(w, "no difference")
		return
	}
	sign := map[catalogue.ChangeKind]string{catalogue.Removed: "-", catalogue.Changed: "~", catalogue.Added: "+"}
	cells := map[catalogue.ChangeKind]int{}
	for _, c := range changes {
		if c.Ref.Kind() == catalogue.RefCell {
			cells[c.Kind]++
			continue
		}
		fmt.Fprintf(w, "%s %s\n", sign[c.Kind], c.Ref)
		for _, f := range c.Fields {
			fmt.Fprintf(w, "    %s: %s → %s\n", f.Field, f.Old, f.New)
		}
	}
	for _, k := range []catalogue.ChangeKind{catalogue.Removed, catalogue.Added} {
		if cells[k] > 0 {
			fmt.Fprintf(w, "%s %s\n", sign[k], plural(cells[k], "cell"))
		}
	}
}
