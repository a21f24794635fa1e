package cli

import (
	"encoding/base64"
	"fmt"
	"net/http"

	"blackstart/internal/fault"
	"blackstart/internal/subject/catalogue"
)

// CatalogueAdoptCmd makes a directory the catalogue that a hub runs on. What changes is shown before; the hub refuses to drop what is in use.
type CatalogueAdoptCmd struct {
	Client `embed:""`

	Dir    string `arg:"" name:"source" help:"Catalogue directory or bundle."`
	DryRun bool   `help:"Only show what would change."`
}

// bundleBody is a catalogue bundle on its way.
type bundleBody struct {
	Bundle string `json:"bundle"`
}

// adoptReport is what adopting led to.
type adoptReport struct {
	Schema   string             `json:"schema"`
	Seq      uint64             `json:"seq"` // number of the entry; 0 for a dry run
	Findings []fault.Finding    `json:"findings"`
	Changes  []catalogue.Change `json:"changes,omitempty"`

	first bool // nothing was adopted before
}

// Run checks the directory, shows the difference to what is adopted, and adopts.
func (c CatalogueAdoptCmd) Run(io *IO) error {
	next, findings, err := openCatalogue(c.Dir)
	if err != nil {
		return err
	}
	if next == nil {
		printFindings(io.Err, c.Dir, findings)
		return Exit(fault.ExitNegative)
	}
	bundle, err := packed(c.Dir)
	if err != nil {
		return err
	}
	old, err := c.adopted(io)
	if err != nil {
		return err
	}
	report := adoptReport{Schema: "blackstart/catalogue-adopt/1", Findings: findings}
	if report.first = old == nil; !report.first {
		report.Changes = catalogue.Diff(old, next)
	}
	if !c.DryRun {
		body := bundleBody{base64.StdEncoding.EncodeToString(bundle)}
		changes := report.Changes
		if err := c.call(io.Ctx, http.MethodPut, "/api/v1/catalogue", body, &report); err != nil {
			return err
		}
		report.Changes = changes
	}
	return report.print(io, c.Dir)
}

// adopted gives the catalogue that the hub runs on, nil before the first.
func (c CatalogueAdoptCmd) adopted(io *IO) (*catalogue.Catalogue, error) {
	var now bundleBody
	err := c.call(io.Ctx, http.MethodGet, "/api/v1/catalogue", struct{}{}, &now)
	if fault.CodeOf(err) == "catalogue.none" {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	bundle, err := base64.StdEncoding.DecodeString(now.Bundle)
	if err != nil {
		return nil, fault.New(fault.Unavailable, "client.answer", "could not read the adopted catalogue: %w", err)
	}
	old, _ := catalogue.Open(bundle) // it has been adopted once; what this build finds wrong in it today is no reason not to replace it
	return old, nil
}

func (r adoptReport) print(io *IO, dir string) error {
	if io.JSON {
		return printJSON(io, r)
	}
	if r.first {
		fmt.Fprintln(io.Out, "the first catalogue of this house")
	} else {
		printChanges(io.Out, r.Changes)
	}
	printFindings(io.Err, dir, r.Findings)
	if r.Seq == 0 {
		_, err := fmt.Fprintf(io.Out, "%d changes; nothing was adopted\n", len(r.Changes))
		return err
	}
	_, err := fmt.Fprintf(io.Out, "adopted (entry %d), %d changes\n", r.Seq, len(r.Changes))
	return err
}
