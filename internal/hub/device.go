package hub

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"encoding/base64"
	"strconv"
	"strings"
)

// A device cookie says that its owner signed in from this browser before: id.when.mac, the mac under the door's key over user, id, time and the hash
// of the password in force, so that another password makes it void. It lets nobody in; it only keeps strangers' failures from holding its owner up
// (OWASP, "Slow Down Online Guessing Attacks with Device Cookies").
func (h *Hub) newDevice(ctx context.Context, user string) string {
	body := rand.Text() + "." + strconv.FormatInt(h.door.now().Unix(), 36)
	mac, ok := h.deviceMAC(ctx, user, body)
	if !ok {
		return ""
	}
	return body + "." + mac
}

func (h *Hub) deviceMAC(ctx context.Context, user, body string) (string, bool) {
	stored, err := h.store.Secret(ctx, passwordPrefix+strings.ToLower(user))
	return base64.RawURLEncoding.EncodeToString(h.door.mac("device/"+strings.ToLower(user), body+"\x00"+string(stored))), err == nil
}

// deviceOf gives the id of the device if the cookie is this user's and not too old, else "".
func (h *Hub) deviceOf(c Caller, user string) string {
	cut := strings.LastIndexByte(c.Device, '.')
	if cut < 0 || len(c.Device) > maxDevice {
		return ""
	}
	id, when, _ := strings.Cut(c.Device[:cut], ".")
	since, err := strconv.ParseInt(when, 36, 64)
	if err != nil || h.door.now().Unix()-since > int64(deviceLife.Seconds()) {
		return ""
	}
	if want, ok := h.deviceMAC(context.Background(), user, c.Device[:cut]); !ok || !hmac.Equal([]byte(want), []byte(c.Device[cut+1:])) {
		return ""
	}
	return id
}
