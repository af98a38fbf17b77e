// Did the panel change the answer? What stood before the last word on it can be put back.

import { showMessage } from "./messages.js";

const BUTTON = "[data-says-changed]";
const SWAPPED_AFTER_MS = 80;
/** What stood before the last answer; null when something else was done since. */
let before = null;
let shown = null;

export function startChanged() {
  document.addEventListener("click", (event) => {
    if (event.target.closest(BUTTON)) before = standing();
  }, { capture: true });
  document.addEventListener("htmx:after:request", (event) => {
    const { sourceElement, response } = event.detail.ctx;
    if (response.status >= 400 || !sourceElement.matches(BUTTON)) return;
    setTimeout(() => say(sourceElement.dataset.saysChanged), SWAPPED_AFTER_MS);
  });
}

/** Puts back what stood before, if this was the last thing done; whether it was. */
export function undoChanged() {
  if (before === null) return false;
  const back = before;
  buttonOf(back)?.click();
  before = null;
  return true;
}

export function forgetChanged() {
  before = null;
}

const standing = () => document.querySelector(`${BUTTON}[aria-pressed="true"]`)?.dataset.saysChanged ?? "";
const buttonOf = (answer) => document.querySelector(`[data-says-changed="${answer}"]`);

function say(answer) {
  shown?.remove();
  const action = before === null ? null : { label: "Undo", run: undoChanged };
  shown = showMessage(answer ? `Did the panel change the answer: ${answer}` : "Answer taken back", { action });
}
