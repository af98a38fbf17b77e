// Short messages at the corner of the page: shown for a while, kept while pointed at or focused.

const SHOWN_MS = 8000;
const region = document.getElementById("messages");

/** Shows `text`; `action` ({label, run}) adds a button to it. */
export function showMessage(text, { level = "info", action = null } = {}) {
  const box = document.createElement("div");
  box.className = `message message-${level}`;
  const words = document.createElement("span");
  words.textContent = text;
  box.append(words);
  if (action) {
    const button = document.createElement("button");
    button.className = "btn btn-small";
    button.type = "button";
    button.textContent = action.label;
    button.addEventListener("click", () => { box.remove(); action.run(); });
    box.append(button);
  }
  region.append(box);
  return box;
}

function removeLater(box) {
  let timer = setTimeout(() => box.remove(), SHOWN_MS);
  const keep = () => clearTimeout(timer);
  const release = () => { keep(); timer = setTimeout(() => box.remove(), SHOWN_MS / 2); };
  box.addEventListener("pointerenter", keep);
  box.addEventListener("focusin", keep);
  box.addEventListener("pointerleave", release);
  box.addEventListener("focusout", release);
}

region.querySelectorAll(".message").forEach(removeLater);
new MutationObserver((changes) => {
  for (const node of changes.flatMap((change) => [...change.addedNodes])) {
    if (node instanceof HTMLElement) removeLater(node);
  }
}).observe(region, { childList: true });
