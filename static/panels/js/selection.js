// The selected critique: chosen by key, click, focus or link; its quotes are shown in the columns.

import { showTab } from "./tabs.js";

let selectedNumber = null;

export const cards = () => [...document.querySelectorAll("#critiques .critique")];
export const selectedCard = () => (selectedNumber ? document.getElementById(`critique-${selectedNumber}`) : null);
const numberOf = (card) => card.dataset.critiqueCard;

export function startSelection() {
  const list = document.getElementById("critiques");
  list.addEventListener("click", (event) => selectAround(event.target));
  list.addEventListener("focusin", (event) => selectAround(event.target));
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-critique]");
    if (!link) return;
    event.preventDefault();
    openCritique(link.dataset.critique);
  });
  const asked = location.hash.match(/^#critique-(\d+)$/);
  if (asked) openCritique(asked[1]);
}

function selectAround(element) {
  const card = element.closest(".critique");
  if (card) select(card, { isQuotesShown: numberOf(card) !== selectedNumber || element.matches(".quote") });
}

export function select(card, { isFocused = false, isQuotesShown = true } = {}) {
  selectedNumber = numberOf(card);
  markSelected();
  if (isFocused) card.focus({ preventScroll: true });
  // marks.js listens: it needs the selection, so the selection may not need it.
  document.dispatchEvent(new CustomEvent("critique:selected", { detail: { card, isQuotesShown } }));
}

/** Shows the panel, selects the card and brings it into view. */
export function openCritique(number) {
  const card = document.getElementById(`critique-${number}`);
  if (!card) return;
  showTab("panel");
  select(card, { isFocused: true });
  card.scrollIntoView({ block: "center", inline: "nearest" });
}

/** To the next (1) or previous (-1) card that is shown. */
export function moveSelection(step) {
  const shown = cards().filter((card) => !("uiFiltered" in card.dataset));
  if (!shown.length) return;
  const at = shown.indexOf(selectedCard());
  const next = at < 0 ? (step > 0 ? 0 : shown.length - 1) : at + step;
  const card = shown[Math.min(Math.max(next, 0), shown.length - 1)];
  select(card, { isFocused: true });
  card.scrollIntoView({ block: "nearest", inline: "nearest" });
}

/** Cards come anew from the server; the mark of the selected one is set again. */
export function markSelected() {
  for (const card of cards()) card.toggleAttribute("data-ui-selected", numberOf(card) === selectedNumber);
}
