package wire

import (
	"bytes"
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/go-json-experiment/json"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/seal"
	"blackstart/internal/subject/order"
)

// Client is an agent's way to its hub: several literal addresses, one pinned certificate, no name resolution, no proxy, no redirects, one connection that is kept.
type Client struct {
	hubs   []netip.AddrPort
	host   order.Host
	signer *seal.Signer
	root   order.Root
	http   *http.Client

	mu   sync.Mutex // guards turn
	turn int        // which address is tried first: the one that answered last
}

// NewClient makes the client of an enrolled agent. now is the time by which the hub's certificate is judged: the agent's, since the host's clock may be the attacker's.
func NewClient(hubs []netip.AddrPort, pin Pin, host order.Host, signer *seal.Signer, root order.Root, now func() time.Time) *Client {
	return &Client{hubs: hubs, host: host, signer: signer, root: root, http: transport(pin, now)}
}

func transport(pin Pin, now func() time.Time) *http.Client {
	dialer := &net.Dialer{KeepAlive: keepAlive}
	return &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			Proxy: nil, // a proxy of the house is a machine of the house
			DialTLSContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
				ctx, cancel := context.WithTimeout(ctx, dialWait)
				defer cancel()
				return dialPinned(ctx, dialer, addr, pin, now)
			},
			ResponseHeaderTimeout: MaxWait + answerWait,
			MaxIdleConnsPerHost:   1,
			IdleConnTimeout:       2 * MaxWait,
			DisableCompression:    true,
		},
	}
}

// dialPinned connects to a literal address and checks the certificate against the pin and that address.
func dialPinned(ctx context.Context, d *net.Dialer, addr string, pin Pin, now func() time.Time) (net.Conn, error) {
	to, err := netip.ParseAddrPort(addr)
	if err != nil {
		return nil, err
	}
	raw, err := d.DialContext(ctx, "tcp", to.String())
	if err != nil {
		return nil, err
	}
	c := tls.Client(raw, pin.Config(to.Addr().WithZone("").String(), now))
	if err := c.HandshakeContext(ctx); err != nil {
		raw.Close()
		return nil, err
	}
	return c, nil
}

// CodeUnknownHub is of an answer that no hub of the trust root signed. The orders in it, and nothing else, come with the fault, unchecked: an order is good by itself or not at all.
const CodeUnknownHub = "wire.hub"

// Exchange sends one exchange and gives the hub's answer, checked: signed by a hub of the root, for this host, to this very exchange.
func (c *Client) Exchange(ctx context.Context, x Exchange) (Answer, error) {
	x.V, x.Host = version, c.host
	ctx, cancel := context.WithTimeout(ctx, time.Duration(x.WaitS)*time.Second+answerWait+time.Duration(len(c.hubs))*dialWait)
	defer cancel()
	e, err := c.send(ctx, ExchangePath, ExchangeType, AnswerType, x)
	if err != nil {
		return Answer{}, err
	}
	a, err := decode[Answer](e)
	if !c.root.Signed(e) {
		// What a hub that we do not know hands out may hold the order by which people make it known. Of the rest nothing is believed, not even the time.
		return Answer{Orders: a.Orders}, fault.New(fault.Forbidden, CodeUnknownHub, "could not take the answer: no hub of the trust root signed it")
	}
	if err == nil && (a.V != version || !strings.EqualFold(string(a.Host), string(c.host)) || a.Counter != x.Counter) {
		return Answer{}, fault.New(fault.Forbidden, "wire.echo", "could not take the answer: it answers exchange %d of %.100q", a.Counter, a.Host)
	}
	return a, err
}

// Enrol redeems a token at the hub and gives what the hub answered. That it is the right hub follows from the pinned certificate; that the answer is consistent, from its signature.
func Enrol(ctx context.Context, hub netip.AddrPort, pin Pin, host order.Host, token string, signer *seal.Signer) (Enrolled, error) {
	c := NewClient([]netip.AddrPort{hub}, pin, host, signer, order.Root{}, time.Now) // the last time that the host's own clock is asked
	ctx, cancel := context.WithTimeout(ctx, dialWait+answerWait)
	defer cancel()
	e, err := c.send(ctx, EnrolPath, EnrolType, EnrolledType, EnrolRequest{V: version, Host: host, Key: signer.Public(), Token: token})
	if err != nil {
		return Enrolled{}, err
	}
	a, err := decode[Enrolled](e)
	if err != nil {
		return Enrolled{}, err
	}
	if err := a.Root.Check(); err != nil {
		return Enrolled{}, err
	}
	if a.V != version || !a.Host.Valid() || !strings.EqualFold(string(a.Host), string(host)) || !a.Root.Signed(e) {
		return Enrolled{}, fault.New(fault.Forbidden, "wire.hub", "could not take the enrolment: it is not for %s, or the trust root in it did not sign it", host)
	}
	return a, nil
}

// send posts a message to the first address that takes it and gives the envelope that comes back.
func (c *Client) send(ctx context.Context, path, asked, answered string, message any) (seal.Envelope, error) {
	payload, err := encode(message)
	if err != nil {
		return seal.Envelope{}, err
	}
	e := seal.Envelope{PayloadType: asked, Payload: payload}
	e.Sign(c.signer)
	body := e.Marshal()
	failed := fault.New(fault.Invalid, "wire.hubs", "could not reach the hub: no address of it is known")
	for i := range c.hubs {
		n := (c.first() + i) % len(c.hubs)
		data, status, err := c.post(ctx, c.hubs[n], path, body)
		if err != nil {
			failed = fault.New(fault.Unavailable, "wire.unreachable", "could not reach the hub at %s: %w", c.hubs[n], err)
			if ctx.Err() != nil {
				break
			}
			continue
		}
		c.prefer(n)
		if status != http.StatusOK {
			return seal.Envelope{}, failureOf(status, data)
		}
		return seal.ParseEnvelope(data, answered)
	}
	return seal.Envelope{}, failed
}

func (c *Client) first() int { c.mu.Lock(); defer c.mu.Unlock(); return c.turn }

func (c *Client) prefer(n int) { c.mu.Lock(); defer c.mu.Unlock(); c.turn = n }

func (c *Client) post(ctx context.Context, hub netip.AddrPort, path string, body []byte) ([]byte, int, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://"+hub.String()+path, bytes.NewReader(body))
	if err != nil {
		return nil, 0, err
	}
	r.Header.Set("Content-Type", "application/json")
	answer, err := c.http.Do(r)
	if err != nil {
		return nil, 0, err
	}
	defer answer.Body.Close()
	limit := int64(maxBody)
	if answer.StatusCode != http.StatusOK {
		limit = maxFault
	}
	data, err := io.ReadAll(io.LimitReader(answer.Body, limit+1)) // one more than is allowed, so that too much is noticed by the parser
	return data, answer.StatusCode, err
}

// Close gives up the kept connection.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// failureOf turns a refusal back into the fault that the hub meant.
func failureOf(status int, data []byte) error {
	kind := fault.Unavailable
	for _, k := range []fault.Kind{fault.Invalid, fault.NotFound, fault.Forbidden, fault.Conflict} {
		if fault.HTTPStatus(&fault.Fault{Kind: k}) == status {
			kind = k
		}
	}
	var f failure
	if err := json.Unmarshal(data, &f, json.RejectUnknownMembers(true)); err != nil {
		return fault.New(kind, "wire.status", "could not read the hub's answer: HTTP status %d", status)
	}
	return fault.New(kind, f.Code, "the hub refused: %s", f.Message).Hinted("%s", f.Hint)
}
