package web

import (
	"encoding/json"
	"net/http"
	"strconv"

	"blackstart/internal/fault"
	"blackstart/internal/hub"
	"blackstart/internal/subject/access"
)

var (
	wMyAccess      = phrase{"Mein Zugang", "My access"}
	wFirstFactor   = phrase{"Noch ein Schritt, dann sind Sie drin: Fügen Sie einen Passkey oder eine Code-App hinzu. Ein Passwort allein genügt hier nicht.", "One more step and you are in: add a passkey or a code app. A password alone is not enough here."}
	wFirstPaper    = phrase{"Noch ein Schritt, dann sind Sie drin: Drucken Sie Ersatzcodes, für den Tag, an dem das Gerät fehlt.", "One more step and you are in: print recovery codes, for the day the device is missing."}
	wPasskeys      = phrase{"Passkeys", "Passkeys"}
	wPasskeysText  = phrase{"Ein Passkey ist ein Schlüssel in Ihrem Gerät oder auf einem USB-Stift. Er ersetzt Passwort und Code, und niemand kann ihn abfragen.", "A passkey is a key in your device or on a USB stick. It takes the place of password and code, and nobody can phish it."}
	wNoPasskeys    = phrase{"Noch keiner.", "None yet."}
	wPasskeyLabel  = phrase{"Wie soll er heißen?", "What shall it be called?"}
	wPasskeyLabelX = phrase{"Zum Beispiel „Laptop“ oder „USB-Stift am Schlüsselbund“.", "For example “laptop” or “USB stick on the key ring”."}
	wPasskeyAdd    = phrase{"Passkey hinzufügen", "Add a passkey"}
	wPasskeyAt     = phrase{"gilt unter %s", "works under %s"}
	wAdded         = phrase{"hinzugefügt", "added"}
	wLastUsed      = phrase{"zuletzt benutzt", "last used"}
	wNeverUsed     = phrase{"noch nicht benutzt", "not used yet"}
	wTakeAway      = phrase{"Entfernen", "Remove"}
	wApp           = phrase{"Code-App", "Code app"}
	wAppText       = phrase{"Eine App auf dem Telefon, die alle 30 Sekunden einen Code zeigt. Neben dem Passwort.", "An app on the phone that shows a code every 30 seconds. Beside the password."}
	wAppSince      = phrase{"eingerichtet", "set up"}
	wAppAdd        = phrase{"Code-App einrichten", "Set up a code app"}
	wAppOther      = phrase{"Andere App einrichten", "Set up another app"}
	wAppScan       = phrase{"Scannen Sie das Bild mit der App, oder tippen Sie das Geheimnis ab. Niemand sonst darf es sehen.", "Scan the picture with the app, or type the secret. Nobody else may see it."}
	wAppSecret     = phrase{"Geheimnis", "Secret"}
	wAppCode       = phrase{"Der Code, den die App jetzt zeigt", "The code that the app shows now"}
	wAppDo         = phrase{"Einrichten", "Set up"}
	wPaper         = phrase{"Ersatzcodes auf Papier", "Recovery codes on paper"}
	wPaperText     = phrase{"Zehn Codes für den Tag, an dem das Gerät fehlt. Jeder gilt einmal, neben dem Passwort.", "Ten codes for the day the device is missing. Each works once, beside the password."}
	wPaperLeft     = plural{one: phrase{"Noch %s Code übrig.", "%s code left."}, many: phrase{"Noch %s Codes übrig.", "%s codes left."}}
	wPaperNone     = phrase{"Noch keine gemacht.", "None made yet."}
	wPaperMade     = phrase{"gemacht", "made"}
	wPaperDo       = phrase{"Zehn Codes machen", "Make ten codes"}
	wPaperAnew     = phrase{"Neue machen; die alten gelten dann nicht mehr", "Make new ones; the old ones are void then"}
	wPaperTitle    = phrase{"Ersatzcodes", "Recovery codes"}
	wPaperOnce     = phrase{"Sie werden nur jetzt gezeigt. Drucken Sie diese Seite oder schreiben Sie sie ab, und legen Sie sie dorthin, wo Ihre Schlüssel liegen.", "They are shown only now. Print this page or copy it by hand, and put it where your keys are."}
	wPaperFor      = phrase{"Ersatzcodes von %s, gemacht am %s. Streichen Sie durch, was verbraucht ist.", "Recovery codes of %s, made on %s. Cross out what is used."}
	wPaperPrinted  = phrase{"Ich habe sie auf Papier", "I have them on paper"}
	wChangePass    = phrase{"Passwort ändern", "Change the password"}
	wNewPass       = phrase{"Neues Passwort", "New password"}
	wChangePassX   = phrase{"Alle anderen Sitzungen enden dann.", "All other sessions end then."}
	wStays         = phrase{"Meine Sitzungen", "My sessions"}
	wThisOne       = phrase{"diese hier", "this one"}
	wFromAddress   = phrase{"von %s", "from %s"}
	wEndStay       = phrase{"Beenden", "End"}
	wEndOthers     = phrase{"Alle anderen beenden", "End all others"}
	wHelpIn        = phrase{"Zugang", "Access"}
	wEndAllOf      = phrase{"Alle Sitzungen beenden", "End all sessions"}
	wResetX        = phrase{"Für jemanden, der Telefon und Papier verloren hat: Passkeys, Code-App und Ersatzcodes gelten nicht mehr, alle Sitzungen enden. Danach führt das Passwort zu neuen. Prüfen Sie erst, wer fragt.", "For somebody who lost phone and paper: passkeys, code app and recovery codes are void, all sessions end. The password then leads to new ones. Check first who asks."}
	wResetDo       = phrase{"Anmeldemittel zurücksetzen", "Reset the means of signing in"}
	wEntryOf       = phrase{"angemeldet mit", "signed in by"}
)

var howWords = map[access.How]phrase{
	access.ByPassword:         {"Passwort", "password"},
	access.ByPasswordTOTP:     {"Passwort und Code-App", "password and code app"},
	access.ByPasswordPasskey:  {"Passwort und Passkey", "password and passkey"},
	access.ByPasswordRecovery: {"Passwort und Ersatzcode", "password and recovery code"},
	access.ByPasskey:          {"Passkey", "passkey"},
}

// means is what the page of somebody's own access shows.
type means struct {
	hub.Factors
	stays   []hub.Session
	site    hub.Site
	instead string
	stage   hub.Stage
}

func (s *server) account(w http.ResponseWriter, r *http.Request, p *page) error {
	if err := s.framed(r, p); err != nil {
		return err
	}
	p.section, p.title, p.scripts = wMyAccess, p.t(wMyAccess), accessScripts
	return s.draw(w, r, accountPage(p, means{Factors: s.deps.Door.Factors(p.who.ID), stays: s.deps.Door.Sessions(p.who.ID), site: s.site(r), instead: s.instead(r), stage: p.who.stay.Stage}))
}

// offerTOTP shows the secret to put into the app. It opens a way in for ever, so whoever wants to see it has just proved who they are.
func (s *server) offerTOTP(w http.ResponseWriter, r *http.Request, p *page) error {
	address, err := s.deps.Door.OfferTOTP(r.Context(), s.tokenOf(r))
	if fault.CodeOf(err) == "access.prove_again" {
		http.Redirect(w, r, againPath("/account/totp"), http.StatusSeeOther)
		return nil
	}
	if err != nil {
		return err
	}
	if err := s.framed(r, p); err != nil {
		return err
	}
	code, err := newAuthenticatorCode(address)
	if err != nil {
		return err
	}
	p.section, p.title = wMyAccess, p.t(wAppAdd)
	return s.draw(w, r, totpPage(p, code))
}

func (s *server) addTOTP(w http.ResponseWriter, r *http.Request) error {
	if err := s.deps.Door.AddTOTP(r.Context(), s.tokenOf(r), r.PostForm.Get("code")); err != nil {
		return s.again(w, r, err, s.offerTOTP)
	}
	return s.papersOrBack(w, r)
}

// papersOrBack shows recovery codes to whoever has none, at once: this is the moment when a printer may be near.
func (s *server) papersOrBack(w http.ResponseWriter, r *http.Request) error {
	who, _ := visitorOf(r)
	if s.deps.Door.Factors(who.ID).Printed.IsZero() {
		return s.printRecovery(w, r)
	}
	http.Redirect(w, r, "/account", http.StatusSeeOther)
	return nil
}

func (s *server) offerPasskey(_ http.ResponseWriter, r *http.Request, _ []byte) (any, error) {
	options, err := s.deps.Door.OfferPasskey(r.Context(), s.tokenOf(r), s.site(r))
	return json.RawMessage(options), err
}

func (s *server) addPasskey(_ http.ResponseWriter, r *http.Request, body []byte) (any, error) {
	a, err := readAsked(body)
	if err == nil {
		err = s.deps.Door.AddPasskey(r.Context(), s.tokenOf(r), s.site(r), a.Label, a.Answer)
	}
	return said{Next: "/account"}, err
}

// printRecovery makes recovery codes and shows them, once.
func (s *server) printRecovery(w http.ResponseWriter, r *http.Request) error {
	codes, err := s.deps.Door.PrintRecovery(r.Context(), s.tokenOf(r))
	if err != nil {
		return s.again(w, r, err, s.account)
	}
	p := s.newPage(r)
	if err := s.framed(r, p); err != nil {
		return err
	}
	p.section, p.title = wMyAccess, p.t(wPaperTitle)
	return s.draw(w, r, paperPage(p, codes))
}

func (s *server) removeCredential(w http.ResponseWriter, r *http.Request) error {
	err := s.deps.Door.RemoveCredential(r.Context(), s.tokenOf(r), access.Credential(r.PathValue("kind")), r.PathValue("id"))
	return s.after(w, r, err, "/account", s.account)
}

func (s *server) changePassword(w http.ResponseWriter, r *http.Request) error {
	f := r.PostForm
	if err := newPassword(f.Get("password"), f.Get("again")); err != nil {
		return s.again(w, r, err, s.account)
	}
	e, err := s.deps.Door.ChangePassword(r.Context(), s.callerOf(r), s.tokenOf(r), f.Get("password"))
	if err == nil {
		s.letIn(w, e)
	}
	return s.after(w, r, err, "/account", s.account)
}

func (s *server) endStay(w http.ResponseWriter, r *http.Request) error {
	seq, err := strconv.ParseUint(r.PathValue("seq"), 10, 64)
	if err != nil {
		return errNoDoor
	}
	return s.after(w, r, s.deps.Door.EndSession(r.Context(), s.tokenOf(r), seq), "/account", s.account)
}

func (s *server) endOthers(w http.ResponseWriter, r *http.Request) error {
	return s.after(w, r, s.deps.Door.EndOthers(r.Context(), s.tokenOf(r)), "/account", s.account)
}

// endStaysOf ends all of a colleague's sessions at once, by whoever keeps the house.
func (s *server) endStaysOf(w http.ResponseWriter, r *http.Request) error {
	_, err := s.act(r, access.EndSessions{User: r.PathValue("id")})
	return s.after(w, r, err, "/people", s.people)
}

// resetMeans takes away what a colleague has lost.
func (s *server) resetMeans(w http.ResponseWriter, r *http.Request) error {
	who, _ := visitorOf(r)
	return s.after(w, r, s.deps.Door.ResetCredentials(r.Context(), who.Actor(), r.PathValue("id")), "/people", s.people)
}
