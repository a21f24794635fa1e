package web

import (
	"net/http"
	"strconv"
	"strings"
)

// languageCookie keeps the choice of language; it says nothing about the person.
const languageCookie = "lang"

// language is chosen by ?lang=, else by the cookie, else by what the browser asks for, else German.
func language(r *http.Request) string {
	if l := r.URL.Query().Get("lang"); isLanguage(l) {
		return l
	}
	if c, err := r.Cookie(languageCookie); err == nil && isLanguage(c.Value) {
		return c.Value
	}
	return preferred(r.Header.Get("Accept-Language"))
}

func isLanguage(l string) bool { return l == german || l == english }

// preferred reads Accept-Language (RFC 9110, 12.5.4) as far as two languages need it: English only when it weighs more than German.
func preferred(header string) string {
	weight := map[string]float64{}
	for part := range strings.SplitSeq(header, ",") {
		tag, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		q := 1.0
		if value, ok := strings.CutPrefix(strings.TrimSpace(params), "q="); ok {
			q, _ = strconv.ParseFloat(value, 64) // unreadable counts as unwanted
		}
		primary, _, _ := strings.Cut(strings.ToLower(tag), "-")
		weight[primary] = max(weight[primary], q)
	}
	if weight[english] > weight[german] {
		return english
	}
	return german
}

// keepLanguage remembers an explicit choice for a year.
func keepLanguage(w http.ResponseWriter, r *http.Request, secure bool) {
	if l := r.URL.Query().Get("lang"); isLanguage(l) {
		http.SetCookie(w, &http.Cookie{Name: languageCookie, Value: l, Path: "/", MaxAge: 365 * 24 * 3600, HttpOnly: true, Secure: secure, SameSite: http.SameSiteLaxMode})
	}
}
