// Booking: the panel tells of the chosen time. Without this file it speaks of the start in general, and the answer
// page says the rest. The button that changes the zone shows once there is something to change.
const panel = document.querySelector("[data-chosen]");

const tell = (slot) => {
  const when = !slot ? "none" : "near" in slot.dataset ? "near" : "ahead";
  for (const part of panel.querySelectorAll("[data-when]")) {
    part.hidden = !part.dataset.when.split(" ").includes(when);
  }
  if (!slot) return;
  for (const part of panel.querySelectorAll("[data-fill]")) part.textContent = slot.dataset[part.dataset.fill] ?? "";
  // "Book it anyway" is the answer for one time alone.
  const anyway = panel.querySelector("[data-anyway-for]");
  if (anyway) anyway.textContent = anyway.dataset[anyway.dataset.anywayFor === slot.value ? "anyway" : "plain"];
};

if (panel) {
  const form = panel.closest("form");
  const chosen = () => form.querySelector("input[name=start]:checked");
  form.addEventListener("change", (event) => { if (event.target.name === "start") tell(event.target); });
  // A browser may bring a choice back that the page did not come with.
  addEventListener("pageshow", () => { if (chosen()) tell(chosen()); });
}

const zone = document.querySelector("[data-zone]");
if (zone) {
  const show = document.getElementById("zone-show");
  const first = zone.value;
  show.hidden = true;
  zone.addEventListener("change", () => { show.hidden = zone.value === first; });
}
