// Says once what changed its state, for people who don't see it: seats, steps, the synthesis.

const PAUSE_MS = 400;
const said = new Map();
let timer = null;

export function startAnnouncing() {
  collect();
  document.addEventListener("htmx:after:swap", () => {
    timer ??= setTimeout(() => { timer = null; announce(collect()); }, PAUSE_MS);
  });
}

/** The sentences whose state is another than last time. */
function collect() {
  const changes = [];
  for (const [name, state] of states()) {
    if (said.get(name) !== state) changes.push(`${name}: ${state}`);
    said.set(name, state);
  }
  return changes;
}

function* states() {
  for (const answer of document.querySelectorAll(".answer")) {
    yield [wordsOf(answer.querySelector("h2")), wordsOf(answer.querySelector(".call-state"))];
  }
  for (const step of document.querySelectorAll(".step:not(:first-child)")) {
    const [name, state] = wordsOf(step).split(": ");
    if (state !== "to come") yield [name.replace(/^\S\s*/, ""), state];
  }
}

const wordsOf = (element) => element.textContent.replace(/\s+/g, " ").trim();

function announce(changes) {
  if (changes.length) document.getElementById("announcer").textContent = changes.join(". ");
}
