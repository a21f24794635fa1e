package hub

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"blackstart/internal/ledger/journal"
	"blackstart/internal/subject/access"
	"blackstart/internal/subject/catalogue"
	"blackstart/internal/subject/cell"
	"blackstart/internal/subject/contain"
	"blackstart/internal/subject/incident"
	"blackstart/internal/subject/order"
	"blackstart/internal/subject/restore"
	"blackstart/internal/subject/statuspage"
)

// factOf puts an entry into the form of every list. Its text is there only as far as the entry has its private part.
func factOf(entry journal.Entry, who *names) Fact {
	f := Fact{Seq: entry.Seq, At: entry.At, HappenedAt: entry.HappenedAt, By: who.of(access.Actor(entry.Actor)), Kind: entry.Kind}
	e, err := Decode(entry)
	if err != nil {
		return f // the fact that it is there remains
	}
	switch e := e.(type) {
	case access.Event:
		f.Refs = aboutAccess(e)
	case incident.Event:
		f.Refs, f.Text = aboutIncident(e, who)
	case catalogue.Adopted:
		f.Refs = []string{e.SHA256[:min(12, len(e.SHA256))]} // as much as tells revisions apart
	case cell.Event:
		f.Refs, f.Text = aboutCell(e)
	case contain.Event:
		f.Refs, f.Text = aboutMeasure(e)
	case order.Event:
		f.Refs, f.Text = aboutOrder(e, who)
	case restore.Event:
		f.Refs, f.Text = aboutPlan(e)
	case statuspage.Published:
		f.Refs, f.Text = []string{string(e.Incident)}, e.DE+"\n"+e.EN
	case houseEvent:
		f.Refs, f.Text = aboutHouse(e)
	}
	return f
}

func factsOf(entries []journal.Entry, who *names) []Fact {
	facts := make([]Fact, len(entries))
	for n, e := range entries {
		facts[n] = factOf(e, who)
	}
	return facts
}

func aboutAccess(e access.Event) []string {
	switch e := e.(type) {
	case access.UserAdded:
		return []string{e.ID}
	case access.KeyEnrolled:
		return []string{e.User, e.Key().Fingerprint()}
	case access.KeyRemoved:
		return []string{e.User, e.Fingerprint}
	case access.UserRemoved:
		return []string{e.ID}
	case access.Shredded:
		return aboutShredded(e)
	case access.Invited, access.Uninvited, access.Limited, access.Given, access.Expired, access.TokenMade, access.TokenRevoked:
		return aboutStay(e)
	default:
		return aboutDoor(e)
	}
}

func aboutIncident(e incident.Event, who *names) (refs []string, text string) {
	switch e := e.(type) {
	case incident.Opened:
		return []string{string(e.ID)}, e.Title
	case incident.Anchored:
		return []string{string(e.Anchor)}, ""
	case incident.Led:
		return []string{who.of(e.Lead)}, ""
	case incident.Logged:
		if e.Corrects > 0 {
			refs = []string{fmt.Sprintf("#%d", e.Corrects)}
		}
		return refs, e.Private.Text
	case incident.Closed:
		return []string{string(e.Incident)}, strings.Join(append([]string{e.Private.Summary}, e.Private.OpenPoints...), "\n")
	}
	return nil, ""
}

func aboutCell(e cell.Event) (refs []string, text string) {
	switch e := e.(type) {
	case cell.Observed:
		return named(e.Cells, "", string(e.Condition)), ""
	case cell.Changed:
		return named(e.Cells, e.Selection, string(e.Mode)), e.Private.Reason
	case cell.Held:
		return named(e.Cells, "", string(e.Hold.By)), ""
	case cell.Released:
		return named(e.Cells, "", string(e.Hold.By)), ""
	case cell.Passed:
		return named(e.Cells, "", e.Gate), ""
	}
	return nil, ""
}

// named gives a few of the cells, or how they were chosen, then what became of them.
func named(ids []cell.ID, selection, what string) []string {
	refs := []string{}
	if selection != "" {
		return append(refs, selection, what) // only changes are chosen by a selection, and they always say what became
	}
	for _, id := range ids[:min(len(ids), maxNamedCells)] {
		refs = append(refs, string(id))
	}
	if more := len(ids) - maxNamedCells; more > 0 {
		refs = append(refs, fmt.Sprintf("+%d", more))
	}
	if what != "" {
		refs = append(refs, what)
	}
	return refs
}

func aboutMeasure(e contain.Event) (refs []string, text string) {
	switch e := e.(type) {
	case contain.Proposed:
		return []string{string(e.ID), string(e.Host)}, e.Private.Reason
	case contain.Ordered:
		return []string{string(e.ID), e.Order}, ""
	case contain.Enforced:
		return []string{string(e.ID), e.Order}, ""
	case contain.Verified:
		return []string{string(e.ID)}, ""
	case contain.Contradicted:
		return []string{string(e.ID), e.Detail}, ""
	case contain.Opening:
		return []string{string(e.ID)}, e.Private.Reason
	case contain.Lifted:
		return []string{string(e.ID), e.Order}, ""
	case contain.Reopened:
		return []string{string(e.ID)}, ""
	case contain.Failed:
		return []string{string(e.ID), e.Order, e.Code}, ""
	case contain.Withdrawn:
		return []string{string(e.ID)}, e.Private.Reason
	}
	return nil, ""
}

func aboutOrder(e order.Event, who *names) (refs []string, text string) {
	switch e := e.(type) {
	case order.Drafted:
		o, err := order.Parse([]byte(e.Payload))
		if err != nil {
			return []string{string(e.ID)}, ""
		}
		return []string{string(e.ID)}, o.Reason
	case order.Approved:
		return []string{string(e.ID), who.of(e.Person)}, ""
	case order.Ready:
		return []string{string(e.ID)}, ""
	case order.Issued:
		return []string{string(e.ID)}, ""
	case order.Withdrawn:
		return []string{string(e.ID)}, e.Reason
	case order.RanOut:
		return []string{string(e.ID)}, ""
	case order.RootChanged:
		return []string{fmt.Sprintf("v%d", e.Root.Version)}, ""
	case order.EnrolmentOffered:
		return []string{string(e.Host)}, ""
	case order.AgentEnrolled:
		return []string{string(e.Host), e.Key.Fingerprint()}, ""
	case order.AgentSilent:
		return []string{string(e.Host)}, ""
	case order.AgentHeard:
		return []string{string(e.Host)}, ""
	case order.HostAccepted, order.HostExecuted, order.HostRefused, order.HostUnsure, order.HostReleased:
		w, _ := wordOf(e)
		refs = []string{string(w.ID), string(w.Host)}
		if w.Code != "" {
			refs = append(refs, string(w.Code))
		}
		return refs, ""
	}
	panic(fmt.Sprintf("no words about %T", e))
}

// wordOf gives what a receipt says, and as which status.
func wordOf(e order.Event) (order.Word, order.Status) {
	switch e := e.(type) {
	case order.HostAccepted:
		return e.Word, order.Accepted
	case order.HostExecuted:
		return e.Word, order.Executed
	case order.HostRefused:
		return e.Word, order.Refused
	case order.HostUnsure:
		return e.Word, order.Unknown
	case order.HostReleased:
		return e.Word, order.Released
	default: // no receipt
		return order.Word{}, ""
	}
}

func aboutPlan(e restore.Event) (refs []string, text string) {
	switch e := e.(type) {
	case restore.Adopted:
		return []string{string(e.ID)}, ""
	case restore.StepStarted:
		return []string{string(e.Plan), string(e.Step)}, ""
	case restore.StepFinished:
		return []string{string(e.Plan), string(e.Step)}, ""
	case restore.Granted:
		return []string{string(e.Plan), string(e.Step)}, ""
	case restore.GatePassed:
		return []string{string(e.Plan), string(e.Step)}, ""
	case restore.Denied:
		return []string{string(e.Plan), string(e.Step)}, e.Private.Reason
	case restore.Completed:
		return []string{string(e.Plan)}, ""
	}
	return nil, ""
}

func aboutHouse(e houseEvent) (refs []string, text string) {
	switch e := e.(type) {
	case Opened:
		return []string{e.Origin}, ""
	case Continued:
		return []string{e.Origin}, ""
	case ReactionFailed:
		return []string{e.Command, e.Code}, e.Private.Message
	case ClockJumped:
		return []string{e.From.Format(time.RFC3339) + " → " + e.To.Format(time.RFC3339)}, ""
	}
	return nil, ""
}

// aboutDoor says whom an entry of the door is about, and by what means.
func aboutDoor(e access.Event) []string {
	switch e := e.(type) {
	case access.CredentialAdded:
		return []string{e.User, string(e.Credential)}
	case access.CredentialRemoved:
		return []string{e.User, string(e.Credential)}
	case access.CredentialsReset:
		return []string{e.User}
	case access.PasswordChanged:
		return []string{e.User}
	case access.SignedIn:
		return []string{e.User, string(e.How)}
	case access.RecoveryUsed:
		return []string{e.User, strconv.Itoa(e.Left)}
	case access.SessionEnded:
		return []string{e.User, "#" + strconv.FormatUint(e.Session, 10)}
	case access.SessionsEnded:
		return []string{e.User}
	case access.SignInsFailed:
		return []string{strconv.Itoa(e.Count)}
	default:
		return nil // not of the door
	}
}
