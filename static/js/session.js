// A session ends after a while without a person. Two minutes ahead a dialog asks whether they are still there; once it
// has ended the dialog covers the page, which stays as it is and goes on after signing in again in another tab.
{ // a scope of its own: scripts of one page share theirs
  const dialog = document.getElementById("session");
  const AHEAD = 120_000;
  const parts = new Map([...dialog.querySelectorAll("[data-session]")].map((part) => [part.dataset.session, part]));
  let ends = Date.now() + Number(dialog.dataset.left) * 1000;
  let asking = false;

  const show = (which) => {
    for (const [name, part] of parts) part.hidden = name !== which;
    for (const [name, tag] of [["labelledby", "h2"], ["describedby", "p"]]) {
      for (const part of parts.values()) part.querySelector(tag).removeAttribute("id");
      parts.get(which).querySelector(tag).id = `session-${name}`;
      dialog.setAttribute(`aria-${name}`, `session-${name}`);
    }
    dialog.classList.toggle("covers", which === "ended");
    if (!dialog.open) dialog.showModal();
  };

  const fresh = (csrf) => {
    for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = csrf;
  };

  // What the server says counts: another tab may have put the end off.
  const ask = async (method = "GET") => {
    if (asking) return;
    asking = true;
    try {
      const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
      const headers = method === "POST" ? { "X-CSRFToken": token } : { "X-Polled": "1" };
      const answer = await fetch(dialog.dataset.url, { method, headers, cache: "no-store" });
      if (!answer.ok) return;
      const { left, who, csrf } = await answer.json();
      if (left && who !== dialog.dataset.who) {
        location.reload(); // another person's session: this page is not theirs
        return;
      }
      ends = Date.now() + left * 1000;
      fresh(csrf);
    } catch {
      // No network: the end stands as it was known.
    } finally {
      asking = false;
    }
  };

  const look = async () => {
    if (ends - Date.now() > AHEAD) return;
    await ask();
    const left = ends - Date.now();
    if (left <= 0) show("ended");
    else if (left <= AHEAD) show("warn");
    else if (dialog.open) dialog.close();
  };

  const stay = async () => {
    await ask("POST");
    if (ends - Date.now() > AHEAD) dialog.close();
    else look();
  };

  dialog.querySelector("[data-session-stay]").addEventListener("click", stay);
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault(); // Escape says that somebody is there; it can't say who
    if (!dialog.classList.contains("covers")) stay();
  });
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && look());
  addEventListener("focus", look);
  setInterval(look, 5_000);
}
