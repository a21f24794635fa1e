package seal

const (
	// MaxEnvelope bounds an envelope in bytes: an order of 8 KiB in base64 with room for the signatures of a dozen people.
	MaxEnvelope = 64 << 10

	maxKeyBlob    = 512     // bytes of a public key as SSH or X.509 write it: Ed25519 and P-256 with a curve's name and an application take 150
	maxSSHSig     = 1 << 10 // bytes of an SSHSIG: key, names and signature take 300
	maxArmor      = 4 << 10 // bytes of the same as text
	maxClientData = 2 << 10 // bytes of what a browser says of a passkey's signature: 200, with room for what browsers add
	maxAuthData   = 1 << 10 // bytes of what the authenticator says: 37, with room for extensions
	maxOrigins    = 4       // pages on which a passkey may be used: a name with two ports, an old and a new one
	maxOrigin     = 280     // bytes: the longest name (253, RFC 1035) with scheme and port
)
