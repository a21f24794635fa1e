//go:build linux

package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"blackstart/internal/fault"
)

// The main job, done by people in a browser: from an empty directory to a closed incident with its report, with a real agent that really cuts a host off.
// Every step says what somebody sees. LOOK=dir keeps a picture of every page.
//
// Each language runs as a process in a network namespace of its own, where hub and browser live; the host has another one.
func TestJourney(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: a browser, a hub and an agent take their time")
	}
	if _, err := os.Stat(chromium); err != nil {
		t.Skipf("NOT TESTED: no Chromium at %s, so nobody walked through the pages", chromium)
	}
	if lang := os.Getenv(journeyVar); lang != "" {
		begin(t, lang).walk()
		return
	}
	for _, lang := range []string{"de", "en"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel() // each has a network of its own, and waits more than it works
			inside(t, lang)
		})
	}
}

// The people of the journey. Each has a browser of their own, so that a session is one person's.
var cast = map[string]struct{ name, organisation, customer, roles string }{
	"anna":  {name: "Anna Berger"},
	"jonas": {name: "Jonas Reuter", roles: "it approver"},
	"ida":   {name: "Ida Marek", organisation: "Nordlicht Forensik", roles: "forensics approver"},
	"karl":  {name: "Karl Ahorn", customer: "bkk-ahornwerk", roles: "contact"},
	"klara": {name: "Klara Pappel", customer: "bkk-silberpappel", roles: "contact"},
}

const (
	phraseOfAll = "correct horse battery staple"
	theHost     = "kern-bkk-ahornwerk"
	theCell     = "S2@bkk-ahornwerk"
)

// journey is one walk in one language.
type journey struct {
	*testing.T
	lang, dir string
	at        served
	keys      map[string]string // approvers' key files
	host      *namespaced
}

// in picks the words of the journey's language.
func (j *journey) in(de, en string) string {
	if j.lang == "de" {
		return de
	}
	return en
}

func begin(t *testing.T, lang string) *journey {
	j := &journey{T: t, lang: lang, dir: t.TempDir(), keys: map[string]string{}, host: raise(t)}
	catalogue := filepath.Join(j.dir, "insurers")
	if err := os.CopyFS(catalogue, os.DirFS("../../../examples/insurers")); err != nil {
		t.Fatal(err)
	}
	j.at = serve(t, filepath.Join(j.dir, "data"), catalogue)
	for _, id := range []string{"jonas", "ida"} {
		j.keys[id] = filepath.Join(j.dir, id+".key")
		shell{t, nil}.run(fault.ExitOK, "order", "key", "--out", j.keys[id], "--name", id)
	}
	return j
}

func (j *journey) walk() {
	anna := j.enter()
	j.open(anna)
	j.adopt(anna)
	j.people(anna)
	j.guest(anna)
	j.erase(anna)
	j.agent(anna)
	order := j.propose(anna)
	jonas := j.signIn("jonas")
	j.cut(anna, jonas, order)
	j.tell(anna)
	j.customers()
	ida := j.signIn("ida")
	j.restore(anna, jonas, ida)
	j.release(anna, jonas, ida)
	j.close(anna)
	verified := shell{j.T, nil}.run(fault.ExitOK, "journal", "verify", filepath.Join(j.dir, "data"))
	if !strings.Contains(verified, "key not pinned") {
		j.Errorf("verify said %q", verified)
	}
}

// enter takes the one-time link that serve prints. It works once.
func (j *journey) enter() *visitor {
	anna := j.visitor("anna")
	anna.open(j.at.link + "?lang=" + j.lang)
	anna.sees(j.in("Erster Start", "First start"))
	anna.picture("setup")
	anna.fill("input[name=id]", "anna")
	anna.fill("input[name=real_name]", "Anna Berger")
	anna.fill("input[name=password]", phraseOfAll)
	anna.fill("input[name=again]", phraseOfAll)
	anna.press("main button.primary")
	anna.picture("account-first")
	anna.secure()
	anna.sees("Anna Berger", j.in("Was jetzt", "What now"))
	anna.picture("board-first")
	stranger := j.visitor("stranger")
	stranger.open(j.at.link + "?lang=" + j.lang)
	stranger.sees(j.in("Diese Seite gibt es nicht", "This page does not exist"))
	stranger.open("/login")
	stranger.picture("login")
	return anna
}

// open begins the incident: nothing else is needed for it.
func (j *journey) open(anna *visitor) {
	anna.open("/board")
	anna.unfold(`form[action="/incident"]`)
	anna.fill("input[name=title]", j.in("Verschlüsselung auf einem Kernsystem", "Encryption on a core system"))
	anna.press(`form[action="/incident"] button`)
	anna.sees(j.in("Verschlüsselung auf einem Kernsystem", "Encryption on a core system"), "inc-1", j.in("Leitung: Anna Berger", "Lead: Anna Berger")) // who leads the house leads what they open
	anna.picture("board-open")
	anna.open("/log")
	anna.fill("textarea[name=text]", j.in("Der Nachtdienst meldet umbenannte Dateien.", "The night shift reports renamed files."))
	anna.press("form.write button")
	anna.sees(j.in("Der Nachtdienst meldet umbenannte Dateien.", "The night shift reports renamed files."), j.in("Vorfall eröffnet", "Incident opened"))
	anna.picture("log")
}

// adopt takes over the catalogue that waits: what serve saw in the directory is shown first, and a person adopts it.
func (j *journey) adopt(anna *visitor) {
	anna.open("/board")
	anna.sees(j.in("Noch ist kein Katalog übernommen", "No catalogue is adopted yet"))
	anna.press(".next a.primary")
	anna.until(`form[action="/catalogue/adopt"]`)
	anna.sees(j.in("Wartet auf Übernahme", "Waits to be adopted"))
	anna.picture("catalogue-waiting")
	anna.press(`form[action="/catalogue/adopt"] button`)
	anna.sees(j.in("Übernommen", "Adopted"), j.in("1.430", "1,430"))
	anna.picture("catalogue")
}

// accept takes an invitation up, in a browser of the invited person's own: the link from the page is what the code beside it holds.
func (j *journey) accept(id, name, link string) *visitor {
	invited := j.visitor(id + ", invited")
	invited.open(link)
	invited.sees(j.in("Willkommen", "Welcome"), id)
	invited.fill("[name=real_name]", name)
	invited.fill("[name=password]", phraseOfAll)
	invited.fill("[name=again]", phraseOfAll)
	invited.picture("invite-join")
	invited.press("main button.primary")
	invited.sees(name)
	stranger := j.visitor("stranger")
	stranger.open(link)
	stranger.sees(j.in("Diese Seite gibt es nicht", "This page does not exist"))
	return invited
}

// guest lets forensics from outside in for two days: they read and write one log book, and find nothing else.
func (j *journey) guest(anna *visitor) {
	anna.open("/people")
	anna.unfold(`form[action="/people"]`)
	anna.fill(`form[action="/people"] [name=id]`, "gast")
	anna.tick(`[name=role][value="guest"]`)
	anna.fill(`form[action="/people"] [name=until]`, time.Now().Add(48*time.Hour).Format("2006-01-02T15:04"))
	anna.fill(`form[action="/people"] [name=given]`, "incident:inc-1")
	anna.press(`form[action="/people"] button.primary`)
	anna.picture("invite")
	guest := j.accept("gast", "Gustav Gastmann", anna.text("[data-link]"))
	guest.secure() // and are led to the one thing that they were given
	guest.fill("textarea[name=text]", j.in("Gustav Gastmann fand eine Spur in der Registry.", "Gustav Gastmann found a trace in the registry."))
	guest.press("form.write button")
	guest.sees(j.in("fand eine Spur", "found a trace"))
	guest.picture("guest-log")
	for _, path := range []string{"/board", "/people", "/journal", "/log", "/report/inc-1"} {
		guest.open(path)
		guest.sees(j.in("Diese Seite gibt es nicht", "This page does not exist"))
	}
	guest.open("/people/gast/held")
	guest.sees(j.in("Was wir über diese Person speichern", "What we hold about this person"), "Gustav Gastmann")
}

// erase takes the words about the guest out of the record, after they were looked at. The incident is still open, so nothing is ticked by itself.
func (j *journey) erase(anna *visitor) {
	anna.open("/people/gast/shred")
	anna.sees("Gustav Gastmann", j.in("Was bleibt", "What stays"))
	anna.picture("shred")
	evaluated[bool](anna, "(() => { document.querySelectorAll('[name=entry], [name=despite]').forEach(b => { b.checked = true }); return true })()")
	anna.choose("select[name=basis]", "request")
	anna.press("#shred button.grave")
	anna.sees(j.in("gelöscht", "erased"))
	anna.misses("Gustav")
	anna.picture("held")
}

// people come in with their roles and, if they approve, with the public half of a key that never leaves them.
func (j *journey) people(anna *visitor) {
	for _, id := range []string{"jonas", "ida", "karl", "klara"} {
		who := cast[id]
		anna.open("/people")
		anna.unfold(`form[action="/people"]`)
		anna.fill(`form[action="/people"] [name=id]`, id)
		anna.fill("[name=organisation]", who.organisation)
		anna.fill("[name=customer]", who.customer)
		for _, role := range strings.Fields(who.roles) {
			anna.tick(`[name=role][value="` + role + `"]`)
		}
		if id == "jonas" {
			anna.picture("people-add")
		}
		anna.press(`form[action="/people"] button.primary`)
		j.accept(id, who.name, anna.text("[data-link]"))
	}
	anna.open("/people")
	anna.sees(j.in("Noch ohne Schlüssel", "No key yet"))
	for _, id := range []string{"jonas", "ida"} {
		public, err := os.ReadFile(j.keys[id] + ".pub")
		if err != nil {
			j.Fatal(err)
		}
		form := `form[action="/people/` + id + `/key"]`
		anna.unfold(form)
		anna.sees("blackstart order key --out " + id + ".key")
		anna.fill(form+" [name=public]", string(public))
		anna.press(form + " button")
		anna.sees("SHA256:")
	}
	anna.sees("Nordlicht Forensik")
	anna.picture("people")
}

// agent enrols the host by the command line that the page gives, and starts it there.
func (j *journey) agent(anna *visitor) {
	anna.open("/people")
	anna.sees(j.in("Noch keiner angemeldet", "None enrolled yet"))
	anna.unfold(`form[action="/agents/offer"]`)
	anna.fill(`form[action="/agents/offer"] [name=host]`, theHost)
	anna.press(`form[action="/agents/offer"] button`)
	anna.sees("blackstart agent enrol", "blackstart agent run")
	anna.picture("agent-offer")
	token := anna.text("[data-token]")
	j.host.run(j.T, "agent", "enrol", "--hub", j.at.base, "--ca", j.at.ca, "--token", token, "--host", theHost, "--dir", filepath.Join(j.dir, "agent"))
	j.host.start(j.T, "agent", "run", "--dir", filepath.Join(j.dir, "agent"))
	anna.open("/people")
	anna.until(`[data-host="host:` + theHost + `"] .st.o`)
	anna.picture("people-agent")
}

// propose asks what a cut would cost, and proposes it. The proposal leads to its order.
func (j *journey) propose(anna *visitor) (order string) {
	anna.open("/board")
	anna.sees(j.in("Noch ist nichts abgetrennt", "Nothing is cut off yet"))
	anna.picture("board-catalogue")
	anna.press(".next a.primary")
	anna.picture("impact")
	anna.choose(`form.filter select[name=off]`, "host:"+theHost)
	anna.press("form.filter button")
	anna.sees("BKK Ahornwerk", j.in("Wer verliert was", "Who loses what"))
	anna.picture("impact-host")
	anna.fill("input[name=reason]", j.in("Die Verschlüsselung läuft noch.", "The encryption is still running."))
	anna.press(`form[action="/impact/propose"] button.primary`)
	anna.sees(j.in("Die Verschlüsselung läuft noch.", "The encryption is still running."), j.in("0 von 1 Freigaben", "0 of 1 approvals"))
	anna.sees(j.in("kein Freigabeschlüssel", "no approver key"))
	anna.picture("order-proposed")
	return strings.TrimPrefix(anna.path(), "/order/")
}

// cut is watched: nobody loads a page again, and both say what the agent did and what a look from outside found.
func (j *journey) cut(anna, jonas *visitor, order string) {
	anna.open("/board")
	anna.sees(j.in("wartet auf eine Freigabe", "waits for one approval"))
	anna.picture("board-approve")
	watcher := anna.beside("/order/" + order)
	jonas.open("/board")
	jonas.press(".next a.primary")
	jonas.sees(j.in("Die Verschlüsselung läuft noch.", "The encryption is still running."))
	jonas.picture("order-approve")
	j.host.answers(j.T, true)
	jonas.sign(j.keys["jonas"])
	watcher.until(`#live[data-state=executed]`)
	watcher.until(`.st.o`)
	watcher.sees(j.in("Jonas Reuter", "Jonas Reuter"), j.in("1 von 1 Freigaben", "1 of 1 approvals"), j.in("wie gewollt", "as wanted"))
	watcher.picture("order-executed")
	anna.until(`[data-cell="` + theCell + `"][data-state=off]`)
	anna.sees(j.in("Ein Rechner ist abgetrennt", "One host is cut off"))
	anna.picture("board-cut")
	j.host.answers(j.T, false)
	anna.open("/cell/S2/bkk-ahornwerk")
	anna.sees(j.in("Vorsorglich abgeschaltet", "Switched off by us"))
	anna.picture("cell")
}

// tell publishes in both languages; everybody sees it at once, without script.
func (j *journey) tell(anna *visitor) {
	anna.open("/status")
	anna.unfold(`form[action="/status/say"]`)
	anna.fill("textarea[name=de]", "Das Kernsystem einer Kasse ist vorsorglich abgeschaltet. Mehr wissen wir noch nicht.")
	anna.fill("textarea[name=en]", "The core system of one insurer is switched off as a precaution. We do not know more yet.")
	anna.press(`form[action="/status/say"] button`)
	stranger := j.visitor("stranger")
	stranger.open("/status")
	stranger.sees(j.in("Das Kernsystem einer Kasse ist vorsorglich abgeschaltet", "The core system of one insurer is switched off"), j.in("Wir haben Dienste vorsorglich abgeschaltet", "We have switched services off as a precaution"))
	stranger.misses("Ahornwerk", "Berger")
	stranger.has(`[data-service=S2][data-state=partial]`)
	stranger.picture("status")
}

// customers see what is theirs, and nothing of each other.
func (j *journey) customers() {
	karl, klara := j.signIn("karl"), j.signIn("klara")
	karl.open("/")
	karl.sees("BKK Ahornwerk", j.in("Ihre Dienste", "Your services"))
	karl.has(`[data-cell="` + theCell + `"][data-state=off]`)
	karl.picture("customer-cut")
	klara.open("/")
	klara.sees("Silberpappel")
	klara.misses("Ahornwerk")
	klara.has(`[data-cell="S2@bkk-silberpappel"]:not([data-state=off])`)
	klara.picture("customer-other")
	klara.open("/c/bkk-ahornwerk")
	klara.sees(j.in("Diese Seite gibt es nicht", "This page does not exist"))
}

// restore works the plan off. Its gate needs two people; one of them twice is refused.
func (j *journey) restore(anna, jonas, ida *visitor) {
	anna.open("/board")
	anna.press(".next a.primary")
	anna.sees(j.in("Plan aufstellen", "Make a plan"))
	anna.picture("restore-none")
	anna.press(`form[action="/restore/plan"] button`)
	anna.sees(j.in("Wiederanlaufplan", "Recovery plan"), j.in("Freigabe zum Verbinden", "Release for connecting"))
	anna.picture("restore-plan")
	jonas.open("/restore")
	for jonas.count(`.step.work:not([data-state=done])`) > 0 {
		jonas.press(`.step button.primary`)
	}
	ida.open("/board")
	ida.sees(j.in("wartet auf 2 Personen", "waits for 2 people"))
	ida.press(".next a.primary")
	ida.picture("gate")
	gate := ida.attribute(`.step.gate form`, "action")
	ida.press(`.step.gate button.primary`)
	ida.sees(j.in("Ida Marek", "Ida Marek"), j.in("Es braucht noch eine andere Person", "Another person is needed"))
	ida.picture("gate-once")
	ida.post(gate) // as a form in a second window would
	ida.sees(j.in("Es braucht eine zweite Person", "A second person is needed"))
	ida.picture("gate-twice")
	jonas.open("/restore")
	jonas.press(`.step.gate button.primary`)
	jonas.sees(j.in("Freigabepunkt passiert", "Gate passed"))
	jonas.press(`.step.connect button.primary`)
	jonas.sees(j.in("Wieder öffnen", "Open again"))
	jonas.picture("restore-connect")
}

// release takes two approvals; then the host answers again, and its cells come back.
func (j *journey) release(anna, jonas, ida *visitor) {
	anna.open("/restore")
	anna.press(`.step.connect a.primary`)
	anna.unfold(`form[action$="/open"]`)
	anna.fill(`form[action$="/open"] input[name=reason]`, j.in("Neu aufgesetzt und geprüft.", "Reinstalled and examined."))
	anna.press(`form[action$="/open"] button`)
	anna.sees(j.in("Wieder ans Netz lassen", "Let back on the net"), j.in("0 von 2 Freigaben", "0 of 2 approvals"))
	order := anna.path()
	jonas.open(order)
	jonas.sign(j.keys["jonas"])
	jonas.sees(j.in("1 von 2 Freigaben", "1 of 2 approvals"))
	jonas.picture("order-half")
	j.host.answers(j.T, false)
	ida.open(order)
	ida.sign(j.keys["ida"])
	anna.until(`#live[data-state=executed]`)
	anna.until(`.st.o`)
	anna.picture("order-opened")
	j.host.answers(j.T, true)
	anna.open("/board")
	anna.until(`[data-cell="` + theCell + `"][data-state=returning]`)
	anna.picture("board-returning")
	jonas.open("/restore")
	jonas.press(`.step.connect button.primary`)
	anna.until(`[data-cell="` + theCell + `"][data-state=operational]`)
	anna.sees(j.in("Alles ist zurück", "Everything is back"))
	anna.picture("board-back")
}

// close ends the incident with what is still open, and leaves the report.
func (j *journey) close(anna *visitor) {
	anna.press(".next a.primary")
	anna.sees(j.in("Der Vorfall ist noch offen", "The incident is still open"))
	anna.press("a.primary")
	anna.fill("textarea[name=summary]", j.in("Ein Server verschlüsselt, getrennt, neu aufgesetzt.", "One server encrypted, cut off, reinstalled."))
	anna.fill("textarea[name=points]", j.in("Das Einfallstor ist nicht geklärt.", "The entry vector is not known."))
	anna.press(`form[action$="/close"] button`)
	anna.sees(j.in("Das Einfallstor ist nicht geklärt.", "The entry vector is not known."), j.in("Wer war wie lange ohne was", "Who was without what"), "BKK Ahornwerk",
		j.in("wie gewollt", "as wanted"), "Ida Marek", j.in("Journalkopf", "Journal head"), j.in("Vorfall geschlossen", "Incident closed"))
	anna.misses(j.in("Der Vorfall ist noch offen", "The incident is still open"))
	anna.picture("report")
	anna.open("/journal")
	anna.picture("journal")
	anna.press(".facts .seq")
	anna.sees(j.in("Beweis, dass der Eintrag im Journal steht", "Proof that the entry stands in the journal"))
	anna.picture("record")
	anna.open("/board")
	anna.sees(j.in("Kein Vorfall offen", "No incident is open"))
	anna.picture("board-peace")
}

// patience bounds every wait of the journey. It is far more than any step takes: a test that fails by it would fail without it too, only later.
const patience = 20 * time.Second
