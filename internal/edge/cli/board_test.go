package cli

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"blackstart/internal/hub"
	"blackstart/internal/subject/access"
)

// post sends a form of the pages as a person of that role.
func (m *manned) post(role access.Role, path string, form url.Values) int {
	r := httptest.NewRequest(http.MethodPost, "http://127.0.0.1"+path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.AddCookie(&http.Cookie{Name: "session", Value: m.jar[role]})
	w := httptest.NewRecorder()
	m.doors.ServeHTTP(w, r)
	return w.Code
}

// What is entered below the board is about exactly the cells that the board shows, and is refused when these are no longer as many.
func TestEnterBelowTheBoard(t *testing.T) {
	m := manTheHouse(t)
	own := hub.BoardFilter{Customer: ownCustomer}
	ids, selection, err := m.hub.Chosen(t.Context(), own)
	if err != nil || len(ids) == 0 || selection != "customer:"+ownCustomer {
		t.Fatalf("chosen: %d cells, %q, %v", len(ids), selection, err)
	}
	before := m.hub.Log().Next()
	form := url.Values{"customer": {ownCustomer}, "cells": {strconv.Itoa(len(ids) + 1)}, "condition": {"normal"}, "key": {"k1"}}
	if code := m.post(access.Lead, "/board/observe", form); code != http.StatusConflict || m.hub.Log().Next() != before {
		t.Errorf("another number of cells than was shown: %d", code)
	}
	form.Set("cells", strconv.Itoa(len(ids)))
	if code := m.post(access.Auditor, "/board/observe", form); code != http.StatusNotFound || m.hub.Log().Next() != before {
		t.Errorf("an auditor enters: %d", code)
	}
	if code := m.post(access.Lead, "/board/observe", form); code != http.StatusSeeOther {
		t.Errorf("observe: %d", code)
	}
	own.State = hub.ShownOperational
	if seen, _, err := m.hub.Chosen(t.Context(), own); err != nil || len(seen) != len(ids) {
		t.Errorf("%d of %d cells are operational now (%v)", len(seen), len(ids), err)
	}
	form = url.Values{"customer": {ownCustomer}, "cells": {strconv.Itoa(len(ids))}, "mode": {"off"}, "cause": {"precaution"}, "reason": {"by phone"}, "key": {"k2"}}
	if code := m.post(access.Lead, "/board/change", form); code != http.StatusSeeOther {
		t.Errorf("change: %d", code)
	}
	own.State = hub.ShownOff
	if off, _, err := m.hub.Chosen(t.Context(), own); err != nil || len(off) != len(ids) {
		t.Errorf("%d of %d cells are off now (%v)", len(off), len(ids), err)
	}
	others, _, err := m.hub.Chosen(t.Context(), hub.BoardFilter{Customer: otherCustomer, State: hub.ShownOff})
	if err != nil || len(others) != 0 {
		t.Errorf("%d cells of another customer are off too (%v)", len(others), err)
	}
}
