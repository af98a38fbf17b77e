// What became of a request: says so, closes a dialog whose words were taken, keeps them otherwise.

import { showMessage } from "./messages.js";
import { showTabFromTop } from "./tabs.js";

const NOT_SAVED = "That was not saved.";
const NO_ANSWER = "The server did not answer. Nothing was changed.";

export function startForms() {
  document.addEventListener("htmx:after:request", (event) => {
    const { sourceElement, response } = event.detail.ctx;
    if (response.status < 400) accepted(sourceElement);
    else refused(sourceElement, sentenceOf(event.detail.ctx.text));
  });
  document.addEventListener("htmx:error", (event) => {
    const source = event.detail.ctx?.sourceElement;
    if (source && !event.detail.ctx.response) showMessage(NO_ANSWER, { level: "error" });
  });
}

function accepted(source) {
  if (source.matches("[data-keeps-words]")) {
    source.reset();
    errorOf(source).textContent = "";
    source.closest("dialog").close();
  }
  if (source.dataset.done) showMessage(source.dataset.done, { level: "success" });
  if (source.dataset.opensTab) showTabFromTop(source.dataset.opensTab);
}

/** The server's sentence shows itself as a message; a form has it beside its words too. */
function refused(source, sentence) {
  if (source.matches("[data-keeps-words]")) errorOf(source).textContent = sentence || NOT_SAVED;
  if (!sentence) showMessage(NOT_SAVED, { level: "error" });
}

const errorOf = (form) => form.querySelector("[data-form-error]");

const sentenceOf = (reply) =>
  new DOMParser().parseFromString(reply, "text/html").querySelector("[data-message]")?.textContent.trim() ?? "";
