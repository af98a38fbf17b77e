// On narrow screens the columns and the review are pages to swipe through; the row above them
// shows which one is there, and goes to any of them. A run in review opens at its critiques.

import { eachColumn } from "./columns.js";

const SHOWN_RATIO = 0.6;
const shown = new Set();

export function startSwiping() {
  const strip = document.querySelector(".swipe-tabs");
  const panel = document.getElementById("panel");
  strip.addEventListener("click", (event) => {
    const button = event.target.closest("[data-swipes-to]");
    if (button) swipeTo(button.dataset.swipesTo);
  });
  const observer = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      const isShown = entry.intersectionRatio > SHOWN_RATIO;
      if (isShown) shown.add(entry.target.id);
      else shown.delete(entry.target.id);
      if (isShown) panel.dataset.uiPage = entry.target.id;
    }
    mark(strip);
  }, { root: document.getElementById("swipe"), threshold: [0, SHOWN_RATIO, 1] });
  eachColumn((column) => observer.observe(column));
  observer.observe(document.getElementById("review") ?? document.getElementById("panel-next"));
  // A frame from the server knows nothing of the marks: it adds tabs, and takes the marks off.
  new MutationObserver(() => mark(strip)).observe(strip, {
    childList: true, subtree: true, attributeFilter: ["aria-current"],
  });
  const isOfPanel = ["", "#panel"].includes(location.hash);
  if (strip.dataset.opensAt && isOfPanel && strip.checkVisibility()) openAt(strip.dataset.opensAt);
}

/** The head of the page stays in sight. */
function openAt(id) {
  swipeTo(id);
  window.scrollTo({ top: 0, behavior: "instant" });
}

export function swipeTo(id) {
  document.getElementById(id).scrollIntoView({ inline: "start", block: "nearest" });
}

function mark(strip) {
  for (const button of strip.children) {
    const isShown = String(shown.has(button.dataset.swipesTo));
    if (button.getAttribute("aria-current") !== isShown) button.setAttribute("aria-current", isShown);
  }
}
