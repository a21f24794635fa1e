// Signs the order on this page with a key file, in the browser. The file is read here and never sent; only the signature goes to the hub.
// What is signed is PAE(type, payload) of DSSE v1.0.2, the same bytes as `blackstart order approve` signs. Needs WebCrypto with Ed25519
// (secure context: TLS, or a loopback address).
(() => {
  "use strict";
  const form = document.getElementById("sign");
  if (!form) return;
  const file = document.getElementById("keyfile");
  const wrong = document.getElementById("signwrong");
  const bytes = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const base64 = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)));

  // The key file is PEM, PKCS #8 (RFC 8410); lines with a colon are headers (RFC 1421) and are skipped.
  const der = (pem) => {
    const block = pem.match(/-----BEGIN PRIVATE KEY-----([\s\S]+?)-----END PRIVATE KEY-----/);
    if (!block) throw new Error("no key");
    return bytes(block[1].split(/\r?\n/).filter((line) => !line.includes(":")).join("").trim());
  };

  const pae = (type, payload) => {
    const text = new TextEncoder();
    const kind = text.encode(type);
    const head = text.encode(`DSSEv1 ${kind.length} ${type} ${payload.length} `);
    const all = new Uint8Array(head.length + payload.length);
    all.set(head);
    all.set(payload, head.length);
    return all;
  };

  // The fingerprint is SHA256: and the unpadded base64 of the hash of the raw public key, as the program writes it.
  const fingerprint = async (key) => {
    const jwk = await crypto.subtle.exportKey("jwk", key);
    const x = jwk.x.replace(/-/g, "+").replace(/_/g, "/");
    const hash = await crypto.subtle.digest("SHA-256", bytes(x));
    return "SHA256:" + base64(hash).replace(/=+$/, "");
  };

  const complain = (text) => {
    wrong.textContent = text;
    wrong.hidden = false;
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    wrong.hidden = true;
    if (!window.crypto || !crypto.subtle) return complain(form.dataset.noSupport);
    let key;
    try {
      key = await crypto.subtle.importKey("pkcs8", der(await file.files[0].text()), { name: "Ed25519" }, true, ["sign"]);
    } catch (error) {
      return complain(error.name === "NotSupportedError" ? form.dataset.noSupport : form.dataset.badKey);
    }
    const signature = await crypto.subtle.sign({ name: "Ed25519" }, key, pae(form.dataset.type, bytes(form.dataset.payload)));
    form.elements.approval.value = JSON.stringify({ kind: "ed25519", keyid: await fingerprint(key), sig: base64(signature) });
    file.value = ""; // the file field has no name and is not sent; it is emptied all the same
    form.submit();
  });
})();
