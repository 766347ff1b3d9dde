// Menus are <details data-menu>: they open without this file. It closes them by Escape, by a click
// beside them and when focus leaves, and moves between their rows by arrow keys.
// <details data-fold> is open in the page, so that it reads without this file, and folded on phones.
for (const fold of document.querySelectorAll("details[data-fold]")) {
  if (matchMedia("(max-width: 959.98px)").matches) fold.open = false;
}

const rowsOf = (menu) => [...menu.querySelectorAll(".menu-panel :is(a[href], button:not([disabled], [hidden]))")];

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("details[data-menu]") ?? document.querySelector("details[data-menu][open]");
  if (!menu) return;
  const summary = menu.querySelector("summary");
  if (event.key === "Escape" && menu.open) {
    menu.open = false;
    summary.focus();
    return;
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!menu.contains(event.target) || !(step || event.key === "Home" || event.key === "End")) return;
  if (!step && !menu.open) return;
  event.preventDefault();
  menu.open = true;
  const rows = rowsOf(menu);
  const here = rows.indexOf(document.activeElement);
  let next = here + step;
  if (event.key === "Home" || (here < 0 && step > 0)) next = 0;
  if (event.key === "End" || (here < 0 && step < 0)) next = rows.length - 1;
  rows[(next + rows.length) % rows.length]?.focus();
});

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    const row = event.target.closest?.(".menu-row");
    if (!menu.contains(event.target) || (row && !row.closest("form"))) menu.open = false;
  }
});

document.addEventListener("focusout", (event) => {
  const menu = event.target.closest?.("details[data-menu][open]");
  if (menu && event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
});
