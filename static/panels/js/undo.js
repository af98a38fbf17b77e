// After a decision: what was done, with a way back. No dialog asks beforehand.

import { forgetChanged, undoChanged } from "./changed.js";
import { forgetChosen, undoChosen } from "./chosen.js";
import { showMessage } from "./messages.js";

const SWAPPED_AFTER_MS = 80;
let shown = null;

export function startUndo() {
  document.addEventListener("htmx:after:request", (event) => {
    const { sourceElement, response, text } = event.detail.ctx;
    if (response.status >= 400) return;
    if (sourceElement.dataset.decides) sayDecided(sourceElement.dataset.decides);
    if ("undoes" in sourceElement.dataset) sayUndone(text.match(/#critique-(\d+)/)?.[1]);
  });
}

/** Takes back this reviewer's latest decision, wherever it was made. */
export function undoLatest() {
  const mayOnlyLook = document.getElementById("room").dataset.scope === "view";
  if (!mayOnlyLook && !undoChanged() && !undoChosen()) document.getElementById("undo-latest")?.click();
}

function sayDecided(number) {
  forgetChanged();
  forgetChosen();
  afterSwap(() => {
    keepFocus(number);
    const words = document.querySelector(`#critique-${number} .decision-words`)?.textContent;
    const run = () => document.querySelector(`#critique-${number} .undo-button`)?.click();
    say(`C${number}: ${words ?? "decided"}`, { action: { label: "Undo", run } });
  });
}

function sayUndone(number) {
  afterSwap(() => {
    keepFocus(number);
    say(number ? `C${number}: undone` : "Undone");
  });
}

/** The card in its new state comes with the reply that is about to be swapped in. */
const afterSwap = (run) => setTimeout(run, SWAPPED_AFTER_MS);

/** The button that was pressed may be gone in the new state; its card takes the focus then. */
function keepFocus(number) {
  if (document.activeElement === document.body) document.getElementById(`critique-${number}`)?.focus({ preventScroll: true });
}

function say(words, options) {
  shown?.remove();
  shown = showMessage(words, options);
}
