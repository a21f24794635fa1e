package web

import (
	"net/http"
	"strings"

	"github.com/go-json-experiment/json"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/seal"
	"blackstart/internal/subject/contain"
	"blackstart/internal/subject/order"
)

var (
	wWaiting       = phrase{"Warten auf Freigabe", "Waiting for approval"}
	wRunning       = phrase{"In Kraft oder unterwegs", "In force or on their way"}
	wDoneOrders    = phrase{"Erledigt", "Done"}
	wNoOrders      = phrase{"Keine Anordnung wartet auf Sie", "No order waits for you"}
	wNoOrdersText  = phrase{"Eine Anordnung entsteht aus einem Vorschlag auf der Seite Auswirkung.", "An order comes from a proposal on the impact page."}
	wApprovalsOf   = phrase{"%d von %d Freigaben", "%d of %d approvals"}
	wOrderTitle    = phrase{"Anordnung %s", "Order %s"}
	wWhatHappens   = phrase{"Was geschieht", "What will happen"}
	wTargets       = phrase{"Auf", "On"}
	wTargetsN      = phrase{"%d Rechner", "%d hosts"}
	wClass         = phrase{"Klasse", "Class"}
	wExpires       = phrase{"Gilt bis", "Valid until"}
	wLease         = phrase{"Öffnet von selbst, wenn der Agent stirbt, nach", "Opens by itself, should the agent die, after"}
	wPrice         = phrase{"Was es kostet", "What it costs"}
	wBytes         = phrase{"Genau diese Bytes werden unterschrieben", "Exactly these bytes are signed"}
	wHash          = phrase{"Prüfsumme", "Digest"}
	wHashWords     = phrase{"In Worten, zum Vorlesen am Telefon", "In words, to be read out on the phone"}
	wApprovedBy    = phrase{"Freigegeben von", "Approved by"}
	wNobodyYet     = phrase{"Noch niemand.", "Nobody yet."}
	wApprove       = phrase{"Freigeben", "Approve"}
	wApproveKey    = phrase{"Ihre Schlüsseldatei", "Your key file"}
	wApproveKeyX   = phrase{"Sie bleibt auf diesem Gerät. Unterschrieben wird hier im Browser; gesendet wird nur die Unterschrift.", "It stays on this device. Signing happens here in the browser; only the signature is sent."}
	wApproveSign   = phrase{"Unterschreiben und freigeben", "Sign and approve"}
	wApproveFile   = phrase{"Oder eine fertige Freigabe einfügen", "Or paste a finished approval"}
	wApproveFileX  = phrase{"So entsteht sie ohne Browser: blackstart order approve, mit Schlüsseldatei oder SSH", "How to make one without a browser: blackstart order approve, with a key file or SSH"}
	wApproveSend   = phrase{"Freigabe senden", "Send the approval"}
	wYouApproved   = phrase{"Sie haben freigegeben. Es fehlt noch jemand anderes.", "You have approved. Somebody else is still missing."}
	wNoKeyOfYours  = phrase{"Für Sie ist hier kein Freigabeschlüssel hinterlegt: Eine andere Person muss freigeben. Schlüssel stehen unter", "You have no approver key here: another person must approve. Keys are under"}
	wReceipts      = phrase{"Quittungen der Agenten", "Receipts of the agents"}
	wProbes        = phrase{"Blick von außen", "View from outside"}
	wShould        = phrase{"soll antworten", "should answer"}
	wShouldNot     = phrase{"soll schweigen", "should be silent"}
	wAnswers       = phrase{"antwortet", "answers"}
	wSilent        = phrase{"schweigt", "is silent"}
	wAsWanted      = phrase{"wie gewollt", "as wanted"}
	wNotAsWanted   = phrase{"nicht wie gewollt", "not as wanted"}
	wReopen        = phrase{"Wieder öffnen", "Open again"}
	wReopenDo      = phrase{"Öffnung vorschlagen", "Propose to open"}
	wReopenX       = phrase{"Öffnen braucht zwei Freigaben von verschiedenen Personen.", "Opening needs two approvals by different people."}
	wWithdraw      = phrase{"Zurückziehen", "Withdraw"}
	wWithdrawDo    = phrase{"Vorschlag zurückziehen", "Withdraw the proposal"}
	wUndoneBy      = phrase{"Wird aufgehoben durch", "Undone by"}
	wNeedsScript   = phrase{"Zum Unterschreiben im Browser braucht es JavaScript und eine sichere Verbindung.", "Signing in the browser needs JavaScript and a secure connection."}
	wSignNoSupport = phrase{"Dieser Browser kann hier nicht mit Ed25519 unterschreiben. Nehmen Sie blackstart order approve.", "This browser cannot sign with Ed25519 here. Use blackstart order approve."}
	wSignBadKey    = phrase{"Diese Datei enthält keinen Ed25519-Schlüssel (PEM, PKCS #8).", "This file holds no Ed25519 key (PEM, PKCS #8)."}
)

var verbWords = map[string]phrase{
	"isolate": {"Vom Netz trennen", "Cut off the net"},
	"release": {"Wieder ans Netz lassen", "Let back on the net"},
	"report":  {"Zustand berichten", "Report its state"},
	"trust":   {"Vertrauensliste ändern", "Change the trust root"},
}

var classOrderWords = map[string]phrase{
	"read":      {"lesen", "read"},
	"collect":   {"Inhalt lesen", "read content"},
	"cut":       {"einen abschalten", "cut one"},
	"cut-many":  {"viele abschalten", "cut many"},
	"loosen":    {"lockern", "loosen"},
	"overwrite": {"überschreiben", "overwrite"},
	"trust":     {"Vertrauen ändern", "change trust"},
}

var orderStateWords = map[string]phrase{
	"drafted":   {"wartet auf Freigabe", "waits for approval"},
	"ready":     {"freigegeben", "approved"},
	"issued":    {"unterwegs", "on its way"},
	"accepted":  {"angenommen", "accepted"},
	"executed":  {"ausgeführt", "carried out"},
	"refused":   {"vom Agenten abgelehnt", "refused by the agent"},
	"unknown":   {"Ausgang unbekannt", "outcome unknown"},
	"released":  {"aufgehoben", "released"},
	"expired":   {"abgelaufen", "expired"},
	"withdrawn": {"zurückgezogen", "withdrawn"},
}

// receiptWords says why an agent refused or ended something (order.Code, a closed list).
var receiptWords = map[string]phrase{
	"malformed":      {"nicht lesbar", "cannot be read"},
	"unknown_verb":   {"kennt diesen Befehl nicht", "does not know this verb"},
	"not_hub":        {"nicht von diesem Haus unterschrieben", "not signed by this house"},
	"unknown_key":    {"Freigabe mit einem Schlüssel, den der Agent nicht kennt", "approved with a key that the agent does not know"},
	"unverified":     {"Freigabe ohne Nachweis, dass der Mensch dabei war", "approved without proof that the person was there"},
	"other_bytes":    {"Freigabe für einen anderen Inhalt", "approved for other contents"},
	"same_person":    {"zwei Freigaben derselben Person", "two approvals by the same person"},
	"unapproved":     {"zu wenige Freigaben", "too few approvals"},
	"other_host":     {"für einen anderen Rechner", "for another host"},
	"not_yet":        {"gilt noch nicht", "not valid yet"},
	"expired":        {"abgelaufen", "expired"},
	"overtaken":      {"von einer neueren Anordnung überholt", "overtaken by a newer order"},
	"no_hub_address": {"die Regeln hätten uns ausgesperrt", "the rules would have locked us out"},
	"not_applied":    {"der Kern des Rechners hat die Regeln abgelehnt", "the host's kernel refused the rules"},
	"unconfirmed":    {"wir waren durch die neuen Regeln nicht erreichbar", "we could not be reached through the new rules"},
	"lease_ended":    {"die Frist ist abgelaufen", "its lease is over"},
	"ordered":        {"auf Anordnung", "by an order"},
	"weaker":         {"schwächer als die Abschaltung, die schon gilt", "weaker than the cut in force"},
	"hub_here":       {"auf diesem Rechner läuft das Haus selbst", "the house itself runs on this host"},
	"interrupted":    {"durch einen Absturz unterbrochen", "interrupted by a crash"},
}

func (s *server) approvals(w http.ResponseWriter, r *http.Request, p *page) error {
	v, err := s.deps.House.OrderList(r.Context())
	if err != nil {
		return err
	}
	p.frame, p.section, p.title, p.live = v.Frame, wOrders, p.t(wOrders), true
	if isFragment(r) {
		return s.draw(w, r, ordersLive(p, v))
	}
	return s.draw(w, r, ordersPage(p, v))
}

func (s *server) order(w http.ResponseWriter, r *http.Request, p *page) error {
	v, err := s.deps.House.Order(r.Context(), r.PathValue("id"), p.who.Actor())
	if err != nil {
		return err
	}
	p.frame, p.section, p.title, p.live, p.signs = v.Frame, wOrders, p.t(wOrderTitle, v.ID), true, v.MayApprove
	if isFragment(r) {
		return s.draw(w, r, orderLive(p, v))
	}
	return s.draw(w, r, orderPage(p, v))
}

func (s *server) approve(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	approval, err := approvalOf([]byte(r.PostForm.Get("approval")))
	if err == nil {
		_, err = s.act(r, order.Approve{ID: order.ID(id), Approval: approval})
	}
	return s.after(w, r, err, local("order", id), s.order)
}

// approvalOf reads an approval as the browser's script and `order approve` write it: {"kind","keyid","sig"}, or the whole envelope with one in it.
func approvalOf(text []byte) (seal.Approval, error) {
	var one seal.Approval
	if err := json.Unmarshal(text, &one, json.RejectUnknownMembers(true)); err == nil && len(one.Sig) > 0 {
		return one, nil
	}
	if given, err := seal.ParseSSHApproval(text); err == nil {
		return given, nil // what ssh-keygen -Y sign wrote
	}
	var whole seal.Envelope
	if err := json.Unmarshal(text, &whole, json.RejectUnknownMembers(true)); err == nil && len(whole.Approvals) > 0 {
		return whole.Approvals[len(whole.Approvals)-1], nil // the newest stands last
	}
	return seal.Approval{}, fault.New(fault.Invalid, "web.approval", "could not read the approval").Hinted("make one with 'blackstart order approve'")
}

func (s *server) reopen(w http.ResponseWriter, r *http.Request) error {
	done, err := s.act(r, contain.Open{ID: contain.ID(r.PathValue("id")), Reason: strings.TrimSpace(r.PostForm.Get("reason"))})
	return s.after(w, r, err, drafted(done), s.approvals)
}

func (s *server) withdraw(w http.ResponseWriter, r *http.Request) error {
	_, err := s.act(r, contain.Withdraw{ID: contain.ID(r.PathValue("id")), Reason: strings.TrimSpace(r.PostForm.Get("reason"))})
	return s.after(w, r, err, "/approvals", s.approvals)
}
