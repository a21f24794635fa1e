package web

import (
	"net/http"

	"blackstart/internal/fault"
)

// Words of the error pages. The one for 404 is the same for "not there" and "not yours": it must not tell which.
var (
	wNotFound      = phrase{"Diese Seite gibt es nicht", "This page does not exist"}
	wNotFoundText  = phrase{"Vielleicht ist die Adresse falsch geschrieben, oder die Seite ist nicht für Sie bestimmt.", "Perhaps the address is mistyped, or the page is not meant for you."}
	wSignedOut     = phrase{"Sie sind nicht mehr angemeldet", "You are no longer signed in"}
	wSignedOutText = phrase{"Es wurde nichts eingetragen. Melden Sie sich in einem zweiten Fenster an, gehen Sie hier zurück und senden Sie das Formular noch einmal: Ihr Text steht noch darin.", "Nothing was entered. Sign in in a second window, go back here and send the form again: your text is still in it."}
	wBroken        = phrase{"Das hat nicht geklappt", "This did not work"}
	wBrokenText    = phrase{"Der Fehler liegt bei uns und ist vermerkt. Was vorher bestätigt wurde, ist sicher.", "The fault is ours and has been noted. What was confirmed before is safe."}
	wToStatus      = phrase{"Zur öffentlichen Seite", "To the public page"}
	wBackBoard     = phrase{"Zur Lage", "To the situation"}
)

// called404 names the window after the fault.
func (p *page) called404(status int) *page {
	p.title = http.StatusText(status)
	return p
}

// explain says a fault in the visitor's language where it is a common one, else in the program's own words. Details of a defect are for the log.
func (p *page) explain(err error) string {
	if f, ok := faultWords[fault.CodeOf(err)]; ok {
		return f.in(p.lang)
	}
	if fault.KindOf(err) == fault.Internal {
		return p.t(wBrokenText)
	}
	return err.Error()
}
