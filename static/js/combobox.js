// A combobox (ARIA 1.2) over <select data-combobox>, which stays the form's field and the way without this file.
// Choosing sends the surrounding GET form; its [data-combobox-go] button is then not needed and hidden.
// Folds as practice/names.py does, so that who is found by a search is found here.
const ALIKE = { ø: "o", ł: "l", ı: "i", đ: "d", ð: "d", þ: "th", ß: "ss", æ: "ae", œ: "oe", "'": "", "’": "", "‘": "", ʼ: "" };
const alike = (letter) => ALIKE[letter] ?? letter;
const fold = (text) => [...text.toLowerCase()].map(alike).join("").normalize("NFKD").replace(/\p{M}/gu, "").trim();

const rowOf = (words) => {
  const row = document.createElement("li");
  row.setAttribute("role", "option");
  row.setAttribute("aria-selected", "false");
  row.textContent = words;
  return row;
};

const nobody = (words) => {
  const row = rowOf(words);
  row.className = "none";
  row.setAttribute("aria-disabled", "true");
  return row;
};

const build = (select) => {
  const id = select.id;
  const choices = [...select.options].filter((option) => option.value);
  const box = document.createElement("div");
  box.className = "combobox";
  box.innerHTML = `<input type="text" role="combobox" autocomplete="off" spellcheck="false" aria-autocomplete="list" aria-expanded="false"><ul class="combobox-list" role="listbox" hidden></ul><p class="sr-only" role="status"></p>`;
  const [input, list, said] = box.children;
  input.id = `${id}-combobox`;
  list.id = `${id}-listbox`;
  input.setAttribute("aria-controls", list.id);
  if (select.hasAttribute("aria-describedby")) input.setAttribute("aria-describedby", select.getAttribute("aria-describedby"));
  const label = document.querySelector(`label[for="${CSS.escape(id)}"]`);
  if (label) {
    label.htmlFor = input.id;
    label.id ||= `${id}-label`;
    list.setAttribute("aria-labelledby", label.id);
  }
  input.placeholder = select.options[0]?.value ? "" : select.options[0]?.text ?? "";
  const wrapper = select.closest(".select") ?? select;
  const chevron = wrapper.querySelector?.(".icon")?.cloneNode(true);
  if (chevron) input.after(chevron);
  wrapper.hidden = true;
  wrapper.after(box);
  select.form?.querySelector("[data-combobox-go]")?.setAttribute("hidden", "");

  let active = -1;
  let shown = [];
  const current = () => (select.value ? select.selectedOptions[0].text : "");
  input.value = current();

  const mark = (index) => {
    active = index;
    [...list.children].forEach((row, at) => row.setAttribute("aria-selected", String(at === index)));
    if (index >= 0) {
      input.setAttribute("aria-activedescendant", list.children[index].id);
      list.children[index].scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  };
  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    said.textContent = "";
    mark(-1);
  };
  const open = (typed) => {
    const parts = fold(typed).split(/\s+/).filter(Boolean);
    shown = choices.filter((option) => parts.every((part) => fold(option.text).includes(part)));
    const rows = shown.map((option, at) => {
      const row = rowOf(option.text);
      row.id = `${list.id}-${at}`;
      row.addEventListener("click", () => choose(option));
      return row;
    });
    const none = `No client with “${typed.trim()}”. Check the spelling.`;
    list.replaceChildren(...(shown.length ? rows : [nobody(none)]));
    said.textContent = shown.length ? `${shown.length} client${shown.length === 1 ? "" : "s"}` : none;
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    mark(typed && shown.length ? 0 : -1);
  };
  const choose = (option) => {
    select.value = option.value;
    input.value = option.text;
    close();
    select.form?.requestSubmit();
  };

  list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
  input.addEventListener("input", () => open(input.value));
  input.addEventListener("click", () => { if (list.hidden) { input.select(); open(""); } });
  input.addEventListener("blur", () => { close(); input.value = current(); });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) open("");
      const step = event.key === "ArrowDown" ? 1 : -1;
      if (shown.length) mark(active < 0 ? (step > 0 ? 0 : shown.length - 1) : (active + step + shown.length) % shown.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (!list.hidden && active >= 0) choose(shown[active]);
    } else if (event.key === "Escape") {
      close();
      input.value = current();
    }
  });
};

document.querySelectorAll("select[data-combobox]").forEach(build);
