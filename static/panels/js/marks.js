// Verified quotes marked in the columns with the CSS Custom Highlight API, in the seat's colour.
// A click on a mark selects its card. Without the API a selected card still scrolls to its quotes.

import { eachColumn } from "./columns.js";
import { ColumnText } from "./quotes.js";
import { markSelected, openCritique, selectedCard } from "./selection.js";

const SETTLE_MS = 150;
const canMark = "highlights" in CSS;
/** seat → [{range, number}] */
let marks = new Map();
let timer = null;

export function startMarks() {
  document.getElementById("answers").addEventListener("click", selectMarkedAt);
  document.addEventListener("critique:selected", ({ detail }) => detail.isQuotesShown && showQuotesOf(detail.card));
  new MutationObserver(() => { markSelected(); markSoon(); })
    .observe(document.getElementById("critiques"), { childList: true, subtree: true });
  const columns = new MutationObserver(markSoon);
  eachColumn((column) => columns.observe(column.querySelector(".answer-blocks"), { childList: true }));
  markSoon();
}

function markSoon() {
  clearTimeout(timer);
  timer = setTimeout(markAll, SETTLE_MS);
}

function markAll() {
  clearTimeout(timer);
  timer = null;
  const quotes = Map.groupBy(document.querySelectorAll("#critiques [data-quote]"), (q) => q.dataset.quote);
  marks = new Map();
  for (const [seat, elements] of quotes) {
    const column = document.getElementById(`seat-${seat}-blocks`);
    if (column) marks.set(seat, rangesOf(new ColumnText(column), elements));
  }
  if (!canMark) return;
  CSS.highlights.clear();
  for (const [seat, found] of marks) CSS.highlights.set(`quote-${seat}`, new Highlight(...found.map((m) => m.range)));
  markSelectedQuotes();
}

function rangesOf(text, elements) {
  return elements
    .map((quote) => ({ range: text.find(quote.textContent), number: quote.closest(".critique").dataset.critiqueCard }))
    .filter((mark) => mark.range);
}

const marksOf = (card) => [...marks].flatMap(([seat, found]) =>
  found.filter((mark) => mark.number === card?.dataset.critiqueCard).map((mark) => ({ seat, ...mark })));

function markSelectedQuotes() {
  if (!canMark) return;
  const chosen = Map.groupBy(marksOf(selectedCard()), (mark) => mark.seat);
  for (const seat of marks.keys()) {
    const highlight = new Highlight(...(chosen.get(seat) ?? []).map((mark) => mark.range));
    highlight.priority = 1;
    CSS.highlights.set(`selected-${seat}`, highlight);
  }
}

/** Scrolls each column, and only vertically, to the card's first quote in it. */
function showQuotesOf(card) {
  if (timer) markAll();  // The card may be newer than the marks.
  else markSelectedQuotes();
  const seen = new Set();
  for (const { seat, range } of marksOf(card)) {
    if (seen.has(seat)) continue;
    seen.add(seat);
    const body = document.getElementById(`seat-${seat}-body`);
    const top = range.getBoundingClientRect().top - body.getBoundingClientRect().top;
    const isInView = top > 0 && top < body.clientHeight - 40;
    if (!isInView) body.scrollTo({ top: body.scrollTop + top - body.clientHeight / 3, behavior: "smooth" });
  }
}

function selectMarkedAt(event) {
  if (event.target.closest("a, button, summary") || !getSelection().isCollapsed) return;
  const place = placeAt(event.clientX, event.clientY);
  const column = event.target.closest(".answer");
  const hits = (marks.get(column?.dataset.seat) ?? []).filter((m) => place && m.range.isPointInRange(...place));
  const shortest = hits.sort((a, b) => a.range.toString().length - b.range.toString().length)[0];
  if (shortest) openCritique(shortest.number);
}

function placeAt(x, y) {
  const position = document.caretPositionFromPoint?.(x, y);
  if (position) return [position.offsetNode, position.offset];
  const range = document.caretRangeFromPoint?.(x, y);
  return range && [range.startContainer, range.startOffset];
}
