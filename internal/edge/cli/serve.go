package cli

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"slices"
	"sync"

	"blackstart/internal/edge/api"
	"blackstart/internal/edge/check"
	"blackstart/internal/edge/web"
	"blackstart/internal/edge/wire"
	"blackstart/internal/fault"
	"blackstart/internal/hub"
	"blackstart/internal/hub/app"
)

// ServeCmd runs a hub over a data directory until it is interrupted.
type ServeCmd struct {
	Data      string   `default:"blackstart-data" help:"Data directory; made when it is missing." type:"path"`
	Listen    string   `default:"127.0.0.1:8443" help:"Address to listen on. Without --tls it must be on loopback."`
	Name      []string `help:"Name or literal address under which the hub is reached; may be repeated."`
	Catalogue string   `type:"path" help:"Catalogue directory to watch: what changes in it is shown on the catalogue page and adopted there."`
	CopyTo    []string `type:"path" placeholder:"DIR" help:"Keep an encrypted copy of the record in this directory, on a stick or a share; may be repeated."`
	Defy      bool     `name:"even-though-taken-over" help:"Go on although another hub has taken this record over: from here on there are two histories."`
	TLS       string   `name:"tls" placeholder:"self|FILE" help:"self: a certificate by the hub's own authority, whose fingerprint is printed; FILE: PEM with certificates and key."`
}

// Run starts the hub and waits for its end.
func (c ServeCmd) Run(io *IO) error {
	if c.Catalogue != "" {
		if _, err := os.Stat(c.Catalogue); err != nil {
			return fault.New(fault.Invalid, "serve.catalogue", "could not watch the catalogue directory: %w", err)
		}
	}
	key, err := io.dataKey(c.Data)
	if err != nil {
		return err
	}
	a, err := app.Start(io.Ctx, app.Config{Data: c.Data, Key: key, CopyTo: c.CopyTo, Defy: c.Defy, Effects: worldEffects(), Handler: handler(c.TLS, io.logger())})
	if err != nil {
		return err
	}
	if err := c.open(io, a); err != nil {
		a.Stop()
		return errors.Join(err, a.Wait())
	}
	var watching sync.WaitGroup
	if c.Catalogue != "" {
		watching.Go(func() { watchCatalogue(io, a, c.Catalogue) })
	}
	err = a.Wait()
	watching.Wait()
	return err
}

// open makes the listener and says how to get in.
func (c ServeCmd) open(io *IO, a *app.App) error {
	config, err := c.tls(io.Ctx, io, a)
	if err != nil {
		return err
	}
	l, err := app.Listen(io.Ctx, c.Listen, config)
	if err != nil {
		return err
	}
	a.Serve(l, c.names(config)...)
	return invite(io, a, c.base(l.Addr()))
}

// invite prints the address, and for an empty house the one-time link.
func invite(io *IO, a *app.App, base string) error {
	if t, stale := a.Hub.Stale(); stale {
		fmt.Fprintf(io.Out, "STALE    nothing is written here: %v\n\n", t.ErrStale())
	}
	fmt.Fprintf(io.Out, "hub      %s\nkey      %s\nserving  %s\n", a.Hub.Origin(), a.Hub.Key().Fingerprint(), base)
	for _, dir := range a.CopyTo() {
		fmt.Fprintf(io.Out, "copy     %s\n", dir)
	}
	token, err := a.Hub.SetUpToken(io.Ctx)
	if err != nil || token == "" {
		return err
	}
	fmt.Fprintf(io.Out, "\nNobody has entered this house yet. The first person opens, once:\n  %s/setup/%s\n", base, token)
	return nil
}

// base is the address people type: the first name given, else localhost where that is reached, since passkeys work under names only, else the
// listener's.
func (c ServeCmd) base(a net.Addr) string {
	scheme, host := "http", a.String()
	if c.TLS != "" {
		scheme = "https"
	}
	bare, port, _ := net.SplitHostPort(host)
	switch ip := net.ParseIP(bare); {
	case len(c.Name) > 0:
		host = net.JoinHostPort(c.Name[0], port)
	case ip != nil && (ip.IsLoopback() || ip.IsUnspecified()):
		host = net.JoinHostPort("localhost", port)
	}
	return scheme + "://" + host
}

// names are those under which the hub answers: those given, this machine's, and those of a certificate that was brought along.
func (c ServeCmd) names(config *tls.Config) []string {
	all := slices.Concat(c.Name, app.LocalNames(c.Listen))
	if config == nil {
		return all
	}
	for _, pair := range config.Certificates {
		if pair.Leaf == nil { // ours, made from these very names
			continue
		}
		all = append(all, pair.Leaf.DNSNames...)
		for _, ip := range pair.Leaf.IPAddresses {
			all = append(all, ip.String())
		}
	}
	return all
}

// tls makes the configuration for --tls, nil for none.
func (c ServeCmd) tls(ctx context.Context, io *IO, a *app.App) (*tls.Config, error) {
	switch c.TLS {
	case "":
		return nil, nil
	case "self":
		ca, err := a.Authority(ctx)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(io.Out, "ca       %s\n", ca.Fingerprint())
		return ca.Serve(c.names(nil)...)
	}
	file, err := os.ReadFile(c.TLS)
	if err != nil {
		return nil, fault.New(fault.Invalid, "tls.file", "could not read the certificate: %w", err)
	}
	pair, err := tls.X509KeyPair(file, file)
	if err != nil {
		return nil, fault.New(fault.Invalid, "tls.file", "could not use %s as a certificate: %w", c.TLS, err).Hinted("the file holds the certificates and the key, in PEM")
	}
	return &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{pair}, NextProtos: []string{"h2", "http/1.1"}}, nil
}

// worldEffects are what a real hub can do outside itself.
func worldEffects() hub.Effects {
	return hub.Effects{Probe: check.Run}
}

// handler puts the doors of the house side by side: pages for people, JSON for programs, one door for agents. tls is as in [ServeCmd].
func handler(tls string, log *slog.Logger) func(*app.App) http.Handler {
	return func(a *app.App) http.Handler {
		mux := http.NewServeMux()
		mux.Handle("/api/v1/", api.New(a.Hub))
		mux.Handle("/agent/v1/", wire.Handler(api.Agents(a.Hub, a.Addresses)))
		mux.HandleFunc("GET /healthz", health(a.Hub))
		mux.Handle("/", web.New(web.Deps{House: a.Hub, Door: a.Hub, Log: log, TLS: tls != "", CA: authority(a, tls), Origins: a.Origins}))
		return mux
	}
}

// authority gives the fingerprint of the hub's own authority, where that vouches for the pages.
func authority(a *app.App, tls string) func(context.Context) string {
	return func(ctx context.Context) string {
		if tls != "self" {
			return ""
		}
		ca, err := a.Authority(ctx)
		if err != nil {
			return "" // the page then says nothing of it; the start printed it
		}
		return ca.Fingerprint()
	}
}

// health answers 200 while entries can be written, else 503 with the reason.
func health(h *hub.Hub) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		if err := h.ReadOnly(); err != nil {
			http.Error(w, "read-only", http.StatusServiceUnavailable) // the reason stands on the pages of those who may know it
			return
		}
		fmt.Fprintln(w, "ok")
	}
}
