// Package probe knows the words for looking at a service from outside: what is asked, how deep the look goes, and what was seen.
// It refuses to know how one looks; edge/check does. A probe that fails is a result like any other: that a service which was cut off does not answer is what one wants to see.
//
// Start at [Result].
package probe

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"blackstart/internal/fault"
)

// Kind says in which protocol one looks.
type Kind string

const (
	TCP  Kind = "tcp"  // does the port take a connection?
	HTTP Kind = "http" // does the server answer a GET as expected?
)

// Depth says how much a result proves. Only [Functional] proves that a service is of use; anything less is never shown as restored.
type Depth int

const (
	Named      Depth = 0 // the name resolves; a literal address starts here
	Connected  Depth = 1 // TCP connects
	Secured    Depth = 2 // TLS with certificate facts
	Greeted    Depth = 3 // the protocol answers
	Functional Depth = 4 // what was asked for came back
)

// Spec is one probe as data.
type Spec struct {
	Kind   Kind   `json:"kind"`
	Target string `json:"target"` // tcp: host:port · http: an http or https URL
	Expect Expect `json:"expect,omitzero"`
}

// Expect is what a good answer looks like. Zero members expect nothing in particular: any status below 400, any content.
type Expect struct {
	Status   int    `json:"status,omitzero"`   // http: exactly this status
	Contains string `json:"contains,omitzero"` // http: the first 64 KiB of the content contain this; the look is then Functional
}

// Result is what was seen, from where, and how deep the look got.
type Result struct {
	At      time.Time     `json:"at"`
	Depth   Depth         `json:"depth"` // the deepest level that was good
	OK      bool          `json:"ok"`    // all that was expected was seen
	Took    time.Duration `json:"-"`
	TookMS  int64         `json:"took_ms"` // Took in milliseconds, for the record
	Vantage string        `json:"vantage"` // from where one looked: a probe from inside the cut proves nothing about outside
	Detail  string        `json:"detail"`  // one line for people
}

// Check says what is wrong with the spec itself.
func (s Spec) Check() error {
	switch s.Kind {
	case TCP:
		return s.checkTCP()
	case HTTP:
		return s.checkHTTP()
	}
	return bad(s, "there is no kind %q", s.Kind)
}

func (s Spec) checkTCP() error {
	host, port, ok := cutPort(s.Target)
	if !ok || !validPort(port) || host == "" {
		return bad(s, "the target is not host:port")
	}
	if s.Expect != (Expect{}) {
		return bad(s, "tcp expects nothing but a connection")
	}
	return nil
}

func (s Spec) checkHTTP() error {
	u, err := url.Parse(s.Target)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || len(s.Target) > MaxTarget:
		return bad(s, "the target is not an http or https URL of at most %d bytes", MaxTarget)
	case u.User != nil:
		return bad(s, "the target holds a password; it would stand in the record for ever")
	case u.Port() != "" && !validPort(u.Port()):
		return bad(s, "the port is not one")
	case s.Expect.Status != 0 && (s.Expect.Status < 100 || s.Expect.Status > 599):
		return bad(s, "no answer has the status %d", s.Expect.Status)
	case len(s.Expect.Contains) > MaxContains:
		return bad(s, "the expected content has %d bytes, at most %d", len(s.Expect.Contains), MaxContains)
	}
	return nil
}

// Literal says whether the target is an address rather than a name: only such a probe works without the provider's name service.
func (s Spec) Literal() bool {
	host, _, ok := cutPort(s.Target)
	if s.Kind == TCP && !ok {
		return false
	}
	if u, err := url.Parse(s.Target); s.Kind == HTTP && err == nil {
		host = u.Hostname()
	}
	_, err := netip.ParseAddr(host)
	return err == nil
}

// cutPort splits host:port and [v6]:port. It stands here because a subject imports no net.
func cutPort(target string) (host, port string, ok bool) {
	i := strings.LastIndexByte(target, ':')
	if i < 0 || len(target) > MaxTarget {
		return "", "", false
	}
	host, port = target[:i], target[i+1:]
	if inner, v6 := strings.CutPrefix(host, "["); v6 {
		return strings.TrimSuffix(inner, "]"), port, strings.HasSuffix(inner, "]")
	}
	return host, port, !strings.Contains(host, ":")
}

func validPort(text string) bool {
	n, err := strconv.ParseUint(text, 10, 16)
	return err == nil && n > 0
}

func bad(s Spec, format string, args ...any) error {
	return fault.New(fault.Invalid, "probe.spec", "could not take the probe of %.200q: "+format, append([]any{s.Target}, args...)...)
}
