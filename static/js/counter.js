// How much room a text has left: a p[data-counter-of="<id>"] speaks up near the end. The server judges all the same.
const NEAR = 200;

for (const counter of document.querySelectorAll("[data-counter-of]")) {
  const field = document.getElementById(counter.dataset.counterOf);
  const limit = Number(field.dataset.countsTo);
  const count = () => {
    // As the server counts: trimmed, a letter beyond the basic plane is one.
    const left = limit - [...field.value.trim()].length;
    counter.hidden = left > NEAR;
    const words = left < 0 ? counter.dataset.counterOver : counter.dataset.counterSays;
    counter.textContent = counter.hidden ? "" : words.replace("#", Math.abs(left).toLocaleString(document.documentElement.lang));
    counter.classList.toggle("over", left < 0);
  };
  field.addEventListener("input", count);
  count();
}
