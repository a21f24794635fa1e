package catalogue

import (
	"maps"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

const longestHours = 10_000 // over a year; a service that may be away for longer needs no RTO

func (l *loader) service(m *record) {
	v := Service{
		ID: l.id(m, RefService), Name: m.text("name", true), Class: ServiceClass(m.word("class", texts(serviceClasses), true)),
		Priority: m.number("priority", 1, 5, true), RTO: l.hours(m, "rto", true), MTPD: l.hours(m, "mtpd", false), Clock: m.text("clock", false),
		Gates: m.ref("gates", RefGateSet, false),
	}
	l.at[v.ID+" rto"] = m.place("rto")
	l.deadline(m, &v)
	v.RunsIn, v.Needs = l.runsIn(m), l.needs(m, v.ID)
	m.records("probes", func(pr *record) { v.Probes = append(v.Probes, l.probe(pr)) })
	m.records("restore", func(st *record) { v.Restore = append(v.Restore, l.step(st)) })
	v.Proof = l.proof(m)
	switch {
	case v.ID == "":
	case len(l.cat.Services) == maxServices:
		l.fail(m.at, "too_many", "", "a catalogue has at most %d services", maxServices)
	default:
		l.cat.Services = append(l.cat.Services, v)
	}
}

// hours reads a duration as `48h`, the only unit of the catalogue.
func (l *loader) hours(m *record, key string, needed bool) int {
	s := m.str(key, needed)
	if s == "" {
		return 0
	}
	n, ok := number(strings.TrimSuffix(s, "h"))
	if !ok || !strings.HasSuffix(s, "h") || n == 0 || n > longestHours {
		l.fail(m.place(key), "value", "write 48h", "key %s takes whole hours up to %dh, not %q", key, longestHours, clip(s))
		return 0
	}
	return n
}

// deadline asks for an outer limit, in hours or in words, that is not before the RTO.
func (l *loader) deadline(m *record, v *Service) {
	if !m.has("mtpd") && !m.has("clock") {
		l.fail(m.at, "key_missing", "add mtpd: 96h, or clock: with the date in words", "service %s has no outer deadline", v.ID)
	}
	if v.MTPD > 0 && v.RTO > v.MTPD {
		l.fail(m.place("mtpd"), "mtpd", "", "service %s is agreed to be usable after %dh, later than what can be borne at most, %dh", v.ID, v.RTO, v.MTPD)
	}
}

func (l *loader) runsIn(m *record) RunsIn {
	n := m.value("runs_in", true)
	if n == nil {
		return RunsIn{}
	}
	w := newRecord(m.r, m.file, n)
	if w == nil {
		return RunsIn{}
	}
	defer w.end()
	var v RunsIn
	for _, k := range w.words("kind", texts(envKinds), false) {
		v.Kind = append(v.Kind, EnvKind(k))
	}
	v.Profile, v.Site, v.Env = w.refs("profile", RefProfile, maxList, false), w.refs("site", RefSite, maxList, false), w.refs("env", RefEnv, maxList, false)
	v.Zone, _ = w.strs("zone", maxList, false)
	if len(w.order) == 0 {
		l.fail(w.at, "empty", "write {kind: shared} or another rule", "key runs_in is empty")
	}
	return v
}

// needs reads a list, in which every need is hard, or {hard, soft, any}.
func (l *loader) needs(m *record, service string) Needs {
	n := m.value("needs", false)
	if n == nil {
		return Needs{}
	}
	if shape(n) != "a mapping" {
		return Needs{Hard: l.needList(m, "needs", service)}
	}
	w := newRecord(m.r, m.file, n)
	defer w.end()
	v := Needs{Hard: l.needList(w, "hard", service), Soft: l.needList(w, "soft", service)}
	if list := w.value("any", false); list != nil {
		for _, g := range l.items(m.file, list, maxNeeds) {
			members, at := l.strs(m.file, g, maxAnyOf)
			l.noteNeeds(service, members, at)
			if len(members) > 0 {
				v.Any = append(v.Any, members)
			}
		}
	}
	l.oneNeedOnce(nodePos(m.file, n), v)
	return v
}

func (l *loader) needList(m *record, key, service string) []string {
	list, at := m.strs(key, maxNeeds, false)
	l.noteNeeds(service, list, at)
	return list
}

func (l *loader) noteNeeds(service string, list []string, at []pos) {
	for i, s := range list {
		l.refer(at[i], RefService, s)
		if _, twice := l.at[service+" need "+s]; !twice {
			l.at[service+" need "+s] = at[i]
		}
	}
}

// oneNeedOnce refuses a service that is named twice among the needs: what it means would depend on which one is read.
func (l *loader) oneNeedOnce(at pos, n Needs) {
	seen, count := map[string]bool{}, 0
	for _, g := range n.groups() {
		for _, s := range g.members {
			if seen[s] {
				l.fail(at, "duplicate", "keep the strongest", "%s stands twice among the needs", clip(s))
			}
			seen[s] = true
			count++
		}
	}
	if count > maxNeeds {
		l.fail(at, "too_many", "", "has %d needs, at most %d are allowed", count, maxNeeds)
	}
}

func (l *loader) step(m *record) Step {
	const most, longest = 100, 2000 // heads and hours for one cell; more is a typing error
	v := Step{ID: m.str("id", true), Name: m.text("name", true), Team: m.ref("team", RefTeam, true), Heads: m.number("heads", 1, most, true)}
	if v.ID != "" && !ValidID(v.ID) {
		l.fail(m.place("id"), "id", idHint(""), "%q is not an id", clip(v.ID))
	}
	n := m.value("hours", true)
	if n == nil {
		return v
	}
	w := newRecord(m.r, m.file, n)
	if w == nil {
		return v
	}
	defer w.end()
	v.Low, v.High = w.number("low", 1, longest, true), w.number("high", 1, longest, true)
	if v.High > 0 && v.Low > v.High {
		l.fail(w.place("high"), "value", "swap them", "the high estimate %d is below the low one %d", v.High, v.Low)
	}
	return v
}

func (l *loader) proof(m *record) Proof {
	n := m.value("proof", false)
	if n == nil {
		return Proof{}
	}
	w := newRecord(m.r, m.file, n)
	if w == nil {
		return Proof{}
	}
	defer w.end()
	v := Proof{Kind: w.word("kind", slices.Sorted(maps.Keys(probeKinds)), false), Human: w.text("human", false)}
	if v.Kind != "" {
		v.Depth = l.depth(w, v.Kind)
	}
	if w.has("human") {
		v.Days = w.number("days", 1, 400, true)
	}
	if !w.has("kind") && !w.has("human") {
		l.fail(w.at, "key_missing", "add kind: and depth:, or human: and days:", "the proof names no check and no test by people")
	}
	return v
}

func (l *loader) depth(m *record, kind string) int {
	d := m.number("depth", DepthName, DepthFunction, true)
	if deepest := probeKinds[kind].deepest; d > deepest {
		l.fail(m.place("depth"), "probe_depth", "", "a check of kind %s reaches depth %d at most", kind, deepest)
	}
	return d
}

func (l *loader) probe(m *record) Probe {
	v := Probe{ID: m.str("id", true), Kind: m.word("kind", slices.Sorted(maps.Keys(probeKinds)), true), Target: m.str("target", false), From: m.word("from", vantages, true)}
	if v.ID != "" && !ValidID(v.ID) {
		l.fail(m.place("id"), "id", idHint(""), "%q is not an id", clip(v.ID))
	}
	if v.Kind == "" {
		m.asked = append(m.asked, "depth")
		return v
	}
	v.Depth = l.depth(m, v.Kind)
	if v.Target != "" {
		if _, ok := targetHost(v); !ok {
			l.fail(m.place("target"), "probe_target", targetHint(v.Kind), "%q is not a target for kind %s", clip(v.Target), v.Kind)
		}
	}
	return v
}

func targetHint(kind string) string {
	if probeKinds[kind].url {
		return "write an URL such as http://10.20.0.11/health"
	}
	return "write HOST:PORT, for IPv6 [ADDRESS]:PORT"
}

// hostProbe reads a probe of a host. Its target is a literal address of this very host: a probe must not report on another machine, nor wait for a name service.
func (l *loader) hostProbe(m *record, h *Host) Probe {
	service := m.str("service", true)
	v := l.probe(m)
	v.Service = service
	if service != "" && !slices.Contains(h.Services, service) {
		l.fail(m.place("service"), "dangling", suggest(service, h.Services), "host %s does not carry service %s", h.ID, clip(service))
	}
	if v.Target == "" {
		l.fail(m.at, "key_missing", "add target:", "a probe of a host has a target")
		return v
	}
	host, ok := targetHost(v)
	a, err := netip.ParseAddr(host)
	if ok && (err != nil || !slices.Contains(h.Addresses, a)) {
		l.fail(m.place("target"), "probe_target", "use one of its addresses", "target %s is not an address of host %s", clip(v.Target), h.ID)
	}
	return v
}

// targetHost takes the host out of a target and checks the rest of it.
func targetHost(v Probe) (string, bool) {
	if !probeKinds[v.Kind].url {
		return splitHostPort(v.Target)
	}
	u, err := url.Parse(v.Target)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
		return "", false
	}
	return u.Hostname(), true
}

// splitHostPort is net.SplitHostPort for our purpose; subjects do not import net.
func splitHostPort(s string) (string, bool) {
	i := strings.LastIndexByte(s, ':')
	if i <= 0 {
		return "", false
	}
	host, port := s[:i], s[i+1:]
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil || n == 0 {
		return "", false
	}
	if strings.HasPrefix(host, "[") && strings.HasSuffix(host, "]") {
		return host[1 : len(host)-1], true
	}
	return host, !strings.ContainsAny(host, ":[]/ ")
}
