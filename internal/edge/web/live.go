package web

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"blackstart/internal/subject/access"
)

// news is a stream of server-sent events that says only "the record has moved on to entry N"; the page then fetches its living part again, from
// the same handler that drew it. So nothing can be shown by the stream that the page itself would not show, and a lost event heals with the next.
func (s *server) news(w http.ResponseWriter, r *http.Request) {
	after, _ := strconv.ParseUint(r.URL.Query().Get("after"), 10, 64) // unreadable: from the beginning, which is at once
	if id := r.Header.Get("Last-Event-ID"); id != "" {
		after, _ = strconv.ParseUint(id, 10, 64)
	}
	who, _ := visitorOf(r)
	if !s.listeners.enter(who.Actor()) {
		w.Header().Set("Retry-After", strconv.Itoa(int(liveBeat.Seconds())))
		http.Error(w, "too many pages listen for news", http.StatusServiceUnavailable)
		return
	}
	defer s.listeners.leave(who.Actor())
	out := stream{http.NewResponseController(w)}
	w.Header().Set("Content-Type", "text/event-stream")
	_ = out.SetReadDeadline(time.Time{}) // the stream outlives the server's limits for pages
	w.WriteHeader(http.StatusOK)
	if r.Method == http.MethodHead {
		return // it asks for the headers: a stream would stay open that carries nothing
	}
	if out.Flush() != nil || !rest(r.Context(), true) { // the page needs a moment to bind its parts to the stream: what came before that would be lost
		return
	}
	for out.Flush() == nil {
		next, err := s.waitABeat(r.Context(), after)
		switch {
		case r.Context().Err() != nil:
			return
		case err != nil:
			_, err = fmt.Fprint(w, ": still here\n\n")
		case !s.stillHere(r):
			return // signed out meanwhile, or the right was withdrawn
		default:
			_, err = fmt.Fprintf(w, "event: moved\nid: %d\ndata: %d\n\n", next, next)
			after = next
		}
		if err != nil || !rest(r.Context(), err == nil && next == after) {
			return
		}
	}
}

// stream is an answer without end. Each message has its own time to be taken: the listener's buffers are filled only as fast as it reads.
type stream struct{ *http.ResponseController }

func (s stream) Flush() error {
	_ = s.SetWriteDeadline(time.Now().Add(liveStuck)) // the machine's clock: sockets know no other; where there is no socket there is nothing to end
	return s.ResponseController.Flush()
}

// listeners counts the open streams, all and each person's.
type listeners struct {
	mu  sync.Mutex // guards what follows
	all int
	own map[access.Actor]int
}

func (l *listeners) enter(a access.Actor) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.all >= maxListeners || l.own[a] >= maxOwn {
		return false
	}
	if l.own == nil {
		l.own = map[access.Actor]int{}
	}
	l.all++
	l.own[a]++
	return true
}

func (l *listeners) leave(a access.Actor) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all--
	if l.own[a]--; l.own[a] == 0 {
		delete(l.own, a)
	}
}

// waitABeat waits for news, but no longer than until the line needs a sign of life.
func (s *server) waitABeat(ctx context.Context, after uint64) (uint64, error) {
	ctx, stop := context.WithTimeout(ctx, liveBeat)
	defer stop()
	return s.deps.House.Wait(ctx, after)
}

// stillHere asks again who listens: a session can end while the stream is open.
func (s *server) stillHere(r *http.Request) bool {
	who, in := visitorOf(s.recognise(r))
	return in && s.deps.House.May(who.Actor(), "GET /live") == nil
}

// rest keeps the distance between two messages; false when the listener left.
func rest(ctx context.Context, needed bool) bool {
	if !needed {
		return true
	}
	t := time.NewTimer(liveRest)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
