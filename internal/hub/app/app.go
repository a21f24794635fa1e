// Package app turns a configuration into a running program and stops it in order: the data directory, the hub over it, its listeners and
// certificates. It knows nothing of pages: what is served comes in as a function of the hub.
//
// Start at [Start]; [App.Wait] is the other end.
package app

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"

	"blackstart/internal/fault"
	"blackstart/internal/hub"
	"blackstart/internal/ledger/backup"
	"blackstart/internal/ledger/store/sqlite"
)

// Config is what a program is started with.
type Config struct {
	Data    string // the data directory; made when it is missing
	Drill   bool
	Clock   hub.Clock // nil: the machine's
	Effects hub.Effects
	Key     sqlite.Key // opens a sealed data directory; nil for one in the clear
	CopyTo  []string   // directories that are kept as copies of the record; they exist whenever something is written
	Defy    bool       // go on although another hub has taken the record over
	// Handler makes what is served. It gets the running program, so that pages can say under which addresses and certificate it is reached.
	Handler func(*App) http.Handler
}

// App is a running program.
type App struct {
	Hub *hub.Hub

	config Config
	store  *sqlite.Store
	guard  *guard
	conns  *share
	copies []*backup.Target
	owned  sync.WaitGroup
	stop   context.CancelFunc
	ctx    context.Context // ends when the program is to stop

	mu      sync.Mutex // guards what follows
	servers []*http.Server
	serving []net.Addr
	origins []string
	failed  error
}

// Start opens the data directory and sets the hub going. Whoever starts an app must call [App.Wait].
func Start(ctx context.Context, c Config) (*App, error) {
	store, err := OpenData(ctx, c.Data, c.Key)
	if err != nil {
		return nil, err
	}
	h, err := hub.Open(ctx, hub.Options{Store: store, Clock: c.Clock, Drill: c.Drill})
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	a := &App{Hub: h, config: c, store: store, conns: newShare(maxConns)}
	a.ctx, a.stop = context.WithCancel(ctx)
	if err := a.copyTo(ctx, h, c.CopyTo, c.Defy); err != nil {
		a.stop()
		return nil, errors.Join(err, store.Close())
	}
	a.guard = newGuard(c.Handler(a))
	a.owned.Go(func() { a.fail(h.Run(a.ctx, c.Effects)) })
	a.owned.Go(func() { a.keepCopies(a.ctx) })
	return a, nil
}

// OpenData opens the record in a data directory, which is made when it is missing. Only one program at a time can have it open. A sealed
// one takes its data key.
func OpenData(ctx context.Context, dir string, key sqlite.Key) (*sqlite.Store, error) {
	if key == nil {
		return sqlite.Open(ctx, dir)
	}
	return sqlite.OpenSealed(ctx, dir, key)
}

// Handler is what is served under the names, with what stands around every answer: see [App.Serve].
func (a *App) Handler(names ...string) http.Handler { return a.guard.under(names) }

// Serve serves the pages on a listener until the program stops, for requests that call it by one of the names, as localhost, or by the address
// that they came to. The listener may be plain only if it is on loopback: see [Listen].
func (a *App) Serve(l net.Listener, names ...string) {
	s := server(a.Handler(names...))
	s.BaseContext = func(net.Listener) context.Context { return a.ctx }
	a.mu.Lock()
	a.servers, a.serving = append(a.servers, s), append(a.serving, l.Addr())
	a.origins = append(a.origins, originsOf(l, names)...)
	a.mu.Unlock()
	a.owned.Go(func() {
		if err := s.Serve(a.gated(l)); !errors.Is(err, http.ErrServerClosed) {
			a.fail(fault.New(fault.Unavailable, "app.serve", "could not go on serving %s: %w", l.Addr(), err))
		}
	})
}

// server is an HTTP server with the bounds of limits.go.
func server(h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          quiet,
		HTTP2: &http.HTTP2Config{
			MaxConcurrentStreams:          maxStreams,
			MaxReceiveBufferPerStream:     streamBuffer,
			MaxReceiveBufferPerConnection: connBuffer,
			SendPingTimeout:               pingAfter,
			PingTimeout:                   pingTimeout,
			WriteByteTimeout:              stuckTimeout,
		},
	}
}

// Stop asks the program to stop; [App.Wait] then returns.
func (a *App) Stop() { a.stop() }

// Done ends when the program is to stop, whoever asked for it.
func (a *App) Done() <-chan struct{} { return a.ctx.Done() }

// Wait returns when the program has stopped in order: no new requests, the running ones answered within [drainTimeout], followers and timer
// ended, the last checkpoint signed, the record closed.
func (a *App) Wait() error {
	<-a.ctx.Done()
	drain, cancel := context.WithTimeout(context.Background(), drainTimeout)
	defer cancel()
	a.mu.Lock()
	servers := a.servers
	a.mu.Unlock()
	for _, s := range servers {
		if s.Shutdown(drain) != nil {
			_ = s.Close() // whoever still holds a connection open after the grace loses it
		}
	}
	a.owned.Wait()
	return errors.Join(a.failed, a.store.Close())
}

// fail keeps the first failure and stops the program.
func (a *App) fail(err error) {
	if err == nil {
		return
	}
	a.mu.Lock()
	if a.failed == nil {
		a.failed = err
	}
	a.mu.Unlock()
	a.stop()
}
