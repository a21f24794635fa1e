package web

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/boombuler/barcode/qr"
)

// qrQuiet is the white rim around a code, in modules (ISO/IEC 18004, section 5.3.8).
const qrQuiet = 4

// qrPath draws text as a QR code: one path in a square of the given number of modules, a run of dark modules per step.
func qrPath(text string) (path string, modules int, err error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return "", 0, err
	}
	side := code.Bounds().Dx()
	dark := func(x, y int) bool {
		if x >= side {
			return false
		}
		r, _, _, _ := code.At(x, y).RGBA()
		return r == 0
	}
	var b strings.Builder
	for y := range side {
		for x := 0; x < side; x++ {
			run := 0
			for dark(x+run, y) {
				run++
			}
			if run > 0 {
				fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", x+qrQuiet, y+qrQuiet, run, run)
				x += run
			}
		}
	}
	return b.String(), side + 2*qrQuiet, nil
}

// authenticatorCode is a secret as a picture and as text.
type authenticatorCode struct {
	path    string // of the picture, in modules
	modules int
	secret  string // in groups of four, to be typed
}

func newAuthenticatorCode(otpauth string) (authenticatorCode, error) {
	u, err := url.Parse(otpauth)
	if err != nil {
		return authenticatorCode{}, err
	}
	path, modules, err := qrPath(otpauth)
	var groups []string
	for secret := u.Query().Get("secret"); secret != ""; secret = secret[min(4, len(secret)):] {
		groups = append(groups, secret[:min(4, len(secret))])
	}
	return authenticatorCode{path: path, modules: modules, secret: strings.Join(groups, " ")}, err
}

func (c authenticatorCode) box() string {
	return "0 0 " + strconv.Itoa(c.modules) + " " + strconv.Itoa(c.modules)
}
