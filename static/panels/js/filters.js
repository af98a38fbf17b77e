// Which critiques are shown: by kind, by words, or only the open ones. The selected one stays.

import { cards, selectedCard } from "./selection.js";

const filter = { kind: "", words: "", isOpenOnly: false };

export function startFilters() {
  const review = document.getElementById("review");
  const search = document.getElementById("critique-search");
  review.addEventListener("click", (event) => {
    const kind = event.target.closest("[data-filter-kind]")?.dataset.filterKind;
    if (kind) filter.kind = filter.kind === kind ? "" : kind;
    if (event.target.closest("[data-filter-open]")) filter.isOpenOnly = !filter.isOpenOnly;
    if (event.target.closest("[data-filter-clear]")) {
      Object.assign(filter, { kind: "", words: "", isOpenOnly: false });
      search.value = "";
    }
    apply();
  });
  const readWords = () => { filter.words = search.value.trim().toLowerCase(); apply(); };
  search.addEventListener("input", readWords);
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    if (event.key === "Escape") search.value = "";
    readWords();
    search.blur();
  });
  const changes = new MutationObserver(apply);
  for (const id of ["critiques", "review-progress"]) {
    changes.observe(document.getElementById(id), { childList: true, subtree: true });
  }
}

function passes(card) {
  return (!filter.kind || card.dataset.kind === filter.kind)
    && (!filter.isOpenOnly || "open" in card.dataset)
    && (!filter.words || card.textContent.toLowerCase().includes(filter.words));
}

function apply() {
  const all = cards();
  const selected = selectedCard();
  let shownCount = 0;
  for (const card of all) {
    const isShown = passes(card) || card === selected;
    card.toggleAttribute("data-ui-filtered", !isShown);
    shownCount += isShown;
  }
  document.getElementById("critiques").toggleAttribute("data-ui-none", all.length > 0 && shownCount === 0);
  for (const chip of document.querySelectorAll("[data-filter-kind]")) {
    chip.setAttribute("aria-pressed", String(chip.dataset.filterKind === filter.kind));
  }
  document.querySelector("[data-filter-open]")?.setAttribute("aria-pressed", String(filter.isOpenOnly));
}
