// Tabs after the ARIA pattern; the open one stands in the address, as `#ledger`.

const tabOf = (name) => document.getElementById(`tab-${name}`);
const nameOf = (tab) => tab.id.replace("tab-", "");

export function startTabs() {
  const list = document.querySelector("[data-tabs]");
  const tabs = [...list.querySelectorAll('[role="tab"]')];
  list.addEventListener("click", (event) => {
    const tab = event.target.closest('[role="tab"]');
    if (tab) showTab(nameOf(tab));
  });
  list.addEventListener("keydown", (event) => moveAmong(tabs, event, (tab) => showTab(nameOf(tab))));
  window.addEventListener("hashchange", showFromAddress);
  showFromAddress();
}

/** Arrow keys, Home and End among `tabs`: focuses and shows the one they lead to. */
export function moveAmong(tabs, event, show) {
  const at = tabs.indexOf(document.activeElement);
  const steps = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 };
  if (at < 0 || !(event.key in steps)) return;
  event.preventDefault();
  const next = tabs[(steps[event.key] + tabs.length) % tabs.length];
  show(next);
  next.focus();
}

export function showTab(name) {
  const chosen = tabOf(name);
  for (const tab of chosen.parentElement.querySelectorAll('[role="tab"]')) {
    const isChosen = tab === chosen;
    tab.setAttribute("aria-selected", String(isChosen));
    tab.tabIndex = isChosen ? 0 : -1;
    document.getElementById(tab.getAttribute("aria-controls")).hidden = !isChosen;
  }
  if (location.hash !== `#${name}`) history.replaceState(null, "", `#${name}`);
}

/** For what was just asked for: the tab, from its top. */
export function showTabFromTop(name) {
  showTab(name);
  document.getElementById(tabOf(name).getAttribute("aria-controls")).scrollTop = 0;
}

export const isPanelShown = () => !document.getElementById("panel").hidden;

function showFromAddress() {
  const name = location.hash.slice(1);
  if (name && tabOf(name)) showTab(name);
}
