// Lets the browser draw between frames of the socket that come at once: a page that returns gets
// every part anew, and all of them in one go would hold up typing and scrolling.

const MOST_AT_ONCE_MS = 12;
const PAUSE_MS = 4;
let busySince = 0;
let endedAt = 0;

export function startBreathing() {
  document.addEventListener("htmx:ws:before:message:incoming", ({ detail }) => {
    const now = performance.now();
    if (now - endedAt > PAUSE_MS) busySince = now;
    else if (now - busySince > MOST_AT_ONCE_MS) detail.waitUntil(nextTask());
  });
  document.addEventListener("htmx:ws:after:message:incoming", () => { endedAt = performance.now(); });
}

async function nextTask() {
  await new Promise((resolve) => { setTimeout(resolve); });
  busySince = performance.now();
}
