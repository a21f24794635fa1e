package hub

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/journal/journaltest"
	"blackstart/internal/ledger/stretch"
	"blackstart/internal/subject/access"
)

const doorPassword = "correct horse battery staple"

// Tests that let dozens of people in pay less for each; what it costs in the program is package stretch's to test.
func TestMain(m *testing.M) {
	stretch.Cheaply()
	os.Exit(m.Run())
}

// doorway is a hub with two people and a clock of its own for the door.
type doorway struct {
	*testing.T
	*Hub
	at time.Time
}

func newDoorway(t *testing.T) *doorway {
	t.Helper()
	h, err := Open(t.Context(), Options{Store: new(journaltest.Memory)})
	if err != nil {
		t.Fatal(err)
	}
	d := &doorway{T: t, Hub: h, at: time.Date(2026, 11, 3, 22, 0, 0, 0, time.UTC)}
	h.door.now = func() time.Time { return d.at }
	if err := h.AddUser(t.Context(), access.ByConsole, doorPassword, access.AddUser{ID: "anna", Roles: []access.Role{access.Lead}}); err != nil {
		t.Fatal(err)
	}
	d.does(access.ByConsole, access.AddUser{ID: "ben", Roles: []access.Role{access.Lead}}) // has no password
	return d
}

func from(address string) Caller { return Caller{Address: netip.MustParseAddr(address)} }

// phoneOf gives somebody an authenticator and what shows its codes.
func (d *doorway) phoneOf(id string) func() string {
	d.Helper()
	address, err := d.GiveTOTP(d.Context(), id)
	if err != nil {
		d.Fatal(err)
	}
	_, rest, _ := strings.Cut(address, "secret=")
	return func() string {
		code, err := totp.GenerateCode(rest, d.at)
		if err != nil {
			d.Fatal(err)
		}
		return code
	}
}

func (d *doorway) enters(c Caller, id string, code func() string) Entered {
	d.Helper()
	e, err := d.SignIn(d.Context(), c, id, doorPassword)
	if err == nil && e.Stage == StageCode {
		e, err = d.Complete(d.Context(), c, e.Token, code())
	}
	if err != nil {
		d.Fatalf("%s from %s: %v", id, c.Address, err)
	}
	return e
}

func (d *doorway) refused(err error, code string) {
	d.Helper()
	if fault.CodeOf(err) != code {
		d.Errorf("got %v, want %s", err, code)
	}
}

// A code counts once, and half a minute to either side; a half-open session is nobody's, and ends after a few wrong codes.
func TestCodesCountOnce(t *testing.T) {
	d := newDoorway(t)
	code, c := d.phoneOf("anna"), from("192.0.2.1")
	first := code()
	in := d.enters(c, "anna", code)
	half, err := d.SignIn(t.Context(), c, "anna", doorPassword)
	if err != nil || half.Token == in.Token {
		t.Fatalf("%v, or the token stayed the same", err)
	}
	if s, ok := d.Session(t.Context(), half.Token); !ok || s.Stage != StageCode {
		t.Errorf("after the password alone the stage is %q", s.Stage)
	}
	_, err = d.Complete(t.Context(), c, half.Token, first)
	d.refused(err, "access.code")
	d.at = d.at.Add(60 * time.Second)
	old := code()
	d.at = d.at.Add(61 * time.Second)
	_, err = d.Complete(t.Context(), c, half.Token, old)
	d.refused(err, "access.code")
	for range maxTries - 2 {
		_, err = d.Complete(t.Context(), c, half.Token, "000000")
		d.refused(err, "access.code")
	}
	_, err = d.Complete(t.Context(), c, half.Token, code())
	d.refused(err, "access.session_over")
}

// Each paper code works once, and the entry says how many are left.
func TestPaperCodesWorkOnce(t *testing.T) {
	d := newDoorway(t)
	c := from("192.0.2.1")
	in := d.enters(c, "anna", d.phoneOf("anna"))
	codes, err := d.PrintRecovery(t.Context(), in.Token)
	if err != nil || len(codes) != recoveryCodes {
		t.Fatalf("%d codes, %v", len(codes), err)
	}
	if e := d.enters(c, "anna", func() string { return strings.ToLower(codes[3]) }); e.Left != recoveryCodes-1 || e.How != access.ByPasswordRecovery {
		t.Errorf("%d left after one, by %s", e.Left, e.How)
	}
	half, _ := d.SignIn(t.Context(), c, "anna", doorPassword)
	_, err = d.Complete(t.Context(), c, half.Token, codes[3])
	d.refused(err, "access.code")
}

// An attacker at full rate from one address, at one account and at many, is held up; the owner is not, neither from elsewhere nor in a browser of
// theirs at the attacker's own address. Nor is anybody locked out by many addresses.
func TestThrottleLocksNobodyOut(t *testing.T) {
	d := newDoorway(t)
	code := d.phoneOf("anna")
	home := d.enters(from("192.0.2.1"), "anna", code)
	d.at = d.at.Add(time.Minute)
	attacker := from("2001:db8::1")
	guess := func(c Caller) error {
		err := d.door.throttle.take(d.at, c, "anna", d.deviceOf(c, "anna"), failedPassword)
		if err == nil {
			d.failed(c, failedPassword, "anna", true)
		}
		return err
	}
	let := 0
	for n := range 10_000 {
		attacker.Address = netip.MustParseAddr(fmt.Sprintf("2001:db8::%x", n+1)) // all of one /64
		if guess(attacker) == nil {
			let++
		}
	}
	if let > holdPair.free {
		t.Errorf("%d guesses at once from one network, at most %d are free", let, holdPair.free)
	}
	_, err := d.SignIn(t.Context(), attacker, "anna", doorPassword)
	d.refused(err, "access.throttled")
	for n := range 1000 {
		_ = guess(from(fmt.Sprintf("198.51.%d.%d", n/250, n%250+1)))
	}
	d.enters(from("203.0.113.9"), "anna", code)
	d.at = d.at.Add(time.Minute)
	known := attacker
	known.Device = home.Device
	d.enters(known, "anna", code)
	for guess(attacker) == nil { // a minute has passed: until it is held up again
	}
	forged := attacker
	forged.Device = home.Device[:len(home.Device)-2] + "AA"
	_, err = d.SignIn(t.Context(), forged, "anna", doorPassword)
	d.refused(err, "access.throttled")
	if d.deviceOf(known, "ben") != "" {
		t.Error("anna's device passes for ben's")
	}
	if n := len(d.door.throttle.young) + len(d.door.throttle.former); n > 2*maxBuckets {
		t.Errorf("%d buckets", n)
	}
}

// A full line keeps no better rank out: a known browser goes ahead of all, and one address holds no more than its share.
func TestHashLine(t *testing.T) {
	var l hashLine
	places := func(rank int, address string) error {
		_, err := l.queue(lane{address: netip.MustParseAddr(address), rank: rank})
		return err
	}
	for n := range maxHashing + maxHashQueue {
		if err := places(rankFailing, fmt.Sprintf("192.0.2.%d", n+1)); err != nil {
			t.Fatalf("place %d: %v", n, err)
		}
	}
	if places(rankFailing, "198.51.100.1") == nil {
		t.Error("the line has no end")
	}
	if err := places(rankFresh, "198.51.100.2"); err != nil {
		t.Errorf("an address without failures is turned away by others' failures: %v", err)
	}
	w, err := l.queue(lane{address: netip.MustParseAddr("192.0.2.1"), rank: rankKnown})
	if err != nil {
		t.Fatalf("a known browser is turned away: %v", err)
	}
	l.leave(lane{address: netip.MustParseAddr("192.0.2.1"), rank: rankFailing})
	select {
	case err := <-w.turn:
		if err != nil {
			t.Error(err)
		}
	default:
		t.Error("somebody else goes before a known browser")
	}
	var one hashLine
	for range maxHashShare {
		if _, err := one.queue(lane{address: netip.MustParseAddr("2001:db8::1"), rank: rankFresh}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := one.queue(lane{address: netip.MustParseAddr("2001:db8::2"), rank: rankFresh}); err == nil {
		t.Error("one network holds more than its share")
	}
}

// What ends a session ends it at once: the owner, an admin, another password, a reset, removal, time.
func TestSessionsEnd(t *testing.T) {
	for name, end := range map[string]func(d *doorway, other Entered){
		"owner": func(d *doorway, other Entered) {
			mine, _ := d.find(d.Context(), other.Token)
			if err := d.EndOthers(d.Context(), d.enters(from("192.0.2.2"), "anna", nil).Token); err != nil {
				d.Fatal(err, mine)
			}
		},
		"admin":    func(d *doorway, _ Entered) { d.does("user:ben", access.EndSessions{User: "anna"}) },
		"removal":  func(d *doorway, _ Entered) { d.does("user:ben", access.RemoveUser{ID: "anna"}) },
		"password": func(d *doorway, _ Entered) { _ = d.SetPassword(d.Context(), "anna", doorPassword+"!") },
		"reset":    func(d *doorway, _ Entered) { _ = d.ResetCredentials(d.Context(), "user:ben", "anna") },
		"idle":     func(d *doorway, _ Entered) { d.at = d.at.Add(sessionIdle) },
	} {
		d := newDoorway(t)
		e := d.enters(from("192.0.2.1"), "anna", nil)
		if _, ok := d.Session(t.Context(), e.Token); !ok {
			t.Fatalf("%s: no session to begin with", name)
		}
		end(d, e)
		if _, ok := d.Session(t.Context(), e.Token); ok {
			t.Errorf("%s: the session goes on", name)
		}
	}
}

func (d *doorway) does(by access.Actor, c Command) {
	d.Helper()
	if _, err := d.Do(d.Context(), Request{Actor: by, Command: c}); err != nil {
		d.Fatal(err)
	}
}

// Failures are counted, and nothing that was typed is in the entry.
func TestFailuresAreCountedWithoutWords(t *testing.T) {
	d := newDoorway(t)
	for _, name := range []string{"anna", "anna", "my secret password", "ben"} {
		_, err := d.SignIn(t.Context(), from("192.0.2.1"), name, "wrong, all of it")
		d.refused(err, "access.sign_in")
	}
	d.tellFailures(t.Context())
	d.tellFailures(t.Context()) // nothing new: no entry
	entry, err := d.log.Entry(t.Context(), d.log.Next()-1)
	if err != nil {
		t.Fatal(err)
	}
	e, _ := Decode(entry)
	f, ok := e.(access.SignInsFailed)
	if !ok || f.Count != 4 || f.Password != 4 || f.Names != 2 || f.Strangers != 1 || f.Addresses != 1 {
		t.Errorf("%+v", e)
	}
	if strings.Contains(string(entry.Body), "secret") || strings.Contains(string(entry.Body), "192.0.2") {
		t.Errorf("the entry holds what was typed: %s", entry.Body)
	}
}

// A challenge is good for its purpose, for a while, and once.
func TestChallenges(t *testing.T) {
	d := newDoorway(t)
	c := base64.RawURLEncoding.EncodeToString(d.door.challenge(toProve + "one"))
	for _, bad := range []error{d.door.asked(c, toProve+"two"), d.door.asked(c, toEnter), d.door.asked(c[:len(c)-2]+"AA", toProve+"one"), d.door.asked("", toEnter)} {
		d.refused(bad, "access.challenge")
	}
	if err := d.door.asked(c, toProve+"one"); err != nil {
		t.Error(err)
	}
	if err := d.door.spend(c); err != nil {
		t.Error(err)
	}
	d.refused(d.door.spend(c), "access.challenge")
	d.at = d.at.Add(challengeLife)
	d.refused(d.door.asked(c, toProve+"one"), "access.challenge")
}

// What opens a way in for ever needs a fresh proof.
func TestGraveNeedsFreshProof(t *testing.T) {
	d := newDoorway(t)
	code, c := d.phoneOf("anna"), from("192.0.2.1")
	in := d.enters(c, "anna", code)
	d.at = d.at.Add(freshFor)
	_, err := d.PrintRecovery(t.Context(), in.Token)
	d.refused(err, "access.prove_again")
	d.refused(d.ProveAgain(t.Context(), c, in.Token, doorPassword, "000000"), "access.code")
	if err := d.ProveAgain(t.Context(), c, in.Token, doorPassword, code()); err != nil {
		t.Fatal(err)
	}
	if _, err := d.PrintRecovery(context.Background(), in.Token); err != nil {
		t.Error(err)
	}
}

// One address that tries a new name each time, and is turned away, must not push what is counted of others out of the memory, nor fill it with what it types.
func TestRefusedTriesLeaveNothing(t *testing.T) {
	d := newDoorway(t)
	at, victim := from("192.0.2.1"), from("198.51.100.1")
	for d.door.throttle.take(d.at, victim, "anna", "", failedCode) == nil {
	}
	long := strings.Repeat("x", 32<<10)
	for n := range 2*maxBuckets + 2 {
		_ = d.door.throttle.take(d.at, at, fmt.Sprint(n, long), "", failedPassword)
	}
	d.refused(d.door.throttle.take(d.at, victim, "anna", "", failedCode), "access.throttled")
	bytes := 0
	for key := range d.door.throttle.young {
		bytes += len(key)
	}
	if bytes > 100*(maxTyped+64) {
		t.Errorf("an address of which at most %d tries are free left %d bytes", holdAddress.free, bytes)
	}
}

// Who has the password alone ends nobody's stay by beginning to sign in, over and over.
func TestHalfOpenSessionsPushNobodyOut(t *testing.T) {
	d := newDoorway(t)
	code, c := d.phoneOf("anna"), from("192.0.2.1")
	in := d.enters(c, "anna", code)
	for range maxSessions + 1 {
		d.at = d.at.Add(time.Second)
		if e, err := d.SignIn(t.Context(), from("198.51.100.1"), "anna", doorPassword); err != nil || e.Stage != StageCode {
			t.Fatal(e.Stage, err)
		}
	}
	if _, ok := d.Session(t.Context(), in.Token); !ok {
		t.Error("the owner was signed out by somebody who has the password only")
	}
	if n := len(d.door.sessions); n > 1+maxSessions {
		t.Errorf("%d sessions are kept", n)
	}
}

// What the old password began ends with it.
func TestHalfOpenSessionEndsWithThePassword(t *testing.T) {
	d := newDoorway(t)
	code, c := d.phoneOf("anna"), from("192.0.2.1")
	half, err := d.SignIn(t.Context(), c, "anna", doorPassword)
	if err != nil || half.Stage != StageCode {
		t.Fatal(half.Stage, err)
	}
	if err := d.SetPassword(t.Context(), "anna", "another horse, another battery"); err != nil {
		t.Fatal(err)
	}
	_, err = d.Complete(t.Context(), c, half.Token, code())
	d.refused(err, "access.session_over")
}
