package cli

import (
	"time"

	"blackstart/internal/hub/app"
	"blackstart/internal/subject/catalogue"
)

// lookEvery is how often a watched catalogue directory is read. Reading one of 21,000 practices takes about a second; whoever edits files waits
// longer for their editor to save.
const lookEvery = 5 * time.Second

// watchCatalogue offers the directory's content to the house whenever it differs from what was offered last, until the program stops. Offering
// adopts nothing: a person does, on the page that shows the difference.
func watchCatalogue(io *IO, a *app.App, dir string) {
	log, offered := io.logger(), ""
	for {
		bundle, err := packed(dir)
		switch {
		case err != nil:
			log.Warn("could not read the catalogue directory", "dir", dir, "err", err)
		case catalogue.SHA256(bundle) != offered:
			if err := a.Hub.OfferCatalogue(io.Ctx, bundle); err != nil {
				log.Warn("could not offer the catalogue", "dir", dir, "err", err)
				break
			}
			offered = catalogue.SHA256(bundle)
		}
		select {
		case <-a.Done():
			return
		case <-time.After(lookEvery):
		}
	}
}
