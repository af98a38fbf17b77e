"""A real Chromium that notes when each token is on the screen, for our page and for an ideal one.

At every frame the page is asked which stamped tokens it shows that it did not show before. The
ideal page appends plain text to one contained node per paragraph, from the ideal relay's websocket.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Browser, Page, ViewportSize, async_playwright

from bench.site import Person, Site
from bench.stamps import age_ms, now_ms
from scripts.ensure_browser import find_browser

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync")
DESK = ViewportSize(width=1440, height=900)
LONG_TASK_MS = 100
#: The clocks are compared so often; the quickest answer is the truest.
_CLOCK_LOOKS = 15

_RECORDER = """
(() => {
  const newest = {};
  window.bench = { shown: [], longTasks: [], blockedMs: 0 };
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) {
      bench.longTasks.push(duration);
      bench.blockedMs += duration - 50;
    }
  }).observe({ type: "longtask", buffered: true });
  const textOf = (node) => (node ? node.textContent : "");
  const look = () => {
    const now = performance.timeOrigin + performance.now();
    for (const seat of "ABCDEFGH") {
      const last = document.getElementById(`seat-${seat}-blocks`)?.lastElementChild;
      const tail = document.getElementById(`seat-${seat}-tail`);
      const texts = [last?.previousElementSibling, last, tail];
      for (const [, digits] of texts.map(textOf).join(" ").matchAll(/x(\\d{7})/g)) {
        const stamp = Number(digits);
        if (stamp > (newest[seat] ?? -1)) {
          newest[seat] = stamp;
          bench.shown.push([seat, stamp, now]);
        }
      }
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})();
"""

_IDEAL_PAGE = """
(address) => {
  const style = "height: 800px; width: 170px; float: left; overflow: auto; contain: strict";
  document.body.innerHTML = [..."ABCDEFGH"].map((seat) =>
    `<section style="${style}"><div id="seat-${seat}-blocks"></div>
     <p id="seat-${seat}-tail"></p></section>`).join("");
  const socket = new WebSocket(address);
  socket.onmessage = ({ data }) => {
    const parts = JSON.parse(data).content.matchAll(/hx-target="#(seat-.)-tail">([^<]*)</g);
    for (const [, seat, text] of parts) {
      const tail = document.getElementById(`${seat}-tail`);
      const [open, ...begun] = text.split("\\n\\n");
      tail.append(open);
      for (const next of begun) {
        const block = document.createElement("p");
        block.style.contain = "content";
        block.append(tail.textContent);
        document.getElementById(`${seat}-blocks`).append(block);
        tail.textContent = next;
      }
    }
  };
}
"""


@dataclass
class Shown:
    """Of each token that came to the screen: its seat, its stamp, and how old it was by then."""

    tokens: list[tuple[str, int, int]] = field(default_factory=list)
    long_tasks_ms: list[float] = field(default_factory=list)

    @property
    def ages_ms(self) -> list[int]:
        return [age for _, _, age in self.tokens]

    @property
    def first_ages_ms(self) -> list[int]:
        """Of each seat's first token."""
        first: dict[str, int] = {}
        for seat, _, age in self.tokens:
            first.setdefault(seat, age)
        return list(first.values())

    @property
    def long_tasks(self) -> int:
        return sum(duration > LONG_TASK_MS for duration in self.long_tasks_ms)


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def page_of(browser: Browser, site: Site | None = None, person: Person | None = None) -> Any:
    """A page in a fresh profile, of somebody signed in, that notes what it shows."""
    context = await browser.new_context(viewport=DESK)
    if site and person:
        await context.add_cookies(
            [{"name": "sessionid", "value": person.session, "url": site.address}]
        )
    await context.add_init_script(_RECORDER)
    try:
        yield await context.new_page()
    finally:
        await context.close()


async def start_in(page: Page, site: Site, person: Person, preset: str, mark: str) -> str:
    """By the form, as a person does; the run's path."""
    await page.goto(f"{site.address}/runs/new/")
    await page.fill("#id_question", f"[run {mark}] Should checkout leave the monolith?")
    await page.check(f'input[name="preset"][value="{person.presets[preset]}"]', force=True)
    await page.click("#start")
    await page.wait_for_url("**/runs/*-*-*-*-*/", wait_until="commit")
    return page.url.removeprefix(site.address).partition("#")[0]


async def show_ideal(page: Page, relay: str, run: str) -> None:
    # Any page of the relay will do: a socket is opened from its own origin.
    await page.goto(relay)
    await page.evaluate(_IDEAL_PAGE, f"{relay.replace('http', 'ws')}/ws/runs/{run}/")


async def shown_on(page: Page) -> Shown:
    noted = await page.evaluate("({ shown: bench.shown, longTasks: bench.longTasks })")
    offset = await _clock_offset(page)
    tokens = [(seat, at, age_ms(at, round(now + offset))) for seat, at, now in noted["shown"]]
    return Shown(tokens, noted["longTasks"])


async def _clock_offset(page: Page) -> float:
    """What is to be added to the page's clock to have ours."""
    found = []
    for _ in range(_CLOCK_LOOKS):
        before = now_ms()
        theirs = await page.evaluate("performance.timeOrigin + performance.now()")
        after = now_ms()
        found.append((after - before, (before + after) / 2 - theirs))
    return min(found)[1]
