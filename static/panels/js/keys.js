// Keys press the buttons on the page that name them in `data-key`, so there is one way to do a
// thing. Single keys rest while one types, and can be switched off for good (WCAG 2.1.4).

import { undoChanged } from "./changed.js";
import { isDialogOpen } from "./dialogs.js";
import { showMessage } from "./messages.js";
import { moveSelection, selectedCard } from "./selection.js";
import { isPanelShown } from "./tabs.js";
import { undoLatest } from "./undo.js";

const SWITCH = "fusionweb.single-keys";
const ANYWHERE = new Set(["?", "c", "y", "p", "o", "b", "m"]);

export function startKeys() {
  const box = document.querySelector("[data-single-keys]");
  box.checked = localStorage.getItem(SWITCH) !== "off";
  box.addEventListener("change", () => localStorage.setItem(SWITCH, box.checked ? "on" : "off"));
  document.addEventListener("keydown", (event) => { if (pressed(event, box.checked)) event.preventDefault(); });
  document.addEventListener("click", (event) => {
    const key = event.target.closest("[data-presses]")?.dataset.presses;
    if (key) run(key);
  });
}

/** Whether the key was ours. */
function pressed(event, isSingleOn) {
  if (event.isComposing || event.altKey) return false;
  if (event.ctrlKey || event.metaKey) return pressedWithControl(event);
  if (!isSingleOn || isTyping(event.target) || isDialogOpen() || event.repeat && !"jk".includes(event.key)) return false;
  if (!isPanelShown() && event.key === "u") return undoChanged();
  if (!isPanelShown() && !ANYWHERE.has(event.key)) return false;
  return run(event.key);
}

function pressedWithControl(event) {
  if (event.key === "Enter" && event.target.form?.matches("[data-keeps-words]")) {
    event.target.form.requestSubmit();
    return true;
  }
  if (isDialogOpen() || event.shiftKey) return false;
  if (event.key === "Enter") return press("Ctrl+Enter");
  if (event.key !== "z" || isTyping(event.target)) return false;
  undoLatest();
  return true;
}

function run(key) {
  if (key === "j" || key === "k") moveSelection(key === "j" ? 1 : -1);
  else if (key === "u") undoLatest();
  else return press(key);
  return true;
}

function press(key) {
  const target = buttonFor(key);
  if (!target) return needsSelection(key);
  if (target.disabled) showMessage(reasonOf(target));
  else if (target.matches("input")) target.focus();
  else target.click();
  return true;
}

function buttonFor(key) {
  const wanted = `[data-key~="${CSS.escape(key)}"]`;
  const inCard = selectedCard()?.querySelector(wanted);
  const found = inCard ?? [...document.querySelectorAll(wanted)].find((b) => !b.closest(".critique") && b.checkVisibility())
    ?? document.querySelector(`#review-foot ${wanted}`);
  return found && isAllowed(found) ? found : null;
}

const isAllowed = (button) => !(button.closest(".for-reviewers") && document.getElementById("room").dataset.scope === "view");
const isTyping = (element) => element.matches("input:not([type=checkbox], [type=radio], [type=button]), textarea, select, [contenteditable]");
const reasonOf = (button) => document.getElementById(button.getAttribute("aria-describedby"))?.textContent ?? "Not possible now.";

function needsSelection(key) {
  const isOfCard = document.querySelector(`.critique [data-key~="${CSS.escape(key)}"]`) !== null;
  if (isOfCard && !selectedCard()) showMessage("Select a critique first: j and k move.");
  return isOfCard;
}
