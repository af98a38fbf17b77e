// The answer to an action brings the cards that it changed, so that the page is right even without
// a socket. It was drawn when the action was done, though, and may come after frames of the socket
// that were drawn later: a quick writer is done before the click's answer is here. What the socket
// has drawn since the click stays, and the socket brings whatever the click changed.

const drawnAt = new Map();
const sentAt = new WeakMap();

export function startFreshness() {
  document.addEventListener("htmx:before:request", ({ detail }) => sentAt.set(detail.ctx, performance.now()));
  document.addEventListener("htmx:before:swap", ({ detail: { ctx, tasks } }) => {
    if (sentAt.has(ctx)) dropOlder(tasks, sentAt.get(ctx));
    else tasks.forEach((task) => { drawnAt.set(idOf(task), performance.now()); });
  });
}

function dropOlder(tasks, since) {
  const kept = tasks.filter((task) => task.type !== "partial" || !(drawnAt.get(idOf(task)) > since));
  tasks.splice(0, tasks.length, ...kept);
}

const idOf = ({ target }) => (target instanceof Element ? target.id : String(target ?? "").replace(/^#/, ""));
