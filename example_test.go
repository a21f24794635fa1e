package blackstart_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"blackstart/internal/edge/web"
	"blackstart/internal/hub"
	"blackstart/internal/ledger/journal/journaltest"
	"blackstart/internal/subject/access"
	"blackstart/internal/subject/incident"
	"blackstart/internal/subject/statuspage"
)

// The life of a fact: a command is decided, becomes a record, is seen in a view, and stands on a page. This is the whole house, without the
// network: read it beside docs/architecture.md.
func Example_lifeOfAFact() {
	ctx := context.Background()
	h, err := hub.Open(ctx, hub.Options{Store: new(journaltest.Memory), Clock: atTen{}})
	check(err)

	// 1. A command comes in; the subject decides; its events go to the record as one batch.
	r, err := h.Do(ctx, hub.Request{Actor: access.ByConsole, Command: incident.Open{Title: "eAU is rejected"}})
	check(err)
	for _, e := range r.Events {
		fmt.Println("event: ", e.Kind())
	}
	_, err = h.Do(ctx, hub.Request{Actor: access.ByConsole, Command: statuspage.Publish{Incident: "inc-1", DE: "Wir prüfen eine Störung.", EN: "We are looking into a disruption."}})
	check(err)

	// 2. The record: one JSON line, the leaf of a Merkle tree.
	entry, err := h.Log().Entry(ctx, r.First)
	check(err)
	fmt.Println("record:", string(entry.Body))

	// 3. A view: a plain struct, built under one short lock.
	board, err := h.Board(ctx, hub.BoardFilter{})
	check(err)
	fmt.Println("view:  ", board.Frame.Incident.ID, board.Frame.Incident.Title)

	// 4. A page: the same facts in somebody's language.
	pages := web.New(web.Deps{House: h, Door: h, Log: slog.New(slog.DiscardHandler)})
	answer := httptest.NewRecorder()
	pages.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/status?lang=en", nil))
	body, err := io.ReadAll(answer.Result().Body)
	check(err)
	fmt.Println("page:  ", answer.Code, strings.Contains(string(body), "We are looking into a disruption."))
	// The public never learns the title under which the house speaks of it.
	fmt.Println("leak:  ", strings.Contains(string(body), "eAU is rejected"))

	// Output:
	// event:  incident.opened
	// event:  incident.anchored
	// record: {"id":"inc-1","title":"eAU is rejected","lead":"hub:console"}
	// view:   inc-1 eAU is rejected
	// page:   200 true
	// leak:   false
}

// atTen is a clock that stands at ten in the evening.
type atTen struct{}

func (atTen) Now() time.Time { return time.Date(2026, 11, 3, 22, 0, 0, 0, time.UTC) }
func (atTen) Until(ctx context.Context, _ time.Time) error {
	<-ctx.Done()
	return ctx.Err()
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
