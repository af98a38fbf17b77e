// Wishes at a panel that has begun: the dialog opens at once, and the server fills it with the calls
// that the wish would lead to.

import { showMessage } from "./messages.js";

const FILLED_AFTER_MS = 80;
const LOOKING = "Looking up what would be called…";

export function startWishes() {
  const dialog = document.getElementById("wish-dialog");
  const body = document.getElementById("wish-body");
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens-wish]");
    if (!opener) return;
    opener.closest("details.menu")?.removeAttribute("open");
    body.textContent = LOOKING;
    dialog.showModal();
  });
  document.addEventListener("htmx:after:request", (event) => {
    const { sourceElement, response } = event.detail.ctx;
    if (!sourceElement.matches("[data-opens-wish]")) return;
    if (response.status < 400) setTimeout(() => focusFirst(body), FILLED_AFTER_MS);
    else { dialog.close(); showMessage("That is not possible any more.", { level: "error" }); }
  });
}

// Who is quicker than that has chosen a field already, and would go on typing in another.
function focusFirst(body) {
  if (!body.contains(document.activeElement)) body.querySelector("[autofocus]")?.focus();
}
