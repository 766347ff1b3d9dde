// What the client will get: sends the cancel form to the preview whenever it changes, into a frame of its own.
// Without this file the button does the same by hand.
const form = document.querySelector("form[data-cancel]");
const button = form.querySelector("[data-preview]");
const fold = button.closest("details");
const WAIT = 350;
let frame = form.querySelector("iframe");
let count = 0;
let timer;
let stale = false;

// A fresh frame each time: its first page replaces the empty one, so that Back leaves the form at one press.
// The mail shown so far stays until the new one is there.
const show = () => {
  stale = false;
  if (!form.querySelector("[name=reason]:checked")) return;
  const shown = frame;
  for (const waiting of form.querySelectorAll("iframe.coming")) waiting.remove();
  const coming = shown.cloneNode();
  count += 1;
  coming.name = button.formTarget = `preview-${count}`;
  coming.className = "coming";
  shown.before(coming);
  // Only now: being put into the page is a load too, of the empty page.
  coming.addEventListener("load", () => {
    coming.className = "";
    shown.remove();
    frame = coming;
  });
  form.requestSubmit(button);
};

const soon = () => {
  stale = true;
  clearTimeout(timer);
  if (fold.open) timer = setTimeout(show, WAIT);
};

button.hidden = true;
form.addEventListener("input", soon);
form.addEventListener("htmx:afterSettle", soon);
fold.addEventListener("toggle", () => { if (fold.open && stale) show(); });

addEventListener("pageshow", () => {
  const reason = form.querySelector("[name=reason]:checked");
  if (!reason) return;
  // A browser may have restored what was chosen: the fee is asked for again, and the mail with it.
  if (!form.querySelector("#fee").childElementCount) reason.dispatchEvent(new Event("change", { bubbles: true }));
  soon();
});
