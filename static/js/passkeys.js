// Passkeys: <form data-passkey> is shown where the browser knows them, and sent once the device has answered.
// create and get find their options in the page, sign-in fetches them. allauth's webauthn-json.js encodes.
{ // a scope of its own: scripts of one page share theirs
  const known = window.PublicKeyCredential && window.webauthnJSON && isSecureContext;

  const ask = async (form) => {
    const kind = form.dataset.passkey;
    if (kind === "sign-in") {
      const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      return webauthnJSON.get((await answer.json()).request_options);
    }
    const options = JSON.parse(document.getElementById("passkey-options").textContent);
    if (kind === "get") return webauthnJSON.get(options.request_options);
    // Kept on the device and opened by its lock, so that it signs in by itself.
    options.creation_options.publicKey.authenticatorSelection = {
      ...options.creation_options.publicKey.authenticatorSelection,
      residentKey: "required",
      requireResidentKey: true,
      userVerification: "required",
    };
    return webauthnJSON.create(options.creation_options);
  };

  for (const missing of document.querySelectorAll("[data-passkey-missing]")) missing.hidden = Boolean(known);
  for (const form of known ? document.querySelectorAll("form[data-passkey]") : []) {
    const said = form.querySelector("[data-passkey-said]");
    form.hidden = false;
    form.addEventListener("submit", (event) => event.preventDefault());
    form.querySelector("[data-passkey-go]").addEventListener("click", async () => {
      said.hidden = true;
      try {
        form.elements.credential.value = JSON.stringify(await ask(form));
        form.submit();
      } catch {
        said.textContent = form.dataset.passkeyFailed;
        said.hidden = false;
      }
    });
  }
}
