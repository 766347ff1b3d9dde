// An error summary or refusal takes focus, so that it is the first thing heard and seen.
document.querySelector("[data-error-summary]")?.focus();
document.addEventListener("htmx:load", (event) => event.target.querySelector?.("[data-error-summary]")?.focus());
