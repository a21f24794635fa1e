package wire

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/go-json-experiment/json"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/seal"
	"blackstart/internal/subject/order"
)

// Hub is what the handler needs of the hub.
type Hub interface {
	// AgentKey gives the key of the host's agent; a NotFound fault when none is enrolled.
	AgentKey(ctx context.Context, host order.Host) (seal.Key, error)
	// Enrol redeems the token. The request's signature has been checked against its own key.
	Enrol(ctx context.Context, r EnrolRequest) (Enrolled, error)
	// Exchange takes the receipts in, then waits until there is an order for the host, at most r.WaitS seconds, and gives the orders that stand ([Fit] bounds them)
	// and the hub's time. The exchange's signature has been checked against the agent's key. It must return without an error only when every receipt is recorded
	// or refused for good: the agent forgets them then. An error means that it will send all of them again.
	Exchange(ctx context.Context, r Exchange) (Answer, error)
	// Seal signs a payload with the hub's key.
	Seal(payloadType string, payload []byte) seal.Envelope
}

// Handler serves both paths. The server around it must speak TLS 1.3 with the certificate that agents pin, and must allow an answer [MaxWait] and some seconds.
func Handler(h Hub) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("POST "+ExchangePath, answering(h, ExchangeType, AnswerType, exchange))
	mux.Handle("POST "+EnrolPath, answering(h, EnrolType, EnrolledType, enrol))
	return mux
}

// answering reads an envelope of one type, has it answered, and seals the answer as another type.
func answering[A any](h Hub, asked, answered string, answer func(context.Context, Hub, seal.Envelope) (A, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if err != nil {
			refuse(w, fault.New(fault.Invalid, "wire.size", "could not read the request: %w", err))
			return
		}
		envelope, err := seal.ParseEnvelope(body, asked)
		if err != nil {
			refuse(w, err)
			return
		}
		a, err := answer(r.Context(), h, envelope)
		if err != nil {
			refuse(w, err)
			return
		}
		payload, err := encode(a)
		if err != nil {
			refuse(w, err)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(h.Seal(answered, payload).Marshal()) // a lost answer is asked for again
	})
}

func exchange(ctx context.Context, h Hub, e seal.Envelope) (Answer, error) {
	r, err := decode[Exchange](e)
	if err != nil {
		return Answer{}, err
	}
	key, err := h.AgentKey(ctx, r.Host)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return Answer{}, err
	}
	if err != nil || !e.SignedBy(key) {
		// The same answer for both, so that a stranger does not learn which hosts are enrolled.
		return Answer{}, fault.New(fault.Forbidden, "wire.agent", "could not take the exchange: no agent of %.100q signed it", r.Host).Hinted("enrol the agent")
	}
	if r.V != version {
		return Answer{}, fault.New(fault.Invalid, "wire.version", "could not take the exchange: version %d, this hub speaks %d", r.V, version)
	}
	r.WaitS = max(0, min(r.WaitS, int(MaxWait/time.Second)))
	a, err := h.Exchange(ctx, r)
	a.V, a.Host, a.Counter = version, r.Host, r.Counter
	return a, err
}

func enrol(ctx context.Context, h Hub, e seal.Envelope) (Enrolled, error) {
	r, err := decode[EnrolRequest](e)
	if err != nil {
		return Enrolled{}, err
	}
	if r.V != version || !r.Host.Valid() || !e.SignedBy(r.Key) {
		return Enrolled{}, fault.New(fault.Invalid, "wire.enrol", "could not take the enrolment: it is not of version %d, for a host, and signed by its own key", version)
	}
	a, err := h.Enrol(ctx, r)
	a.V = version
	return a, err
}

// failure is the body of an answer that is none.
type failure struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Hint    string `json:"hint"`
}

// refuse answers with a fault. Of our own defects a stranger hears no details.
func refuse(w http.ResponseWriter, err error) {
	body := failure{Code: "internal", Message: "could not answer"}
	var f *fault.Fault
	if errors.As(err, &f) && f.Kind != fault.Internal {
		body = failure{f.Code, f.Message, f.Hint}
	}
	data, _ := json.Marshal(body) // three strings; text that is not UTF-8 leaves an empty body
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(fault.HTTPStatus(err))
	_, _ = w.Write(data)
}
