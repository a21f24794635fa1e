package web

// Words around every page.
var (
	wSituation   = phrase{"Lage", "Situation"}
	wOrder       = phrase{"Anordnung", "Order"}
	wLog         = phrase{"Logbuch", "Log book"}
	wImpact      = phrase{"Auswirkung", "Impact"}
	wOrders      = phrase{"Anordnungen", "Orders"}
	wRestore     = phrase{"Wiederanlauf", "Restore"}
	wJournal     = phrase{"Journal", "Journal"}
	wPublicPage  = phrase{"Öffentliche Seite", "Public page"}
	wPeople      = phrase{"Personen", "People"}
	wCatalogue   = phrase{"Katalog", "Catalogue"}
	wReport      = phrase{"Bericht", "Report"}
	wMyPage      = phrase{"Ihre Seite", "Your page"}
	wMenu        = phrase{"Menü", "Menu"}
	wNavigation  = phrase{"Bereiche", "Sections"}
	wSkip        = phrase{"Zum Inhalt", "Skip to content"}
	wSignIn      = phrase{"Anmelden", "Sign in"}
	wSignOut     = phrase{"Abmelden", "Sign out"}
	wOtherTongue = phrase{"English", "Deutsch"}

	wDrill       = phrase{"ÜBUNG", "DRILL"}
	wDrillText   = phrase{"Nichts hiervon ist echt, und nichts verlässt diese Übung.", "None of this is real, and nothing leaves this drill."}
	wSim         = phrase{"SIMULIERTE AGENTEN", "SIMULATED AGENTS"}
	wSimText     = phrase{"Abschaltungen werden nur gespielt: Kein Rechner wird wirklich getrennt.", "Cuts are only played: no machine is really cut off."}
	wReadOnly    = phrase{"NUR LESEN", "READ-ONLY"}
	wDamaged     = phrase{"JOURNAL BESCHÄDIGT, NUR LESEN", "RECORD DAMAGED, READ-ONLY"}
	wDamagedText = phrase{
		"Nicht mehr so, wie geschrieben wurde: %s. Was hier steht, kann verändert sein. Es wird nichts mehr eingetragen; führen Sie ein Logbuch auf Papier.",
		"Not as it was written any more: %s. What you see here may have been changed. Nothing is entered any more; keep a log book on paper.",
	}
	wDamagedOut = phrase{
		"Ausweg: Lassen Sie das Datenverzeichnis, wie es ist. „blackstart journal verify“ nennt die Stelle; „blackstart takeover“ macht auf einem anderen Rechner aus der letzten guten Kopie weiter.",
		"Way out: leave the data directory as it is. 'blackstart journal verify' names the place; 'blackstart takeover' goes on from the last good copy on another machine.",
	}
	wBadEntry   = phrase{"Eintrag %s", "entry %s"}
	wBadEntries = phrase{"einer der Einträge %s bis %s", "one of the entries %s to %s"}
	wBadNote    = phrase{"ein unterschriebener Prüfpunkt", "a signed checkpoint"}
	wBadFile    = phrase{"die Datenbank (%s)", "the database (%s)"}
	wStale      = phrase{"ÜBERNOMMEN, HIER NUR NOCH LESEN", "TAKEN OVER, READ-ONLY HERE"}
	wStaleText  = phrase{
		"Dieses Journal wurde am %s übernommen vom Hub mit dem Schlüssel %s. Arbeiten Sie dort. Ob beide auseinandergehen, zeigt „journal compare“; nur wenn jener Hub falsch ist, geht es hier weiter mit „serve --even-though-taken-over“.",
		"This record was taken over at %s by the hub with the key %s. Work there. Whether the two part is shown by 'journal compare'; only if that hub is wrong, go on here with 'serve --even-though-taken-over'.",
	}
	wCopy      = phrase{"KOPIE HÄNGT NACH", "COPY BEHIND"}
	wCopyLag   = phrase{"Die Kopie nach %s ist %s zurück: %s", "The copy to %s is %s behind: %s"}
	wCopySlow  = phrase{"Das Ziel ist langsam.", "the target is slow."}
	wUnderAMin = phrase{"unter einer Minute", "less than a minute"}

	wHead        = phrase{"Journalkopf", "Journal head"}
	wSignedTo    = phrase{"unterschrieben bis Eintrag %s", "signed up to entry %s"}
	wUnwitnessed = phrase{"unbezeugt", "unwitnessed"}
	wWitnessed   = phrase{"bezeugt", "witnessed"}
	wNoHead      = phrase{"noch kein Prüfpunkt", "no checkpoint yet"}
	wAgentOf     = phrase{"Agent auf %s", "agent on %s"}
	wAsOf        = phrase{"Stand", "As of"}

	wSince       = phrase{"seit", "since"}
	wLeads       = phrase{"Leitung", "Lead"}
	wNobodyLeads = phrase{"niemand", "nobody"}
	wBegan       = phrase{"Beginn", "Began"}
	wWhatNow     = phrase{"Was jetzt", "What now"}
	wIncident    = phrase{"Vorfall", "Incident"}

	wNotDone   = phrase{"Das ging nicht.", "That could not be done."}
	wEnteredAt = phrase{"eingetragen %s", "entered %s"}
	wNone      = phrase{"keine", "none"}
	wOlder     = phrase{"Ältere", "Older"}
	wNewer     = phrase{"Neuere", "Newer"}
	wRecordNo  = phrase{"Eintrag %d im Journal", "Entry %d in the journal"}
	wHappened  = phrase{"Geschehen am", "Happened at"}
	wHappenedX = phrase{"Leer lassen für jetzt. Ortszeit (Europe/Berlin).", "Leave empty for now. Local time (Europe/Berlin)."}
	wUnknownT  = phrase{"unbekannt", "unknown"}
	wShowAll   = phrase{"Alle zeigen", "Show all"}

	wThousands = phrase{"Tsd.", "k"}
)
