package cli

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"blackstart/internal/edge/wire"
	"blackstart/internal/fault"
)

// Client is how a command reaches a running hub. A token is a person's: what is done with it is done in their name.
type Client struct {
	Hub   string `env:"BLACKSTART_HUB" default:"http://127.0.0.1:8443" help:"Address of the hub."`
	Token string `env:"BLACKSTART_TOKEN" help:"Token of the person who acts ('blackstart user token NAME' makes one)."`
	CA    string `name:"ca" env:"BLACKSTART_CA" help:"Fingerprint of the hub's certificate authority, as printed at its start."`
}

const (
	clientTimeout = 30 * time.Second // a hub that does not answer by then is not there
	maxAnswer     = 64 << 20         // bytes
)

// do gives a command to the hub. at may be empty.
func (c Client) do(ctx context.Context, name string, at When, command any) (doneReport, error) {
	query := url.Values{}
	if !at.Time.IsZero() {
		query.Set("happened_at", at.Time.UTC().Format(time.RFC3339Nano))
	}
	var d doneReport
	return d, c.call(ctx, http.MethodPost, "/api/v1/do/"+name+"?"+query.Encode(), command, &d)
}

// doneReport is what the hub answers to a command.
type doneReport struct {
	Schema   string   `json:"schema"`
	First    uint64   `json:"first"`
	Last     uint64   `json:"last"`
	Kinds    []string `json:"kinds"`
	IDs      []string `json:"ids"`
	Repeated bool     `json:"repeated"`
}

// print says what was done in one line, or as JSON.
func (d doneReport) print(io *IO, what string) error {
	if io.JSON {
		return printJSON(io, d)
	}
	id := ""
	if len(d.IDs) > 0 {
		id = " " + d.IDs[0]
	}
	_, err := fmt.Fprintf(io.Out, "%s%s (entry %d)\n", what, id, d.First)
	return err
}

// call sends a request and reads the answer into out. A problem that the hub reports becomes a fault of the same kind.
func (c Client) call(ctx context.Context, method, path string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return fault.New(fault.Internal, "client.encode", "could not put the request into JSON: %w", err)
	}
	r, err := http.NewRequestWithContext(ctx, method, strings.TrimSuffix(c.Hub, "/")+path, bytes.NewReader(body))
	if err != nil {
		return fault.New(fault.Invalid, "client.address", "could not use %q as the address of a hub: %w", c.Hub, err).Hinted("write https://HOST:PORT")
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+c.Token)
	client, err := c.http()
	if err != nil {
		return err
	}
	answer, err := client.Do(r)
	if err != nil {
		return fault.New(fault.Unavailable, "client.unreachable", "could not reach the hub at %s: %w", c.Hub, err).Hinted("is it running? --hub and --ca say where and who")
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	if err != nil {
		return fault.New(fault.Unavailable, "client.answer", "could not read the answer of the hub: %w", err)
	}
	if answer.StatusCode >= http.StatusBadRequest {
		return refused(answer.StatusCode, data)
	}
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(data, out); err != nil {
		return fault.New(fault.Unavailable, "client.answer", "could not understand the answer of the hub: %w", err)
	}
	return nil
}

// refused turns an RFC 9457 problem back into the fault that it was made from.
func refused(status int, data []byte) error {
	var p struct {
		Title  string `json:"title"`
		Detail string `json:"detail"`
		Errors []struct {
			Message  string `json:"message"`
			Location string `json:"location"`
		} `json:"errors"`
	}
	_ = json.Unmarshal(data, &p) // whatever answers with an error may not be our hub; the status then says what can be said
	for _, e := range p.Errors {
		p.Detail += fmt.Sprintf("; %s: %s", e.Location, e.Message)
	}
	kind := fault.Unavailable
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden:
		kind = fault.Forbidden
	case http.StatusNotFound:
		kind = fault.NotFound
	case http.StatusConflict:
		kind = fault.Conflict
	case http.StatusUnprocessableEntity, http.StatusBadRequest:
		kind = fault.Invalid
	}
	return fault.New(kind, plainText(cmp.Or(p.Title, "client.refused")), "%s", plainText(cmp.Or(p.Detail, http.StatusText(status))))
}

// http makes the client. With --ca the hub is known by its authority's fingerprint alone: no DNS and no installed root is believed.
func (c Client) http() (*http.Client, error) {
	t := &http.Transport{}
	if err := c.private(); err != nil {
		return nil, err
	}
	if c.CA != "" {
		pin, err := wire.ParsePin(c.CA)
		if err != nil {
			return nil, err
		}
		at, err := url.Parse(c.Hub)
		if err != nil {
			return nil, fault.New(fault.Invalid, "client.address", "could not use %q as the address of a hub: %w", c.Hub, err)
		}
		t.TLSClientConfig = pin.Config(at.Hostname(), time.Now)
	}
	return &http.Client{Transport: t, Timeout: clientTimeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, nil
}

// private refuses to send a token where others could read it.
func (c Client) private() error {
	at, err := url.Parse(c.Hub)
	if err != nil {
		return fault.New(fault.Invalid, "client.address", "could not use %q as the address of a hub: %w", c.Hub, err)
	}
	ip := net.ParseIP(at.Hostname())
	if at.Scheme == "https" || c.CA == "" && (at.Hostname() == "localhost" || ip != nil && ip.IsLoopback()) {
		return nil
	}
	return fault.New(fault.Invalid, "client.plain", "could not send a token to %s: it would cross the network in the clear", c.Hub).Hinted("use https:// and --ca")
}

// When is a moment on the command line: RFC 3339, or HH:MM for the last time the clock showed that.
type When struct{ Time time.Time }

// UnmarshalText reads a moment.
func (w *When) UnmarshalText(text []byte) error {
	if t, err := time.Parse(time.RFC3339, string(text)); err == nil {
		w.Time = t
		return nil
	}
	now := time.Now()
	t, err := time.ParseInLocation("15:04", string(text), now.Location())
	if err != nil {
		return fault.New(fault.Invalid, "client.time", "could not read %q as a time", text).Hinted("write 2026-11-03T22:15:00+01:00, or 22:15 for the last time the clock showed that")
	}
	w.Time = time.Date(now.Year(), now.Month(), now.Day(), t.Hour(), t.Minute(), 0, 0, now.Location())
	if w.Time.After(now) {
		w.Time = w.Time.AddDate(0, 0, -1)
	}
	return nil
}
