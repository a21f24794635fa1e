package check

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"

	"blackstart/internal/subject/probe"
)

// web asks for the target once, over a connection of its own, and compares status and content.
func web(ctx context.Context, s probe.Spec) (probe.Depth, bool, string) {
	var reached atomic.Int32 // a dial may still be on its way when its time is over
	trace := &httptrace.ClientTrace{
		ConnectDone:      func(_, _ string, err error) { reach(&reached, probe.Connected, err) },
		TLSHandshakeDone: func(_ tls.ConnectionState, err error) { reach(&reached, probe.Secured, err) },
	}
	r, err := http.NewRequestWithContext(httptrace.WithClientTrace(ctx, trace), http.MethodGet, s.Target, nil)
	if err != nil {
		return probe.Named, false, err.Error()
	}
	r.Header.Set("User-Agent", "blackstart-probe")
	transport := &http.Transport{Proxy: nil, DialContext: dialer(s).DialContext, DisableKeepAlives: true, MaxResponseHeaderBytes: maxHeader, DisableCompression: true}
	defer transport.CloseIdleConnections()
	answer, err := (&http.Client{Transport: transport, CheckRedirect: stay}).Do(r)
	if err != nil {
		return probe.Depth(reached.Load()), false, err.Error()
	}
	defer answer.Body.Close()
	return judge(s.Expect, answer)
}

// reach notes that a level was reached, unless it failed.
func reach(reached *atomic.Int32, depth probe.Depth, err error) {
	if err == nil {
		reached.Store(int32(depth)) // levels come in rising order on one connection
	}
}

// stay refuses to be sent elsewhere: what answers there is not what was asked about.
func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// judge compares an answer with what was expected.
func judge(want probe.Expect, answer *http.Response) (probe.Depth, bool, string) {
	if good := answer.StatusCode == want.Status || want.Status == 0 && answer.StatusCode < http.StatusBadRequest; !good {
		return probe.Greeted, false, fmt.Sprintf("status %s, want %s", answer.Status, wanted(want.Status))
	}
	if want.Contains == "" {
		return probe.Greeted, true, "status " + answer.Status
	}
	content, err := io.ReadAll(io.LimitReader(answer.Body, maxContent))
	switch {
	case bytes.Contains(content, []byte(want.Contains)):
		return probe.Functional, true, "status " + answer.Status + ", content as expected"
	case err != nil:
		return probe.Greeted, false, "status " + answer.Status + ", then " + err.Error()
	default:
		return probe.Greeted, false, fmt.Sprintf("status %s, but the first %d bytes do not contain %q", answer.Status, len(content), want.Contains)
	}
}

func wanted(status int) string {
	if status == 0 {
		return "below 400"
	}
	return fmt.Sprint(status)
}
