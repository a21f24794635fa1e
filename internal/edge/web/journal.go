package web

import (
	"net/http"
	"strconv"

	"blackstart/internal/fault"
	"blackstart/internal/hub"
)

var (
	wKind         = phrase{"Art", "Kind"}
	wJournalEmpty = phrase{"Kein Eintrag dieser Art.", "No entry of this kind."}
	wJournalText  = phrase{"Jeder Eintrag steht für immer. Prüfen lässt sich das ohne uns: blackstart journal verify.", "Every entry stands for ever. It can be checked without us: blackstart journal verify."}
	wAudited      = phrase{"Seit dem Start sind alle %s Einträge geprüft.", "All %s entries have been verified since the start."}
	wAuditing     = phrase{"Geprüft seit dem Start: %s von %s Einträgen.", "Verified since the start: %s of %s entries."}
	wRecordTitle  = phrase{"Eintrag %s", "Entry %s"}
	wEntered      = phrase{"Eingetragen", "Entered"}
	wHappenedAt   = phrase{"Geschehen", "Happened"}
	wActor        = phrase{"Wer", "Who"}
	wLeafBytes    = phrase{"Der Eintrag, Byte für Byte wie gehasht", "The entry, byte for byte as hashed"}
	wPrivate      = phrase{"Geschützter Teil", "Private part"}
	wPrivateNo    = phrase{"Vorhanden, aber nicht für Ihre Rolle bestimmt.", "There is one, but it is not meant for your role."}
	wPrivateGone  = phrase{"Gelöscht. Die Prüfsumme im Eintrag bleibt und der Beweis gilt weiter. Wer das wann entschied, steht hier:", "Erased. Its digest stays in the entry and the proof still holds. Who decided that, and when, stands here:"}
	wPrivateOut   = phrase{"Nicht hier: Beim Übernehmen dieses Journals aus einer Kopie war der geschützte Teil nicht dabei. Seine Prüfsumme steht im Eintrag.", "Not here: the private part did not come along when this journal was carried over from a copy. Its digest stands in the entry."}
	wProof        = phrase{"Beweis, dass der Eintrag im Journal steht", "Proof that the entry stands in the journal"}
	wProofText    = phrase{"Der Blatthash wird mit diesen %d Hashes zum Wurzelhash des Prüfpunkts (RFC 6962, 2.1.1).", "The leaf hash and these %d hashes give the root hash of the checkpoint (RFC 6962, 2.1.1)."}
	wProofWaits   = phrase{"Noch kein Prüfpunkt deckt diesen Eintrag. Der nächste kommt in höchstens einer Minute.", "No checkpoint covers this entry yet. The next comes within a minute."}
	wLeaf         = phrase{"Blatthash", "Leaf hash"}
	wPath         = phrase{"Pfad", "Path"}
	wRoot         = phrase{"Wurzelhash", "Root hash"}
	wCheckpoint   = phrase{"Unterschriebener Prüfpunkt", "Signed checkpoint"}
	wSameBatch    = phrase{"Im selben Schritt geschrieben", "Written in the same step"}
	wTreeSize     = phrase{"Einträge im Prüfpunkt", "Entries in the checkpoint"}
)

func number64(text string) uint64 {
	n, _ := strconv.ParseUint(text, 10, 64) // unreadable counts as not given
	return n
}

// audited says how far the verification is; nothing before it has begun.
func (p *page) audited(a hub.Audited) string {
	switch {
	case a.Done:
		return p.t(wAudited, p.num(int(a.Verified)))
	case a.Of > 0:
		return p.t(wAuditing, p.num(int(a.Verified)), p.num(int(a.Of)))
	}
	return ""
}

func (s *server) journal(w http.ResponseWriter, r *http.Request, p *page) error {
	q := r.URL.Query()
	v, err := s.deps.House.Journal(r.Context(), q.Get("kind"), number64(q.Get("before")), perPage)
	if err != nil {
		return err
	}
	p.frame, p.section, p.title = v.Frame, wJournal, p.t(wJournal)
	return s.draw(w, r, journalPage(p, v))
}

func (s *server) record(w http.ResponseWriter, r *http.Request, p *page) error {
	seq, err := strconv.ParseUint(r.PathValue("seq"), 10, 64)
	if err != nil || seq == 0 {
		return fault.New(fault.NotFound, "web.not_found", "could not find the entry")
	}
	v, err := s.deps.House.Record(r.Context(), seq, p.who.Actor())
	if err != nil {
		return err
	}
	p.frame, p.section, p.title = v.Frame, wJournal, p.t(wRecordTitle, "#"+r.PathValue("seq"))
	return s.draw(w, r, recordPage(p, v))
}
