package cli

import (
	"fmt"
	"net/http"
	"net/url"
)

// AgentOfferCmd makes a one-time token at the hub.
type AgentOfferCmd struct {
	Client `embed:""`

	Host string `arg:"" help:"The host's id in the catalogue."`
}

// offerReport is the token, which is shown only now.
type offerReport struct {
	Schema string `json:"schema"`
	Host   string `json:"host"`
	Token  string `json:"token"`

	Warning string `json:"warning,omitempty"`
}

// Run prints the token.
func (c AgentOfferCmd) Run(io *IO) error {
	var o offerReport
	if err := c.call(io.Ctx, http.MethodPost, "/api/v1/agent/"+url.PathEscape(c.Host)+"/offer", struct{}{}, &o); err != nil {
		return err
	}
	if o.Warning != "" {
		fmt.Fprintf(io.Err, "warning: %s\n", plainText(o.Warning))
	}
	if io.JSON {
		return printJSON(io, o)
	}
	_, err := fmt.Fprintln(io.Out, plainText(o.Token))
	return err
}
