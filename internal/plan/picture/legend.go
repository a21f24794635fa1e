package picture

import "fmt"

// mostKey is the room that one layer's name gets in the legend.
const mostKey = 200

// legend says which fill is which layer, and what the signs mean.
func (s *sheet) legend() {
	x := 16.0
	for n, l := range s.layers {
		s.key(&x, clip(s.layerName(l), small, mostKey), fmt.Sprintf(`fill="%s"`, s.fill(n)))
	}
	s.key(&x, s.say("voll: hält Köpfe", "full: keeps heads"), `fill="#47606b"`)
	s.key(&x, s.say("blass: ruht oder läuft von allein", "pale: pauses, or goes on by itself"), `fill="#47606b" fill-opacity="0.3" stroke="#47606b" stroke-width="0.4"`)
	if len(s.chain) > 0 {
		s.key(&x, s.say("umrandet: daran hängt das Ende", "outlined: the end hangs on it"), `fill="#47606b" fill-opacity="0.3" stroke="#16191d" stroke-width="1.4"`)
	}
	if s.bands > 0 {
		s.key(&x, s.say("grau: Team nicht da, heller: mit weniger Köpfen", "grey: team is away, paler: fewer heads"), `fill="#16191d" fill-opacity="`+darkness+`"`)
	}
	s.promises(&x)
	if s.replanned() {
		s.key(&x, s.say("vor der blauen Linie: vorbei; was sie kreuzt, läuft", "before the blue line: over; what crosses it is running"), `fill="#f3efe4" stroke="#0b57d0"`)
	}
	if s.made.Assumed != nil {
		s.key(&x, s.say("schraffiert: niemand weiß, wie lange; danach Abstand vom Tor, kein Datum", "hatched: nobody knows how long; beyond it distance from the gate, no date"), `fill="#f1f2f4" stroke="#b3261e"`)
	}
	s.y += 24
}

// promises says what hangs from the top of the curve, if something does.
func (s *sheet) promises(x *float64) {
	if s.whole() == 0 {
		return
	}
	s.key(x, s.say("zurück", "back"), `fill="#5aa469" fill-opacity="0.45" stroke="#1a7f37"`)
	if len(s.late(service.rto)) > 0 {
		s.key(x, s.say("aus, länger als zugesagt (RTO)", "out longer than promised (RTO)"), `fill="#f0b84f" fill-opacity="0.55"`)
	}
	if len(s.late(service.mtpd)) > 0 {
		s.key(x, s.say("aus, länger als tragbar (MTPD)", "out longer than can be borne (MTPD)"), `fill="#7a1f1a" fill-opacity="0.55"`)
	}
}

// key draws one entry, in a new row where the last one is full.
func (s *sheet) key(x *float64, words, style string) {
	if *x+18+wide(words, small) > width-right && *x > 16 {
		*x = 16
		s.y += 16
	}
	fmt.Fprintf(s, `<rect class="key" x="%.1f" y="%d" width="12" height="10" %s/>`+"\n", *x, s.y, style)
	s.text("key", *x+18, s.y+9, small, 0, "start", words)
	*x += 36 + wide(words, small)
}
