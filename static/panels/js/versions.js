// One version of the synthesis at a time: the newest, until the reader chooses another.

import { moveAmong } from "./tabs.js";

let versionCount = 0;
let chosenId = null;

export function startVersions() {
  const page = document.getElementById("synthesis-tab");
  page.addEventListener("click", (event) => {
    const tab = event.target.closest(".version-tab");
    if (tab) choose(tab);
  });
  page.addEventListener("keydown", (event) => moveAmong(tabs(), event, choose));
  new MutationObserver(keepUp).observe(page, { childList: true, subtree: true });
  keepUp();
}

const tabs = () => [...document.querySelectorAll(".version-tab")];

function keepUp() {
  const all = tabs();
  if (!all.length) return;
  const isNew = all.length !== versionCount;
  versionCount = all.length;
  const chosen = isNew ? all.at(-1) : all.find((tab) => tab.id === chosenId);
  choose(chosen ?? all.at(-1));
}

function choose(chosen) {
  chosenId = chosen.id;
  for (const tab of tabs()) {
    const isChosen = tab === chosen;
    tab.setAttribute("aria-selected", String(isChosen));
    tab.tabIndex = isChosen ? 0 : -1;
    document.getElementById(tab.getAttribute("aria-controls")).toggleAttribute("data-ui-away", !isChosen);
  }
}
