package web

import (
	"slices"

	"blackstart/internal/hub"
)

var (
	wYourServices  = phrase{"Ihre Dienste", "Your services"}
	wCustomerTitle = phrase{"Stand für %s", "State for %s"}
	wCause         = phrase{"Ursache", "Cause"}
	wSharedCell    = phrase{"läuft gemeinsam mit anderen", "runs together with others"}
	wYourHistory   = phrase{"Was bei Ihnen geschah", "What happened at yours"}
	wNoHistory     = phrase{"Noch nichts.", "Nothing yet."}
	wPublicPart    = phrase{"Das sagen wir allen", "What we tell everybody"}
	wOnlyYours     = phrase{"Diese Angaben sehen nur Sie und das Krisenteam.", "Only you and the crisis team see these details."}
	wNoCells       = phrase{"Für Sie ist im Katalog kein Dienst eingetragen.", "The catalogue lists no service for you."}
)

var causeWords = map[string]phrase{
	"attack":      {"Angriff", "Attack"},
	"precaution":  {"Vorsorge", "Precaution"},
	"consequence": {"Folge eines anderen Ausfalls", "Consequence of another outage"},
	"third_party": {"Dritte", "Third party"},
	"planned":     {"Geplant", "Planned"},
	"unknown":     {"Unbekannt", "Unknown"},
}

// ownNames says in a customer's history the names of their services instead of the ids of cells.
func (p *page) ownNames(v hub.CustomerView) []hub.Fact {
	names := map[string]string{}
	for _, c := range v.Cells {
		names[c.Cell] = p.called(c.Service)
	}
	facts := slices.Clone(v.Facts)
	for i, f := range facts {
		facts[i].Refs = slices.Clone(f.Refs)
		for n, ref := range f.Refs {
			if name, ok := names[ref]; ok {
				facts[i].Refs[n] = name
			}
		}
	}
	return facts
}
