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
let sent = false;

const said = () => new URLSearchParams([...new FormData(form)].filter(([name]) => !NOT_MAILED.includes(name))).toString();

// A fresh frame each time: its first page replaces the empty one, so that Back leaves the form at one press.
const show = () => {
  const now = said();
  if (sent || now === shown || !fold.open || !form.querySelector("[name=reason]:checked")) return;
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

// Of two that a form sends in one moment the browser drops the first: nothing may come after the one that cancels.
form.addEventListener("submit", ({ submitter }) => {
  sent = submitter !== button;
});

button.hidden = true;
form.addEventListener("input", soon);
form.addEventListener("htmx:afterSettle", soon);
fold.addEventListener("toggle", show);

addEventListener("pageshow", () => {
  sent = false;
  const reason = form.querySelector("[name=reason]:checked");
  if (!reason) return;
  // A browser may have restored what was chosen: the fee is asked for again, and the mail with it.
  if (!form.querySelector("#fee").childElementCount) reason.dispatchEvent(new Event("change", { bubbles: true }));
  soon();
});
