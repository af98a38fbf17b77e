// The new-run page: files by drop and by paste, and nothing typed is lost when the page is left.

import { showMessage } from "./messages.js";

const SAVE_AGAIN_MS = 5000;

const form = document.getElementById("new-run");
const question = document.getElementById("id_question");
const dropZone = form.querySelector("[data-drop-zone]");

function attach(files) {
  if (!files.length) return;
  const input = document.getElementById("files");
  input.files = files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");

// The whole page takes a drop: a file that misses the zone must not replace the page.
document.addEventListener("dragover", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  dropZone.classList.add("is-over");
});
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) dropZone.classList.remove("is-over");
});
document.addEventListener("drop", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  dropZone.classList.remove("is-over");
  attach(event.dataTransfer.files);
});
document.addEventListener("paste", (event) => {
  if (!event.clipboardData?.files.length) return;
  event.preventDefault();
  attach(event.clipboardData.files);
});

// Autosave runs a moment after the last key; leaving sooner than that saves on the way out.
let saved = question.value;
let sent = saved;
form.addEventListener("htmx:before:request", () => { sent = question.value; });
form.addEventListener("htmx:after:request", (event) => {
  const { response, sourceElement } = event.detail.ctx;
  if (response.status < 400) saved = sent;
  if (response.status === 503 && sourceElement === question) {
    // The database does not answer just now: it is asked again until it does.
    document.getElementById("saved").textContent = "Not saved yet";
    setTimeout(() => question.dispatchEvent(new Event("save-again")), SAVE_AGAIN_MS);
  }
});
form.addEventListener("submit", () => { saved = question.value; });
addEventListener("pagehide", () => {
  if (question.value === saved) return;
  const typed = new FormData(form);
  for (const name of ["files", "paste_name", "paste_text"]) typed.delete(name);
  navigator.sendBeacon(form.dataset.saveUrl, typed);
});

form.addEventListener("htmx:error", () => {
  showMessage("The server could not be reached. What you typed is still here; try again.", { level: "error" });
});
