package cli

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
)

// phone is a code app. It never shows a code twice, so that it can be asked several times within the half minute for which the hub takes one code
// once: it takes the oldest code that still counts, and waits only if there is none.
type phone struct {
	secret string
	used   int64
}

// scan takes a secret in: as the address of a QR code, or typed.
func scan(t *testing.T, text string) *phone {
	t.Helper()
	if strings.HasPrefix(text, "otpauth:") {
		u, err := url.Parse(strings.TrimSpace(text))
		if err != nil {
			t.Fatal(err)
		}
		text = u.Query().Get("secret")
	}
	return &phone{secret: strings.ReplaceAll(text, " ", "")}
}

func (p *phone) code(t *testing.T) string {
	t.Helper()
	const period, margin = 30, 10 // seconds; a code that stops counting within the margin is not taken
	for {
		now := time.Now().Unix()
		oldest := now/period - 1
		if now%period > period-margin {
			oldest++
		}
		if step := max(oldest, p.used+1); step <= now/period+1 {
			p.used = step
			code, err := totp.GenerateCode(p.secret, time.Unix(step*period, 0))
			if err != nil {
				t.Fatal(err)
			}
			return code
		}
		time.Sleep(time.Second)
	}
}
