package access

const (
	MaxUsers = 10_000 // a contact or two for each of 80 insurers and a staff of hundreds; practices do not sign in
	MaxKeys  = 48     // approvers' keys ever enrolled; the trust root holds at most 64 of each kind
	MaxName  = 200    // bytes of a person's or an organisation's name
	MaxShred = 4096   // entries erased at once, as many as any act names; whoever wrote more is erased in several

	MaxCredential = 1023 // bytes of a passkey's id (WebAuthn, section 4, "Credential ID")
)
