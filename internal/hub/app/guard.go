package app

import (
	"net"
	"net/http"
	"strconv"
	"strings"
)

// around is what every answer of every door carries, whatever answers: a page, the interface for programs, an agent's door, an error. A handler
// may replace a value by a fitting one (pages have a policy of their own, the public page may be cached), and never leaves one out.
var around = map[string]string{
	"Content-Security-Policy":      "default-src 'none'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'",
	"X-Content-Type-Options":       "nosniff",
	"Referrer-Policy":              "no-referrer",
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Permissions-Policy":           permissions,
	"Cache-Control":                "no-store",
}

// permissions shuts every feature that reaches out of the page (W3C Permissions Policy; there is no "none of all", so they are named), and leaves
// passkeys to our own pages.
const permissions = "publickey-credentials-get=(self), publickey-credentials-create=(self), accelerometer=(), autoplay=(), bluetooth=(), browsing-topics=(), " +
	"camera=(), display-capture=(), encrypted-media=(), fullscreen=(), gamepad=(), geolocation=(), gyroscope=(), hid=(), identity-credentials-get=(), " +
	"idle-detection=(), local-fonts=(), magnetometer=(), microphone=(), midi=(), otp-credentials=(), payment=(), picture-in-picture=(), " +
	"screen-wake-lock=(), serial=(), storage-access=(), usb=(), web-share=(), window-management=(), xr-spatial-tracking=()"

// guard stands before all doors: it dresses every answer, and turns away what no door should see.
type guard struct {
	doors    http.Handler
	requests *share
}

func newGuard(doors http.Handler) *guard {
	// Fetch metadata and Origin are checked on everything that changes something, at every door; no tokens in forms are needed then. Programs send
	// neither and pass: they show a token in a header, which no browser adds by itself.
	same := http.NewCrossOriginProtection()
	same.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		turnAway(w, http.StatusForbidden, "another site asked your browser to send this, so it was not done")
	}))
	return &guard{doors: same.Handler(doors), requests: newShare(maxRequests)}
}

// under is the guard of a listener that is known by the names.
func (g *guard) under(names []string) http.Handler {
	known := knownAs(names)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		for name, value := range around {
			h.Set(name, value)
		}
		if r.TLS != nil && !strings.EqualFold(hostOf(r), nameLocalhost) { // on localhost it would bind every other program of this machine
			h.Set("Strict-Transport-Security", hstsMaxAge)
		}
		if status, why := refusal(r, known); status != 0 {
			turnAway(w, status, why)
			return
		}
		n := networkOf(r.RemoteAddr)
		if !g.requests.enter(n) {
			h.Set("Retry-After", retrySeconds)
			turnAway(w, http.StatusServiceUnavailable, "too many requests are being answered at this moment; ask again in "+retrySeconds+" seconds")
			return
		}
		defer g.requests.leave(n)
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		g.doors.ServeHTTP(w, r)
	})
}

// refusal says why no door should see a request; 0 when one should. What the server itself refuses before (headers beyond maxHeader, broken
// requests) never comes here.
func refusal(r *http.Request, known names) (status int, why string) {
	fields := 0
	for _, values := range r.Header {
		fields += len(values)
	}
	switch {
	case !known.has(r):
		// The names are not listed: a page of the attacker's may be reading this.
		return http.StatusMisdirectedRequest, "this server does not know the name under which your browser called it. Use the address that 'blackstart serve' printed, " +
			"or start it with --name and this name.\n\nDieser Server kennt den Namen nicht, unter dem Ihr Browser ihn gerufen hat. Nehmen Sie die Adresse, die " +
			"„blackstart serve“ ausgegeben hat, oder starten Sie ihn mit --name und diesem Namen."
	case len(r.RequestURI) > maxURL:
		return http.StatusRequestURITooLong, "the address is longer than " + strconv.Itoa(maxURL) + " bytes"
	case strings.Count(r.URL.RawQuery, "&") >= maxQuery:
		return http.StatusBadRequest, "the address has more than " + strconv.Itoa(maxQuery) + " query fields"
	case fields > maxHeaders:
		return http.StatusRequestHeaderFieldsTooLarge, "the request has more than " + strconv.Itoa(maxHeaders) + " header fields"
	case r.ContentLength > maxBody:
		return http.StatusRequestEntityTooLarge, "the body is larger than " + strconv.Itoa(maxBody) + " bytes"
	}
	return 0, ""
}

// turnAway answers in one sentence and ends the connection, so that nothing that was still to come is waited for.
func turnAway(w http.ResponseWriter, status int, why string) {
	w.Header().Set("Connection", "close")
	http.Error(w, strconv.Itoa(status)+" "+http.StatusText(status)+": "+why, status)
}

// hostOf is the name of a request without its port.
func hostOf(r *http.Request) string {
	host := r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	return strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
}
