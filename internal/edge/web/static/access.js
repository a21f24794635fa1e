// The pages on which people sign in, prove who they are, and keep what they sign in with. Without this script a password and a code do it all.
(() => {
  "use strict";

  // A button asks the hub for a question, the authenticator for its answer, and gives that to the hub, which says where to go on.
  for (const button of document.querySelectorAll("button[data-passkey]")) {
    const box = button.closest("[data-passkeys]");
    const wrong = box.querySelector("[role=alert]");
    const form = button.form;
    if (!passkey.works()) continue; // stays hidden: the page says what else there is
    box.hidden = false;
    button.addEventListener("click", async (event) => {
      event.preventDefault();
      wrong.hidden = true;
      if (form && !form.reportValidity()) return;
      const typed = (name) => document.querySelector(`[name=${name}]`)?.value.trim() || "";
      try {
        const options = await passkey.post(button.dataset.options, { id: typed("id") });
        const answer = await (button.dataset.passkey === "create" ? passkey.create(options) : passkey.get(options));
        const said = await passkey.post(button.dataset.finish, { answer, label: typed("label"), next: typed("next") });
        const then = button.dataset.then && document.getElementById(button.dataset.then);
        if (then) then.submit();
        else location.assign(said.next);
      } catch (error) {
        if (error.again) return location.assign(error.again);
        wrong.textContent = error.told ? error.message : error.name === "InvalidStateError" ? box.dataset.twice : box.dataset.stopped;
        wrong.hidden = false;
      }
    });
  }

  // Codes depend on the time. The page carries the hub's; how long it was under way is known to a fraction of a second.
  const clock = document.getElementById("clock");
  if (clock) {
    const begun = performance.getEntriesByType("navigation")[0]?.responseStart || 0;
    const apart = Math.round((Date.now() - Number(clock.dataset.now) - (performance.now() - begun)) / 1000);
    if (Math.abs(apart) <= Number(clock.dataset.tolerance)) clock.hidden = true;
    else {
      const s = Math.abs(apart);
      const parts = [[Math.floor(s / 86400), "d"], [Math.floor(s / 3600) % 24, "h"], [Math.floor(s / 60) % 60, "min"], [s % 60, "s"]].filter(([n]) => n > 0).slice(0, 2);
      clock.textContent = (apart > 0 ? clock.dataset.ahead : clock.dataset.behind).replace("{}", parts.map(([n, unit]) => `${n}\u00a0${unit}`).join(" "));
      clock.classList.replace("soft", "wrong");
      clock.setAttribute("role", "alert");
    }
  }
})();
