// Says when the live connection is gone, and when it will not come back by itself.

const SHOWN_AFTER_MS = 1500;
const COMES_BACK = "The connection was lost. Reconnecting… Nothing is lost: the run goes on.";
const IS_OFFLINE = "You are offline. The run goes on; this page catches up when you are back.";
const IS_OVER = "Live updates have ended for this page. Reload it to see the latest.";

export function startConnection() {
  const banner = document.getElementById("connection");
  let timer = null;
  let why = "";
  const reveal = () => {
    banner.textContent = navigator.onLine ? why : IS_OFFLINE;
    banner.dataset.uiState = "lost";
  };
  // Counted from the loss: every attempt to come back that fails ends in a loss of its own.
  const show = (words) => {
    why = words;
    if (banner.dataset.uiState === "lost") reveal();
    else timer ??= setTimeout(reveal, SHOWN_AFTER_MS);
  };
  const hide = () => {
    clearTimeout(timer);
    timer = null;
    banner.textContent = "";
    banner.dataset.uiState = "open";
  };
  document.addEventListener("htmx:ws:after:connection", hide);
  document.addEventListener("htmx:ws:close", (event) => {
    const { code, connection } = event.detail;
    show(connection?.config.reconnectCodes.includes(code) ? COMES_BACK : IS_OVER);
  });
  window.addEventListener("offline", () => show(IS_OFFLINE));
}
