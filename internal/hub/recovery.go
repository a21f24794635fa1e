package hub

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"blackstart/internal/fault"
	"blackstart/internal/subject/access"
)

// paper is a set of recovery codes, as it is stored: salted hashes of those that are not used up.
type paper struct {
	ID     string    `json:"id"`
	Salt   []byte    `json:"salt"`
	Hashes [][]byte  `json:"hashes"`
	Made   time.Time `json:"made"`
}

// A recovery code has 80 random bits, so that a plain hash is enough: there is nothing to guess. 16 characters in four groups are typed in half a
// minute, from paper, at night; the alphabet has no 0, 1, 8 and 9 (RFC 4648, section 6), so that nobody takes O for 0.
const (
	recoveryCodes = 10
	recoveryChars = 16
	recoveryGroup = 4
)

func (p paper) hash(code string) []byte {
	sum := sha256.Sum256(append(slices.Clone(p.Salt), code...))
	return sum[:]
}

// PrintRecovery makes new recovery codes for the person of the session; those made before are void. They are given once and stored nowhere.
func (h *Hub) PrintRecovery(ctx context.Context, token string) (codes []string, err error) {
	_, p, err := h.fresh(ctx, token)
	if err != nil {
		return nil, err
	}
	h.adding.Lock()
	defer h.adding.Unlock()
	sheet := paper{ID: rand.Text()[:8], Salt: []byte(rand.Text()), Made: h.door.now()}
	for range recoveryCodes {
		code := rand.Text()[:recoveryChars] // 5 bits a character (crypto/rand.Text)
		sheet.Hashes = append(sheet.Hashes, sheet.hash(code))
		codes = append(codes, grouped(code))
	}
	if old := h.factorsOf(p.ID).paper; old != nil {
		if _, err := h.Do(ctx, Request{Actor: access.ByDoor, Command: access.RemoveCredential{User: p.ID, Credential: access.Recovery, ID: old.ID}}); err != nil {
			return nil, err
		}
	}
	if err := h.putPaper(ctx, p.ID, sheet); err != nil {
		return nil, err
	}
	h.changeFactors(p.ID, func(f *factors) { f.paper = &sheet })
	_, err = h.Do(ctx, Request{Actor: access.ByDoor, Command: access.AddCredential{User: p.ID, Credential: access.Recovery, ID: sheet.ID}})
	return codes, err
}

func grouped(code string) string {
	var groups []string
	for g := range slices.Chunk([]byte(code), recoveryGroup) {
		groups = append(groups, string(g))
	}
	return strings.Join(groups, "-")
}

func (h *Hub) putPaper(ctx context.Context, user string, p paper) error {
	value, err := json.Marshal(p)
	if err != nil {
		return fault.New(fault.Internal, "access.recovery_file", "could not store the recovery codes: %w", err)
	}
	return h.store.PutSecret(ctx, recoveryPrefix+strings.ToLower(user), value)
}

// spendRecovery uses a code up and says how many are left. It is struck off before anybody is let in: a code that cannot be struck off, while the
// store cannot be written, is refused, or it would work again after the next start.
func (h *Hub) spendRecovery(ctx context.Context, user, code string) (left int, ok bool, err error) {
	h.adding.Lock()
	defer h.adding.Unlock()
	f := h.factorsOf(user)
	if f.paper == nil || len(code) != recoveryChars {
		return 0, false, nil
	}
	want := f.paper.hash(code)
	n := slices.IndexFunc(f.paper.Hashes, func(have []byte) bool { return string(have) == string(want) }) // equal hashes of 80 random bits: their comparing leaks nothing
	if n < 0 {
		return 0, false, nil
	}
	rest := *f.paper
	rest.Hashes = slices.Delete(slices.Clone(rest.Hashes), n, n+1)
	if err := h.putPaper(ctx, user, rest); err != nil {
		return 0, false, err
	}
	h.changeFactors(user, func(f *factors) { f.paper = &rest })
	return len(rest.Hashes), true, nil
}
