package web

import "net/http"

var (
	wAdopted      = phrase{"Übernommen", "Adopted"}
	wNotAdopted   = phrase{"Noch kein Katalog übernommen", "No catalogue adopted yet"}
	wNotAdoptedX  = phrase{"Ein Katalog ist ein Verzeichnis mit YAML-Dateien. Prüfen Sie es, und nennen Sie es beim Start; dann steht hier, was übernommen würde. Oder übernehmen Sie es von der Kommandozeile.", "A catalogue is a directory of YAML files. Check it, and name it at the start; then this page shows what would be adopted. Or adopt it from the command line."}
	wWaitingCat   = phrase{"Wartet auf Übernahme", "Waits to be adopted"}
	wNothingWaits = phrase{"Das Verzeichnis ist, wie übernommen.", "The directory is as adopted."}
	wAdoptDo      = phrase{"Diese Fassung übernehmen", "Adopt this revision"}
	wRefused      = phrase{"So kann sie nicht übernommen werden", "It cannot be adopted like this"}
	wFindings     = phrase{"Befunde", "Findings"}
	wChanges      = phrase{"Änderungen", "Changes"}
	wEnvs         = phrase{"Umgebungen", "Environments"}
	wCustomersT   = phrase{"Kunden", "Customers"}
	wCells        = phrase{"Zellen", "Cells"}
)

var opWords = map[string]phrase{
	"added":   {"neu", "added"},
	"removed": {"entfernt", "removed"},
	"changed": {"geändert", "changed"},
}

var levelWords = map[string]phrase{
	"error":   {"Fehler", "error"},
	"warning": {"Warnung", "warning"},
}

func (s *server) catalogue(w http.ResponseWriter, r *http.Request, p *page) error {
	v, err := s.deps.House.Catalogue(r.Context())
	if err != nil {
		return err
	}
	p.frame, p.section, p.title = v.Frame, wCatalogue, p.t(wCatalogue)
	return s.draw(w, r, cataloguePage(p, v))
}

// adopt takes over the revision that the page showed, and no other: its hash goes with the form.
func (s *server) adopt(w http.ResponseWriter, r *http.Request) error {
	who, _ := visitorOf(r)
	err := s.deps.House.AdoptWaiting(r.Context(), who.Actor(), formKey(who, r), r.PostForm.Get("sha256"))
	return s.after(w, r, err, "/catalogue", s.catalogue)
}
