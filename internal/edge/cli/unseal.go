package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"blackstart/internal/fault"
	"blackstart/internal/hub/app"
	"blackstart/internal/ledger/backup"
	"blackstart/internal/ledger/durable"
	"blackstart/internal/ledger/store/sqlite"
	"blackstart/internal/ledger/vault"
)

// openData opens a data directory for writing, with the data key if it is sealed.
func (io *IO) openData(dir string) (*sqlite.Store, error) {
	key, err := io.dataKey(dir)
	if err != nil {
		return nil, err
	}
	return app.OpenData(io.Ctx, dir, key)
}

// openReadOnly opens a journal for reading, with the data key if it is sealed.
func (io *IO) openReadOnly(path string) (*sqlite.Store, error) {
	key, err := io.dataKey(path)
	if err != nil {
		return nil, err
	}
	if key == nil {
		return sqlite.OpenReadOnly(io.Ctx, path)
	}
	return sqlite.OpenReadOnlySealed(io.Ctx, path, key)
}

// dataKey gives the data key of a sealed journal from what --unseal names; nil for one in the clear, and where nothing is named: then opening says what is missing.
func (io *IO) dataKey(path string) (sqlite.Key, error) {
	sealed, err := sqlite.IsSealed(path)
	if err != nil || !sealed || len(io.Unseal) == 0 {
		return nil, err
	}
	s, err := readSeal(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var shares, keys []string
	for _, name := range io.Unseal {
		lines, err := io.secretLines(name, s.Need)
		if err != nil {
			return nil, err
		}
		for _, line := range lines {
			if strings.HasPrefix(strings.ToUpper(line), "SHARE-") {
				shares = append(shares, line)
			} else {
				keys = append(keys, line)
			}
		}
	}
	if len(shares) > 0 {
		return s.Combine(shares)
	}
	identity, err := backup.ParseIdentities(strings.NewReader(strings.Join(keys, "\n")))
	if err != nil {
		return nil, err
	}
	return s.Unwrap(identity)
}

// readSeal reads the seal beside a database.
func readSeal(path string) (vault.Seal, error) {
	if info, err := os.Stat(path); err == nil && !info.IsDir() {
		path = filepath.Dir(path)
	}
	file, err := readFile(nil, filepath.Join(path, sqlite.SealName), vault.MaxSeal)
	if err != nil {
		return vault.Seal{}, err
	}
	return vault.Parse(file)
}

// secretLines reads the lines of a file of keys or shares. From a terminal it reads until as many shares were entered as are needed; what was entered
// serves for every journal of one command.
func (io *IO) secretLines(name string, need int) (lines []string, err error) {
	if name != "-" {
		file, err := readFile(nil, name, maxPasswordFile)
		return slices.DeleteFunc(strings.Split(string(file), "\n"), func(l string) bool { return strings.TrimSpace(l) == "" }), err
	}
	if io.typed != nil {
		return io.typed, nil
	}
	in := bufio.NewScanner(io.In)
	for shares := 0; need == 0 || shares < need; {
		if need > 0 {
			fmt.Fprintf(io.Err, "share %d of the %d that are needed: ", shares+1, need)
		}
		if !in.Scan() {
			break
		}
		line := strings.TrimSpace(in.Text())
		if line == "" {
			continue
		}
		if lines = append(lines, line); strings.HasPrefix(strings.ToUpper(line), "SHARE-") {
			shares++
		}
	}
	if in.Err() != nil {
		return nil, fault.New(fault.Unavailable, "file.read", "could not read what was entered: %w", in.Err())
	}
	io.typed = lines
	return lines, nil
}

// SealCmd seals a stopped hub's record at rest.
type SealCmd struct {
	Data   string   `default:"blackstart-data" type:"path" help:"Data directory; its hub must not be running."`
	To     []string `placeholder:"age1…" xor:"how" required:"" help:"Public key of an officer who can open the record alone; may be repeated."`
	Shares string   `placeholder:"K/N" xor:"how" required:"" help:"Print N shares for paper, any K of which open the record."`
}

type sealReport struct {
	Schema  string   `json:"schema"`
	Data    string   `json:"data"`
	Entries uint64   `json:"entries"`
	Head    string   `json:"head"`
	Shares  []string `json:"shares,omitempty"`
}

// Run verifies the record, shows the shares, and writes it anew under a fresh key. The shares come first: a record whose shares nobody saw would be lost.
func (c SealCmd) Run(io *IO) error {
	if _, err := os.Stat(filepath.Join(c.Data, sqlite.FileName)); err != nil {
		return fault.New(fault.NotFound, "seal.no_house", "could not find a hub's data in %s", c.Data).Hinted("name the directory with --data")
	}
	if sealed, err := sqlite.IsSealed(c.Data); err != nil || sealed {
		if err == nil {
			err = fault.New(fault.Conflict, "seal.sealed", "could not seal %s: it is sealed already", c.Data).Hinted("'blackstart unseal' first")
		}
		return err
	}
	key := vault.NewKey()
	s, shares, err := c.wrap(key)
	if err != nil {
		return err
	}
	if !io.JSON {
		for _, share := range shares {
			fmt.Fprintln(io.Out, share)
		}
	}
	v, err := sqlite.Convert(io.Ctx, c.Data, nil, key, func() error {
		return durable.WriteIn(c.Data, sqlite.SealName, s.Marshal())
	})
	if err != nil {
		return err
	}
	if err := v.ErrBad(); err != nil {
		return err
	}
	if io.JSON {
		return printJSON(io, sealReport{Schema: "blackstart/seal/1", Data: c.Data, Entries: v.Head.Size, Head: v.Head.Short(), Shares: shares})
	}
	fmt.Fprintf(io.Out, "sealed   %s: %d entries, head %s\n", c.Data, v.Head.Size, v.Head.Short())
	if len(shares) > 0 {
		fmt.Fprintf(io.Out, "These %d shares are shown once. Write each on its own paper, then try them: blackstart journal verify %s --unseal -\n", len(shares), c.Data)
	}
	_, err = fmt.Fprintf(io.Out, "next: blackstart serve --data %s --unseal %s\n", c.Data, map[bool]string{true: "-", false: "FILE"}[len(shares) > 0])
	return err
}

// wrap keeps the key for the officers, or splits it.
func (c SealCmd) wrap(key []byte) (vault.Seal, []string, error) {
	if len(c.To) > 0 {
		s, err := vault.Wrap(key, c.To)
		return s, nil, err
	}
	var k, n int
	if _, err := fmt.Sscanf(c.Shares, "%d/%d", &k, &n); err != nil {
		return vault.Seal{}, nil, Usage("could not read --shares %q: want K/N, for example 2/3", c.Shares)
	}
	return vault.Split(key, k, n)
}

// UnsealCmd brings a sealed record back into the clear.
type UnsealCmd struct {
	Data string `default:"blackstart-data" type:"path" help:"Data directory; its hub must not be running."`
}

// Run writes the record anew in the clear and removes the seal.
func (c UnsealCmd) Run(io *IO) error {
	if sealed, err := sqlite.IsSealed(c.Data); err != nil || !sealed {
		if err == nil {
			err = fault.New(fault.Conflict, "seal.open", "could not unseal %s: it is not sealed", c.Data)
		}
		return err
	}
	key, err := io.dataKey(c.Data)
	if err != nil {
		return err
	}
	if key == nil {
		_, err := sqlite.OpenReadOnly(io.Ctx, c.Data) // which says what is missing
		return err
	}
	v, err := sqlite.Convert(io.Ctx, c.Data, key, nil, func() error { return nil })
	if err == nil {
		err = v.ErrBad()
	}
	if err != nil {
		return err
	}
	if err := os.Remove(filepath.Join(c.Data, sqlite.SealName)); err != nil {
		return fault.New(fault.Unavailable, "seal.remove", "could not remove the seal, which opens nothing any more: %w", err)
	}
	if io.JSON {
		return printJSON(io, sealReport{Schema: "blackstart/unseal/1", Data: c.Data, Entries: v.Head.Size, Head: v.Head.Short()})
	}
	_, err = fmt.Fprintf(io.Out, "unsealed %s: %d entries, head %s; it stands in the clear now\n", c.Data, v.Head.Size, v.Head.Short())
	return err
}
