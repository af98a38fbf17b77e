// Finds a quote in a column's text, whatever its white space, and gives it as a Range.

const SAME = { "‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "." };
const compactCharacter = (c) => (/\s/.test(c) ? "" : (SAME[c] ?? c.toLowerCase()[0]));

/** The column's text without white space, and where each character of it stands. */
export class ColumnText {
  constructor(column) {
    this.places = [];
    const characters = [];
    const walker = document.createTreeWalker(column, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const text = walker.currentNode.data;
      for (let offset = 0; offset < text.length; offset += 1) {
        const character = compactCharacter(text[offset]);
        if (!character) continue;
        characters.push(character);
        this.places.push([walker.currentNode, offset]);
      }
    }
    this.compact = characters.join("");
  }

  find(quote) {
    const wanted = [...quote.split("")].map(compactCharacter).join("");
    const start = wanted ? this.compact.indexOf(wanted) : -1;
    if (start < 0) return null;
    const [first, from] = this.places[start];
    const [last, to] = this.places[start + wanted.length - 1];
    const range = document.createRange();
    range.setStart(first, from);
    range.setEnd(last, to + 1);
    return range;
  }
}
