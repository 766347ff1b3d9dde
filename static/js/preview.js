// What the client will get: sends the cancel form to the preview whenever it changes.
// Without this file the button does the same by hand.
const form = document.querySelector("form[data-cancel]");
const button = form.querySelector("[data-preview]");
const fold = button.closest("details");
const WAIT = 350;
const NOT_MAILED = ["private_note", "why", "csrfmiddlewaretoken"];
let frame = form.querySelector("iframe");
let timer;
let shown = "";

const said = () => new URLSearchParams([...new FormData(form)].filter(([name]) => !NOT_MAILED.includes(name))).toString();

// A fresh frame each time: its first page replaces the empty one, so that Back leaves the form at one press.
const show = () => {
  const now = said();
  if (now === shown || !fold.open || !form.querySelector("[name=reason]:checked")) return;
  shown = now;
  const fresh = frame.cloneNode();
  frame.replaceWith(fresh);
  frame = fresh;
  form.requestSubmit(button);
};

const soon = () => {
  clearTimeout(timer);
  timer = setTimeout(show, WAIT);
};

button.hidden = true;
// Sent twice in one moment, a form goes once, the second time: no preview may follow on the press that cancels.
form.addEventListener("submit", () => clearTimeout(timer));
form.addEventListener("input", soon);
form.addEventListener("htmx:afterSettle", soon);
fold.addEventListener("toggle", show);

addEventListener("pageshow", () => {
  const reason = form.querySelector("[name=reason]:checked");
  if (!reason) return;
  // A browser may have restored what was chosen: the fee is asked for again, and the mail with it.
  if (!form.querySelector("#fee").childElementCount) reason.dispatchEvent(new Event("change", { bubbles: true }));
  soon();
});
