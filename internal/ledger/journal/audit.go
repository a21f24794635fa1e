package journal

import "context"

// Audited is how far a log has been verified from its first entry on since it was opened.
type Audited struct {
	Verified uint64 // entries found in order so far
	Of       uint64 // entries that the verification under way goes up to; 0 if none was begun
	Done     bool   // it reached the end, and found everything in order
}

// Audit verifies the whole log as it is stored, under its own key, and makes it read-only if that fails. Between two pages it calls pause, if that
// is not nil, with the entries verified so far; an error of pause ends it. It works on one core only, so that whoever writes has the other.
func (l *Log) Audit(ctx context.Context, pause func(verified uint64) error) (Verdict, error) {
	s := Stored(l.store)
	v, err := newVerifier(s, Known{Key: l.signer.Public().Fingerprint()})
	if err != nil {
		return Verdict{}, err
	}
	of := l.Head().Size
	v.pause = func(verified uint64) error {
		l.note(Audited{Verified: min(verified, of), Of: of})
		if pause == nil {
			return nil
		}
		return pause(verified)
	}
	verdict, err := v.run(inTurn(together(s.items(ctx)), v.look))
	switch {
	case err == nil && verdict.OK:
		l.note(Audited{Verified: verdict.Head.Size, Of: verdict.Head.Size, Done: true})
	case err == nil:
		_ = l.halt(damaged(&flaw{first: verdict.First, last: verdict.Last, where: verdict.Where, why: verdict.Why}))
	}
	return verdict, err
}

// note keeps how far an audit is.
func (l *Log) note(a Audited) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.audited = a
}

// Audited says how far the last audit came; for a page.
func (l *Log) Audited() Audited {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.audited
}
