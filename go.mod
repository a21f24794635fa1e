module blackstart

go 1.26.0

require (
	filippo.io/age v1.3.2 // copies and wrapped keys: files that a person can open with the age command, should this program be gone
	github.com/a-h/templ v0.3.977 // pages: components that escape by context and are checked by the compiler
	github.com/alecthomas/kong v1.17.0 // command line from struct tags; small and alive
	github.com/boombuler/barcode v1.1.0 // the QR code of an authenticator's secret and of an invitation; no image leaves the page
	github.com/chromedp/cdproto v0.159.0 // tests: the browser protocol that chromedp speaks
	github.com/chromedp/chromedp v0.23.0 // tests: drives Debian's Chromium, downloads none of its own
	github.com/danielgtaylor/huma/v2 v2.37.2 // JSON API: OpenAPI 3.1 from the types that are decoded, RFC 9457 errors
	github.com/go-json-experiment/json v0.0.0-20260820222146-c27c302e5fc3 // strict JSON: refuses duplicate names, case variants, trailing data
	github.com/go-webauthn/webauthn v0.18.2 // passkeys: both ceremonies of WebAuthn checked to the letter
	github.com/goccy/go-yaml v1.19.2 // YAML with line and column of every node; yaml.v3 is unmaintained
	github.com/google/go-cmp v0.7.0 // tests: differences that can be read
	github.com/google/nftables v0.3.0 // agent: one netlink transaction, no nft command whose text varies by version
	github.com/mdlayher/netlink v1.7.3-0.20250113171957-fbb4dce95f42 // agent: the netlink below nftables, for its error codes
	github.com/ncruces/go-sqlite3 v0.35.2 // SQLite without cgo whose VFS is pure Go, so that crash tests run on the engine that ships; v0.36 does not resolve through the module proxy
	github.com/pquerna/otp v1.5.0 // codes of RFC 6238
	github.com/pressly/goose/v3 v3.29.0 // migrations embedded as SQL, used as a library
	github.com/rogpeppe/go-internal v1.16.0 // tests: testscript, the command line as a user types it
	github.com/transparency-dev/formats v0.1.1 // tests: somebody else's reader of our checkpoints
	github.com/vishvananda/netlink v1.3.1 // drill: addresses, routes and veth pairs of the stage
	github.com/vishvananda/netns v0.0.5 // drill: network namespaces of the stage
	golang.org/x/crypto v0.58.0 // argon2id (RFC 9106)
	golang.org/x/mod v0.42.0 // sumdb/tlog and sumdb/note: the transparency log of the Go team
	golang.org/x/net v0.61.0 // tests: an HTML tokenizer that is not ours, and raw HTTP/2 frames
	golang.org/x/sys v0.49.0 // boot time, namespaces, parent-death signals
	pgregory.net/rapid v1.3.0 // tests: properties and state machines, shrinks what fails
)

require (
	filippo.io/hpke v0.4.0 // indirect
	github.com/BurntSushi/toml v1.4.1-0.20240526193622-a339e1f7089c // indirect
	github.com/a-h/parse v0.0.0-20250122154542-74294addb73e // indirect
	github.com/alecthomas/go-check-sumtype v0.3.1 // indirect
	github.com/andybalholm/brotli v1.2.6 // indirect
	github.com/cenkalti/backoff/v4 v4.3.0 // indirect
	github.com/cli/browser v1.3.0 // indirect
	github.com/fatih/color v1.16.0 // indirect
	github.com/fsnotify/fsnotify v1.7.0 // indirect
	github.com/fxamacker/cbor/v2 v2.9.4 // indirect
	github.com/go-viper/mapstructure/v2 v2.5.0 // indirect
	github.com/go-webauthn/x v0.3.1 // indirect
	github.com/golang-jwt/jwt/v5 v5.3.1 // indirect
	github.com/google/go-tpm v0.9.8 // indirect
	github.com/google/uuid v1.6.0 // indirect
	github.com/mattn/go-colorable v0.1.14 // indirect
	github.com/mattn/go-isatty v0.0.24 // indirect
	github.com/mdlayher/socket v0.5.0 // indirect
	github.com/mfridman/interpolate v0.0.2 // indirect
	github.com/natefinch/atomic v1.0.1 // indirect
	github.com/ncruces/go-sqlite3-wasm/v3 v3.2.35303 // indirect
	github.com/ncruces/julianday v1.0.0 // indirect
	github.com/philhofer/fwd v1.2.0 // indirect
	github.com/sethvargo/go-retry v0.5.0 // indirect
	github.com/tinylib/msgp v1.6.4 // indirect
	github.com/x448/float16 v0.8.4 // indirect
	go.uber.org/multierr v1.11.0 // indirect
	golang.org/x/exp/typeparams v0.0.0-20231108232855-2478ac86f678 // indirect
	golang.org/x/sync v0.24.0 // indirect
	golang.org/x/text v0.43.0 // indirect
	golang.org/x/tools v0.52.0 // indirect
	honnef.co/go/tools v0.7.0 // indirect
	lukechampine.com/adiantum v1.1.1 // indirect
)

tool (
	github.com/a-h/templ/cmd/templ // generates the templates; make gen
	github.com/alecthomas/go-check-sumtype/cmd/go-check-sumtype // no switch over commands or events forgets one; newer versions need Go 1.27
	honnef.co/go/tools/cmd/staticcheck // linter
)
