// Copies a text that stands in the page. Browsers give the clipboard to secure pages only, so over
// plain HTTP the text is selected and copied the old way.

import { showMessage } from "./messages.js";

export function startCopying() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const text = document.getElementById(button.dataset.copy).textContent;
    const isCopied = await copied(text);
    showMessage(isCopied ? (button.dataset.copied ?? "Copied as Markdown.") : "The browser did not allow copying.", {
      level: isCopied ? "success" : "error",
    });
  });
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copiedBySelection(text);
  }
}

function copiedBySelection(text) {
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  const isCopied = document.execCommand("copy");
  area.remove();
  return isCopied;
}
