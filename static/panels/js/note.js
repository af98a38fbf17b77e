// The composer for a critique's note. What was typed and not saved is there again next time.

const drafts = new Map();

export function startNotes() {
  const dialog = document.getElementById("note-dialog");
  const form = dialog.querySelector("form");
  const words = form.elements.note;
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-note-url]");
    if (button) open(dialog, form, button);
  });
  words.addEventListener("input", () => drafts.set(form.dataset.decides, words.value));
  document.addEventListener("htmx:after:request", (event) => {
    const { sourceElement, response } = event.detail.ctx;
    if (sourceElement === form && response.status < 400) drafts.delete(form.dataset.decides);
  });
}

function open(dialog, form, button) {
  const number = button.dataset.noteOf;
  const stored = button.closest(".critique").querySelector("[data-note]")?.textContent ?? "";
  form.setAttribute("hx-post", button.dataset.noteUrl);
  form.dataset.decides = number;
  dialog.querySelector("[data-note-label]").textContent = `C${number}`;
  dialog.querySelector("[data-form-error]").textContent = "";
  form.elements.note.value = drafts.get(number) ?? stored;
  dialog.showModal();
  form.elements.note.focus();
}
