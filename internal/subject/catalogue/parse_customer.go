package catalogue

import (
	"net/mail"
	"net/url"
	"strings"
	"time"
)

const mostPeople = 100_000_000 // more than the insured of the country

func (l *loader) customer(w row) {
	v := Customer{
		ID: l.claim(RefCustomer, w.str("id", true), w.place("id")), Name: w.str("name", true), Class: CustomerClass(w.word("class", texts(customerClasses))),
		Weight: w.number("weight", mostPeople), Lang: w.word("lang", languages), Profile: w.ref("profile", RefProfile), Authority: w.ref("authority", RefStakeholder),
	}
	for _, s := range strings.Fields(w.str("order", false)) {
		l.refer(w.place("order"), RefService, s)
		v.Order = append(v.Order, s)
	}
	if len(v.Order) > maxList {
		l.fail(w.place("order"), "too_many", "", "names %d services, at most %d are allowed", len(v.Order), maxList)
	}
	if v.ID != "" {
		l.cat.Customers = append(l.cat.Customers, v)
	}
}

func (l *loader) contact(w row) {
	v := Contact{
		ID: l.claim(RefContact, w.str("id", true), w.place("id")), Who: Ref(w.str("who", true)), Role: w.word("role", contactRoles), Person: w.str("person", false),
		Kind: w.word("kind", contactKinds), Address: w.str("address", true), Via: CellID(w.str("via", false)), Lang: w.word("lang", languages), Checked: w.str("checked", true),
	}
	l.who(w, v.Who)
	if v.Via != "" {
		l.refer(w.place("via"), RefCell, string(v.Via))
	}
	if hint := addressHint(v.Kind, v.Address); hint != "" && v.Address != "" {
		l.fail(w.place("address"), "address", hint, "%q is not an address for kind %s", clip(v.Address), v.Kind)
	}
	if _, err := time.Parse(time.DateOnly, v.Checked); err != nil && v.Checked != "" {
		l.fail(w.place("checked"), "value", "write 2026-11-01", "column checked takes a day, not %q", clip(v.Checked))
	}
	if v.ID != "" {
		l.cat.Contacts = append(l.cat.Contacts, v)
	}
}

// who checks whom a contact belongs to: somebody who can be told.
func (l *loader) who(w row, ref Ref) {
	if ref == "" {
		return
	}
	switch ref.Kind() {
	case RefCustomer, RefStakeholder, RefTeam:
		l.refer(w.place("who"), ref.Kind(), ref.ID())
	default:
		l.fail(w.place("who"), "value", "write customer:ID, stakeholder:ID or team:ID", "column who does not take %q", clip(string(ref)))
	}
}

// addressHint is empty when the address has the form of its channel, otherwise it says which form that is.
func addressHint(kind, a string) string {
	switch kind {
	case "mobile", "landline", "fax":
		// ITU-T E.164 section 6: at most 15 digits after the plus
		if digits := strings.TrimPrefix(a, "+"); digits == a || len(digits) < 7 || len(digits) > 15 || strings.Trim(digits, "0123456789") != "" {
			return "write +49 and the number, digits only"
		}
	case "mail", "private-mail":
		if m, err := mail.ParseAddress(a); err != nil || m.Name != "" || m.Address != a {
			return "write NAME@DOMAIN"
		}
	case "webhook":
		if u, err := url.Parse(a); err != nil || u.Scheme != "https" || u.Host == "" {
			return "write https://…"
		}
	}
	return ""
}
