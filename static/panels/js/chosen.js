// Which of a seat's answers counts: what counted before can be put back.

import { forgetChanged } from "./changed.js";
import { showMessage } from "./messages.js";

const BUTTON = "[data-chooses]";
const SWAPPED_AFTER_MS = 80;
/** {seat, call} that counted before the last choice; null when something else was done since. */
let before = null;
let shown = null;

export function startChosen() {
  document.addEventListener("click", (event) => {
    const seat = event.target.closest(BUTTON)?.dataset.chooses;
    if (!seat) return;
    forgetChanged();
    before = { seat, call: counting(seat)?.dataset.choice };
    event.target.closest("details.menu")?.removeAttribute("open");
  }, { capture: true });
  document.addEventListener("htmx:after:request", (event) => {
    const { sourceElement, response } = event.detail.ctx;
    if (response.status >= 400 || !sourceElement.matches(BUTTON)) return;
    setTimeout(() => say(sourceElement.dataset.chooses), SWAPPED_AFTER_MS);
  });
}

/** Puts back what counted before, if choosing was the last thing done; whether it was. */
export function undoChosen() {
  if (before === null) return false;
  const { seat, call } = before;
  menuOf(seat)?.querySelector(`[data-choice="${call}"]`)?.click();
  before = null;
  return true;
}

export function forgetChosen() {
  before = null;
}

const menuOf = (seat) => document.getElementById(`seat-${seat}-answers`);
const counting = (seat) => menuOf(seat)?.querySelector('[aria-pressed="true"]');

function say(seat) {
  shown?.remove();
  const words = counting(seat)?.textContent.trim() ?? "Another answer";
  const action = before === null ? null : { label: "Undo", run: undoChosen };
  shown = showMessage(`Seat ${seat}: “${words}” counts`, { action });
}
