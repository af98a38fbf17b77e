// The runs list: the address follows the search, so that reloading or sending it shows the same.

import "./messages.js";

document.getElementById("search")?.addEventListener("htmx:finally:request", (event) => {
  const form = event.currentTarget;
  const typed = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
  history.replaceState(null, "", typed.size ? `${form.action}?${typed}` : form.action);
});
