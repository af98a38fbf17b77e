"""Hostile text from models, vendors and people stays text: nothing runs, policy or no policy.

With the Content-Security-Policy no violation may even be reported; without it nothing may happen
either.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site
from tests.browser.sharing import join_as, make_link
from tests.browser.starting import enter_room, make_preset, start_run

SCRIPT = "<script>window.pwned='script'</script>"
IMAGE = "<img src=x onerror=\"window.pwned='image'\">"
BREAKOUT = f"\"'></title></textarea></pre></template>{SCRIPT}{IMAGE}"
LINKS = (
    "[go](javascript:window.pwned='link') <javascript:window.pwned=1> "
    "[tab](data:text/html,<script>window.pwned=1</script>) ![i](javascript:window.pwned=1) "
    '[t](https://example.com "\\" onmouseover=\\"window.pwned=1")'
)
BLOCKS = (
    f'<svg onload="window.pwned=\'svg\'"><a xlink:href="javascript:window.pwned=1">x</a></svg>\n\n'
    f'<iframe srcdoc="{SCRIPT}"></iframe>\n\n<style>body{{display:none}}</style>\n\n'
    f'<form action="javascript:window.pwned=1"><button autofocus>x</button></form>\n\n'
    f'<hx-partial hx-target="#run-head" hx-swap="innerHTML">{IMAGE}</hx-partial>\n\n'
    f'<div hx-get="/" hx-trigger="load" hx-on:load="window.pwned=1">x</div>\n\n'
    f"```html\n{BREAKOUT}\n```\n\n| {IMAGE} |\n|---|\n| {SCRIPT} |\n"
)
QUOTE = "The quoted <b onclick=pwned=1>words</b> stand here."
OUTPUT = f"{BREAKOUT}\n\n{LINKS}\n\n{BLOCKS}\n\n{QUOTE}\n"
JUDGE = {
    "critiques": [
        {
            "why": OUTPUT,
            "kind": "unique_insight",
            "title": f"Title {BREAKOUT}",
            "stances": [
                {
                    "answer": "{{label_of:stand here}}",
                    "quote": QUOTE,
                    "position": f"Position {BREAKOUT}",
                },
                {"answer": "{{label_of:stand here}}", "quote": IMAGE * 2, "position": LINKS},
            ],
        }
    ]
}
SCRIPTS: dict[str, dict[str, Any]] = {
    "hostile": {"text": OUTPUT, "reasoning": OUTPUT, "served_model": BREAKOUT[:80]},
    "failing": {"status": 500, "error_message": OUTPUT[:400]},
    "judge": {"text": json.dumps(JUDGE)},
    "writer": {
        "text": f"{OUTPUT}\n\nDone [C1] [C99] [C1](javascript:window.pwned=1).",
        "tokens_per_second": 300,
    },
}
WATCH = """
window.violations = [];
addEventListener("securitypolicyviolation", (event) => window.violations.push(event.blockedURI));
"""
#: Elements and attributes that only an attack would bring into our pages.
_FORBIDDEN = """
() => {
    const elements = "iframe, object, embed, base, style, img, frame, marquee, math";
    const isOurs = (script) => script.src.startsWith(`${location.origin}/static/`);
    const isBadElement = (element) =>
        element.matches(elements) || (element.localName === "script" && !isOurs(element));
    const isBadAttribute = ({ name, value }) =>
        /^(on|hx-on|style$)/i.test(name)
        || /^\\s*(javascript|vbscript|data):/i.test(value)
        || (/action$/i.test(name) && !value.startsWith("/"));
    const isBadInProse = (element) =>
        element.parentElement?.closest(".prose")
        && [...element.attributes].some(({ name }) => /^(id|name|hx-)/.test(name));
    return [...document.querySelectorAll("*")]
        .filter((e) => isBadElement(e) || [...e.attributes].some(isBadAttribute) || isBadInProse(e))
        .map((element) => element.outerHTML.slice(0, 200));
}
"""

Open = Callable[..., Page]


@pytest.mark.parametrize("has_policy", [True, False], ids=["with the policy", "without it"])
def test_nothing_runs_on_any_page(
    make_site: Callable[..., Site], open_page: Open, tmp_path: Path, has_policy: bool
) -> None:
    site = make_site(SCRIPTS)
    owner = open_page(site, bypass_csp=not has_policy)
    owner.context.add_init_script(WATCH)
    path = start_hostile_run(owner, site, tmp_path)
    guest = open_page(site, make_link(owner, site, path, "review"), bypass_csp=not has_policy)
    join_as(f"G {SCRIPT}{IMAGE}"[:80], guest)
    decide_and_write(guest, owner)

    assert_inert(owner)
    assert_inert(guest)
    tabs = [f"{path}#{tab}" for tab in ("panel", "brief", "synthesis", "ledger")]
    for place in ("/", "/runs/new/", "/presets/", f"{path}share/", *tabs):
        look_at(owner, site.address + place)
    look_at(guest, f"{site.address}{path}name/")


def start_hostile_run(page: Page, site: Site, folder: Path) -> str:
    """Everything that a person can type or name is hostile, and so is all that is answered."""
    name = f"P {SCRIPT}{IMAGE}"[:80]
    make_preset(
        page,
        site,
        name,
        [
            {"model": "scripted:hostile", "persona_name": BREAKOUT[:80], "persona": OUTPUT[:3000]},
            {"model": "scripted:failing", "persona_name": IMAGE, "persona": SCRIPT},
        ],
        judge="scripted:judge",
        writer="scripted:writer",
    )
    document = folder / "x'\"><img src=x onerror=pwned=1>.md"
    document.write_text(OUTPUT)
    page.goto(f"{site.address}/runs/new/")
    page.locator("#files").set_input_files(document)
    expect(page.locator(".document-name")).to_have_count(1)
    assert_inert(page)
    path = start_run(page, site, name, question=BREAKOUT + OUTPUT)
    expect(page.locator(".step-current")).to_contain_text("Your review", timeout=15_000)
    return path


def decide_and_write(guest: Page, owner: Page) -> None:
    dialogs = guest.locator("dialog[open]")
    guest.locator("#critique-1 .critique-title").click()
    guest.keyboard.press("a")
    guest.keyboard.press("n")
    guest.locator("#note-words").fill(OUTPUT[:1900])
    guest.keyboard.press("Control+Enter")
    expect(dialogs).to_have_count(0)
    expect(owner.locator("#critique-1 [data-note]")).to_contain_text("window.pwned")
    guest.keyboard.press("r")
    guest.locator("#remark-words").fill(f"Remark {BREAKOUT}"[:300])
    guest.locator("#remark-body").fill(OUTPUT)
    guest.keyboard.press("Control+Enter")
    expect(dialogs).to_have_count(0)
    expect(owner.locator("#critique-2")).to_contain_text("window.pwned")
    guest.keyboard.press("Control+Enter")
    expect(owner.locator("#version-1 .version-head .btn")).to_be_attached(timeout=15_000)


def look_at(page: Page, address: str) -> None:
    """As it is loaded, with whatever is folded opened."""
    page.goto("about:blank")
    page.goto(address)
    if page.locator("#room").count():
        enter_room(page)
        if page.locator("#critique-1").is_visible():
            page.locator("#critique-1-title").click()
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    assert_inert(page)


def assert_inert(page: Page) -> None:
    page.wait_for_timeout(100)
    assert page.evaluate("window.pwned ?? null") is None, page.url
    assert page.evaluate(_FORBIDDEN) == [], page.url
    assert page.evaluate("window.violations ?? []") == [], page.url
    assert not page.locator("body").evaluate("(body) => getComputedStyle(body).display === 'none'")
