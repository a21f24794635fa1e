package web

// faultWords says the faults people meet most in their own language; others are shown as the program says them.
var faultWords = map[string]phrase{
	"access.forbidden":      {"Dafür fehlt Ihnen das Recht. Fragen Sie die Stabsleitung.", "You are not allowed to do this. Ask the crisis team lead."},
	"access.sign_in":        {"Name oder Passwort stimmt nicht.", "The name or the password is wrong."},
	"access.set_up":         {"Dieser Link ist verbraucht oder abgelaufen. Ein neuer entsteht beim nächsten Start.", "This link is used or expired. The next start makes a new one."},
	"incident.closed":       {"Der Vorfall ist geschlossen. Ins Logbuch kann noch geschrieben werden.", "The incident is closed. The log book can still be written to."},
	"incident.cells_held":   {"Noch sind Zellen abgeschaltet. Bringen Sie sie zurück, oder nennen Sie sie als offenen Punkt.", "Cells are still switched off. Restore them, or name them as an open point."},
	"incident.same_lead":    {"Diese Person leitet den Vorfall schon.", "This person leads the incident already."},
	"order.same_person":     {"Sie haben schon freigegeben. Es braucht eine zweite Person.", "You have approved already. A second person is needed."},
	"order.other_bytes":     {"Die Freigabe gilt für einen anderen Inhalt. Laden Sie die Anordnung neu.", "The approval is for other contents. Load the order again."},
	"order.unknown_key":     {"Diesen Schlüssel kennt das Haus nicht.", "This key is not known here."},
	"contain.gate_open":     {"Vor dem Öffnen fehlt noch ein Freigabepunkt des Wiederanlaufs.", "A gate of the restore must be passed before it is opened."},
	"restore.not_connected": {"Erst muss der Rechner wieder offen und von außen geprüft sein.", "The host must be open again and checked from outside first."},
	"restore.stale":         {"Der Stand hat sich geändert. Laden Sie die Seite neu und entscheiden Sie dann.", "The state has changed. Load the page again, then decide."},
	"restore.same_person":   {"Sie haben an diesem Freigabepunkt schon entschieden. Es braucht eine zweite Person.", "You have decided at this gate already. A second person is needed."},
	"text.empty":            {"Der Text fehlt.", "The text is missing."},
	"text.too_long":         {"Der Text ist zu lang.", "The text is too long."},
	"web.time":              {"Die Zeit ist nicht lesbar. Beispiel: 2026-11-21 14:03", "The time cannot be read. Example: 2026-11-21 14:03"},
	"hub.future":            {"Die Zeit liegt in der Zukunft.", "The time lies in the future."},
	"web.approval":          {"Die Freigabe ist nicht lesbar. Laden Sie eine Datei von „order approve“ hoch, oder wählen Sie Ihren Schlüssel.", "The approval cannot be read. Upload a file made by 'order approve', or choose your key."},
	"access.password":       {"Das Passwort ist zu kurz: mindestens 12 Zeichen.", "The password is too short: at least 12 characters."},
	"web.password_differs":  {"Die beiden Passwörter sind verschieden.", "The two passwords differ."},
}
