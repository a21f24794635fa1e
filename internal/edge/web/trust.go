package web

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/netip"
	"strings"

	"github.com/go-json-experiment/json"

	"blackstart/internal/fault"
	"blackstart/internal/hub"
	"blackstart/internal/ledger/seal"
	"blackstart/internal/subject/access"
	"blackstart/internal/subject/order"
)

var (
	wTrust         = phrase{"Wem Agenten gehorchen", "Whom agents obey"}
	wTrustText     = phrase{"Die Vertrauensliste. Agenten prüfen jede Freigabe selbst dagegen. Drucken Sie diese Seite und legen Sie sie in den Tresor: Mit ihr lässt sich prüfen, was ein Agent bei seiner Anmeldung zeigt.", "The trust root. Agents check every approval against it themselves. Print this page and keep it in the safe: by it one can check what an agent shows when it enrols."}
	wTrustNone     = phrase{"Noch keine: Es ist kein Freigabeschlüssel hinterlegt.", "None yet: no approver's key is enrolled."}
	wTrustVersion  = phrase{"Fassung", "Version"}
	wTrustOrigin   = phrase{"Aufzeichnung", "Record"}
	wTrustHub      = phrase{"Schlüssel des Hauses", "Key of the house"}
	wTrustNeeds    = phrase{"Eine Änderung geben frei", "A change is approved by"}
	wTrustNeedsN   = phrase{"%d von %d Personen", "%d of %d people"}
	wTrustSince    = phrase{"In Kraft seit", "In force since"}
	wTrustFree     = phrase{"Noch ist niemand gebunden: Bis der erste Agent angemeldet ist, gilt jede Änderung der Schlüssel sofort. Danach ändern nur noch die Personen in der Liste, wem Agenten gehorchen.", "Nobody is bound yet: until the first agent is enrolled, every change of keys takes effect at once. From then on only the people in the root change whom agents obey."}
	wTrustUnknown  = phrase{"Agenten gehorchen diesem Haus nicht: Die Liste nennt einen anderen Schlüssel, wie nach einer Übernahme. Schlagen Sie unten die Liste mit dem Schlüssel dieses Hauses vor.", "Agents do not obey this house: the root names another key, as after a takeover. Propose the root with this house's key below."}
	wTrustDiffers  = phrase{"Die Schlüssel hier sind andere als in der Liste. Für Agenten, auch für neue, ändert sich nichts, bis die Personen in der Liste die neue freigeben. Ein zurückgenommener Schlüssel zählt hier schon nicht mehr, aber Agenten glauben ihm noch: Eilt es, geben Sie die neue Liste sofort frei.", "The keys here are not those of the root. Nothing changes for agents, new ones included, until the people in the root approve the new one. A key taken back counts no more here, but agents still believe it: if it is urgent, approve the new root at once."}
	wTrustWaits    = phrase{"Eine neue Liste wartet auf Freigabe:", "A new root waits for approval:"}
	wTrustBehind   = phrase{"%d von %d Agenten gehorchen noch einer älteren Liste. Sie nehmen die neue, sobald sie anrufen; einem Rechner ohne Verbindung bringt man die Anordnung als Datei.", "%d of %d agents still obey an older root. They take the new one as soon as they call; to a host without a connection the order is carried as a file."}
	wTrustAll      = phrase{"Alle Agenten gehorchen dieser Liste.", "All agents obey this root."}
	wTrustPropose  = phrase{"Neue Liste vorschlagen", "Propose a new root"}
	wTrustProposeX = phrase{"Vorgeschlagen werden die Personen und Schlüssel, die jetzt hier hinterlegt sind. Freigeben müssen die Personen der Liste, die in Kraft ist.", "Proposed are the people and keys that are enrolled here now. The people of the root in force must approve."}
	wTrustReasonX  = phrase{"Steht für immer in der Anordnung; keine Namen.", "It stands in the order for ever; no names."}
	wTrustMove     = phrase{"Agenten sollen woanders anrufen (nach einer Übernahme)", "Agents shall call elsewhere (after a takeover)"}
	wTrustHubs     = phrase{"Adressen, IP:PORT", "Addresses, IP:PORT"}
	wTrustHubsX    = phrase{"Leer: wo sie jetzt anrufen.", "Empty: where they call now."}
	wTrustCA       = phrase{"Fingerabdruck des Zertifikats", "Fingerprint of the certificate"}
	wTrustCAX      = phrase{"Die Zeile „ca“ vom Start dieses Hauses. Leer: das bisherige.", "The line “ca” of this house's start. Empty: the one so far."}
	wInRoot        = phrase{"Agenten glauben ihm", "agents believe it"}
	wNotInRoot     = phrase{"Agenten glauben ihm noch nicht", "agents do not believe it yet"}
	wKeyTake       = phrase{"Zurücknehmen", "Take back"}
	wKeyTakeX      = phrase{"Der Schlüssel zählt hier sofort nicht mehr und wird nie wieder angenommen.", "The key counts no more here at once and is never taken again."}
	wMustVerify    = phrase{"mit PIN oder Finger", "with PIN or finger"}
	wPasskeyMake   = phrase{"Passkey zum Freigeben machen", "Make a passkey to approve with"}
	wPasskeyMakeX  = phrase{"Auf diesem Gerät oder einem Sicherheitsschlüssel, nur zum Freigeben: Anmelden kann man sich damit nicht. Es fragt nach PIN oder Finger.", "On this device or a security key, for approving only: it does not sign you in. It asks for PIN or finger."}
	wPasskeySign   = phrase{"Mit Passkey freigeben", "Approve with a passkey"}
	wPasskeySignX  = phrase{"Vergleichen Sie vorher die Prüfsumme auf einem zweiten Weg: Ihr Gerät zeigt nicht, was es unterschreibt.", "Compare the digest over a second path first: your device does not show what it signs."}
	wPasskeyFailed = phrase{"Der Passkey wurde nicht benutzt. Versuchen Sie es noch einmal, oder nehmen Sie einen anderen Schlüssel.", "The passkey was not used. Try again, or take another key."}
	wPasskeyNone   = phrase{"Dieser Browser kennt hier keine Passkeys: Sie brauchen TLS und einen Namen statt einer Adresse. Nehmen Sie eine Schlüsseldatei oder SSH.", "This browser knows no passkeys here: they need TLS and a name instead of an address. Use a key file or SSH."}
	wCutManyLocked = phrase{"Viele Rechner auf einmal abschalten: gesperrt. Es braucht drei Personen mit Freigabeschlüssel, damit auch dann noch zwei da sind, wenn eine ausfällt; noch fehlend: %d.", "Cutting many hosts off at once: locked. It takes three people with approver keys, so that two are left when one is not there; still missing: %d."}
	wCutManyOpen   = phrase{"So geht es auf: Schlüssel hinterlegen unter", "To unlock it: enrol keys under"}
	wCutManyRoot   = phrase{"; sind Agenten angemeldet, die neue Liste freigeben.", "; where agents are enrolled, approve the new root."}
	wEverybody     = phrase{"alle Agenten", "all agents"}
	wTrustAdded    = phrase{"Neu in der Liste", "New in the root"}
	wTrustRemoved  = phrase{"Nicht mehr in der Liste", "No longer in the root"}
	wTrustNewHub   = phrase{"Das Haus hat einen anderen Schlüssel", "The house has another key"}
	wTrustNext     = phrase{"Die neue Liste, ganz", "The new root, whole"}
	wTrustCalls    = phrase{"Agenten rufen dann an bei", "Agents then call at"}
	wNotObeyed     = phrase{"%d Agenten gehorchen dieser Liste noch nicht.", "%d agents do not obey this root yet."}
	wTrustSame     = phrase{"Die Liste, die in Kraft ist, sagt schon dasselbe.", "The root in force says the same already."}
)

var keyKindWords = map[string]phrase{
	"ed25519":  {"Schlüsseldatei", "key file"},
	"sshsig":   {"SSH-Schlüssel", "SSH key"},
	"webauthn": {"Passkey", "passkey"},
}

// proposeRoot drafts the order by which agents get the people and keys of this house.
func (s *server) proposeRoot(w http.ResponseWriter, r *http.Request) error {
	f := r.PostForm
	c := order.ProposeRoot{Reason: strings.TrimSpace(f.Get("reason")), CA: strings.TrimSpace(f.Get("ca"))}
	for _, text := range strings.Fields(f.Get("hubs")) {
		a, err := netip.ParseAddrPort(text)
		if err != nil {
			err = fault.New(fault.Invalid, "web.address", "could not read the address %q: want IP:PORT", text)
			return s.again(w, r, err, s.people)
		}
		c.Hubs = append(c.Hubs, a)
	}
	done, err := s.act(r, c)
	return s.after(w, r, err, drafted(done), s.people)
}

func (s *server) removeKey(w http.ResponseWriter, r *http.Request) error {
	_, err := s.act(r, access.RemoveKey{User: r.PathValue("id"), Fingerprint: r.PostForm.Get("fingerprint")})
	return s.after(w, r, err, "/people#keys", s.people)
}

// keyOf is the key in the form: a text, or a passkey that the browser has just made. On which page it was made the browser says in a header that no page can set
// (Fetch standard, forbidden request-headers).
func keyOf(r *http.Request) access.EnrolKey {
	f := r.PostForm
	c := access.EnrolKey{User: r.PathValue("id"), Public: strings.TrimSpace(f.Get("public"))}
	if id, err := base64.StdEncoding.DecodeString(f.Get("credential")); err == nil && len(id) > 0 {
		c.Credential, c.RP, c.Origin = id, f.Get("rp_id"), r.Header.Get("Origin")
	}
	return c
}

// targets is what an order is for, in words, with how many there are.
func (p *page) targets(o hub.OrderLine) string {
	if len(o.Targets) == 0 {
		return p.t(wEverybody)
	}
	return p.hosts(o.Targets)
}

// challenge is what a passkey signs for an order: SHA-256 of the PAE (docs/orders.md, section 1).
func challenge(v hub.OrderView) string {
	sum := sha256.Sum256(seal.PAE(v.PayloadType, v.Payload))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// passkeyRef is a passkey as the script reads it.
type passkeyRef struct {
	ID    []byte `json:"id"`
	KeyID string `json:"keyid"`
	RP    string `json:"rp"`
}

func passkeyRefs(list []hub.PasskeyRef) (string, error) {
	refs := make([]passkeyRef, len(list))
	for n, k := range list {
		refs[n] = passkeyRef{k.Credential, k.Fingerprint, k.RP}
	}
	text, err := json.Marshal(refs)
	return string(text), err
}
