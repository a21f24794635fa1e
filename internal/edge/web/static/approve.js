// Approves an order with a passkey, and makes a passkey to approve with (Web Authentication Level 3). What is signed is SHA-256(PAE(type, payload)), which the page
// carries; agents check the rest themselves. Needs a secure context under a name: TLS, or localhost.
(() => {
  "use strict";
  const bytes = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const base64 = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)));

  // Sends the form once work has filled it in; says so in its own words when the passkey was not used.
  const onSubmit = (form, work) => {
    if (!form) return;
    const wrong = form.querySelector(".wrong");
    const complain = (text) => {
      wrong.textContent = text;
      wrong.hidden = false;
    };
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      wrong.hidden = true;
      if (!window.PublicKeyCredential) return complain(form.dataset.noSupport);
      try {
        await work(form);
      } catch (error) {
        return complain(error.name === "SecurityError" ? form.dataset.noSupport : form.dataset.failed);
      }
      form.submit();
    });
  };

  onSubmit(document.getElementById("passkeysign"), async (form) => {
    const keys = JSON.parse(form.dataset.keys);
    const used = await navigator.credentials.get({ publicKey: {
      challenge: bytes(form.dataset.challenge), rpId: keys[0].rp, userVerification: "required",
      allowCredentials: keys.map((key) => ({ type: "public-key", id: bytes(key.id) })),
    } });
    const answer = used.response;
    form.elements.approval.value = JSON.stringify({
      kind: "webauthn", keyid: keys.find((key) => key.id === base64(used.rawId)).keyid, sig: base64(answer.signature),
      authenticator_data: base64(answer.authenticatorData), client_data: base64(answer.clientDataJSON),
    });
  });

  // The name that the device shows says what the passkey is for: whoever is asked for it while signing in should wonder. ES256 and EdDSA are what agents read.
  onSubmit(document.getElementById("passkeymake"), async (form) => {
    const made = await navigator.credentials.create({ publicKey: {
      challenge: crypto.getRandomValues(new Uint8Array(32)), rp: { id: location.hostname, name: "Blackstart" },
      user: { id: crypto.getRandomValues(new Uint8Array(32)), name: form.dataset.name, displayName: form.dataset.name },
      pubKeyCredParams: [{ type: "public-key", alg: -8 }, { type: "public-key", alg: -7 }],
      authenticatorSelection: { userVerification: "required", residentKey: "preferred" }, attestation: "none",
    } });
    form.elements.public.value = base64(made.response.getPublicKey());
    form.elements.credential.value = base64(made.rawId);
    form.elements.rp_id.value = location.hostname;
  });
})();
