// Copy Link: a button with data-copy-from="<id of the field>" and data-copy-says="<what is said>".
// The result stands in #<id>-said, a role=status. Where the clipboard is refused the link is shown and selected.
const copied = async (text) => {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
};

for (const button of document.querySelectorAll("[data-copy-from]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const field = document.getElementById(button.dataset.copyFrom);
    const said = document.getElementById(`${field.id}-said`);
    said.textContent = "";
    const done = await copied(field.value);
    said.classList.toggle("refused", !done);
    if (!done) {
      field.closest("[hidden]")?.removeAttribute("hidden");
      field.focus();
      field.select();
    }
    const words = done ? button.dataset.copySays : "This browser does not let us copy. The link is selected: copy it yourself.";
    // A later turn, so that the same words are announced again.
    setTimeout(() => { said.textContent = words; }, 50);
  });
}
