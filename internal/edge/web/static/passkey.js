// Passkeys for the pages: turns the options that the hub sends as JSON into what browsers take, and their answer into JSON again (base64url without
// padding, WebAuthn 3, section 5.1). Any page that loads this file has:
//
//   passkey.works()         whether this browser can do it at all (it must also be a secure context: TLS, or localhost)
//   passkey.create(options) a Promise of the new credential; options: {publicKey: PublicKeyCredentialCreationOptionsJSON}
//   passkey.get(options)    a Promise of the assertion;      options: {publicKey: PublicKeyCredentialRequestOptionsJSON}
//   passkey.post(url, body) a Promise of the JSON that the hub answers to JSON; refused with an Error whose .again is where to prove who one is first
//
// Both ceremonies answer {id, rawId, type, authenticatorAttachment, response, clientExtensionResults}, the form that the hub's Go library and
// PublicKeyCredential.toJSON() share. To sign bytes of your own, put their hash into publicKey.challenge as base64url.
const passkey = (() => {
  "use strict";
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const named = (list) => (list || []).map((c) => ({ ...c, id: bytes(c.id) }));

  const answer = (credential, fields) => {
    const response = {};
    for (const name of fields) if (credential.response[name]) response[name] = text(credential.response[name]);
    return {
      id: credential.id, rawId: text(credential.rawId), type: credential.type, response,
      authenticatorAttachment: credential.authenticatorAttachment || undefined, clientExtensionResults: {},
    };
  };

  return {
    works: () => window.isSecureContext && !!window.PublicKeyCredential,

    async create({ publicKey: o }) {
      const credential = await navigator.credentials.create({
        publicKey: { ...o, challenge: bytes(o.challenge), user: { ...o.user, id: bytes(o.user.id) }, excludeCredentials: named(o.excludeCredentials) },
      });
      const made = answer(credential, ["clientDataJSON", "attestationObject"]);
      made.response.transports = credential.response.getTransports ? credential.response.getTransports() : [];
      return made;
    },

    async get({ publicKey: o }) {
      const credential = await navigator.credentials.get({ publicKey: { ...o, challenge: bytes(o.challenge), allowCredentials: named(o.allowCredentials) } });
      return answer(credential, ["clientDataJSON", "authenticatorData", "signature", "userHandle"]);
    },

    async post(url, body) {
      const r = await fetch(url, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
      const said = await r.json().catch(() => ({}));
      if (r.ok) return said;
      throw Object.assign(new Error(said.error || r.statusText), { again: said.again, told: true });
    },
  };
})();
