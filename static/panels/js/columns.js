// A column follows its text only for a reader who went to its end; others get a "new text" button.
// The end of each column is watched by an IntersectionObserver, so no scroll place is computed.

export function startColumns() {
  eachColumn(watch);
}

/** Every column once, also those of seats that join later. */
export function eachColumn(act) {
  const met = new WeakSet();
  const meet = () => {
    for (const column of document.querySelectorAll("#answers > .answer")) {
      if (!met.has(column)) { met.add(column); act(column); }
    }
  };
  new MutationObserver(meet).observe(document.getElementById("answers"), { childList: true });
  meet();
}

function watch(column) {
  const body = column.querySelector(".answer-body");
  const state = { isFollowing: false, isGoingUp: false, top: 0 };
  body.addEventListener("scroll", () => {
    state.isGoingUp = body.scrollTop < state.top;
    state.top = body.scrollTop;
    if (!isGrowing(column)) column.removeAttribute("data-ui-behind");
  }, { passive: true });
  const observer = new IntersectionObserver(([entry]) => endMoved(column, body, state, entry.isIntersecting), {
    root: body, rootMargin: "0px 0px 40px 0px",
  });
  observer.observe(body.querySelector(".answer-end"));
  column.addEventListener("click", (event) => {
    if (!event.target.closest("[data-follow]")) return;
    state.isFollowing = true;
    state.isGoingUp = false;
    goToEnd(body);
  });
}

function endMoved(column, body, state, isEndShown) {
  if (isEndShown) state.isFollowing = state.isFollowing || state.top > 0;
  else if (state.isGoingUp) state.isFollowing = false;
  else if (state.isFollowing) goToEnd(body);
  column.toggleAttribute("data-ui-behind", !isEndShown && !state.isFollowing && isGrowing(column));
}

const isGrowing = (column) => column.querySelector(".answer-waiting") !== null;
const goToEnd = (body) => body.scrollTo({ top: body.scrollHeight, behavior: "instant" });
