"""From nothing to a run under way: a preset through its form, a run through the new-run page."""

import itertools
import re
from collections.abc import Mapping, Sequence
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import Site

QUESTION = "Should checkout leave the monolith before the summer sale?"
_numbers = itertools.count(1)
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


def make_preset(
    page: Page,
    site: Site,
    name: str,
    seats: Sequence[dict[str, Any]],
    *,
    judge: str = "local-judge",
    writer: str = "scripted:writer",
    more: Mapping[str, str] | None = None,
) -> None:
    """Posts the preset's form, with `more` fields. A seat is its own: `model`, `persona`, …"""
    address = f"{site.address}/presets/new/"
    token = _TOKEN.search(page.request.get(address).text())
    assert token, "The preset form has no token."
    form = {
        "csrfmiddlewaretoken": token[1],
        "name": name,
        "judge_model": judge,
        "writer_model": writer,
        "seats-TOTAL_FORMS": str(len(seats)),
        "seats-INITIAL_FORMS": str(len(seats)),
        **(more or {}),
    }
    for number, seat in enumerate(seats):
        form |= {f"seats-{number}-{field}": str(value) for field, value in seat.items()}
    answer = page.request.post(
        address, form=form, headers={"Referer": address, "Origin": site.address}
    )
    refused = re.findall(r'class="field-error"[^>]*>([^<]+)', answer.text())
    assert answer.url.endswith("/presets/"), f"The preset was refused: {refused}"


def start_run(page: Page, site: Site, preset: str, *, question: str = QUESTION) -> str:
    """Leaves the page at the new run, and gives its path."""
    page.goto(f"{site.address}/runs/new/")
    page.locator("#id_question").fill(question)
    page.locator(".choice").filter(has=page.get_by_text(preset, exact=True)).click()
    # What the preset costs comes in above the button, which may move by a notice's height.
    expect(page.locator(".htmx-request")).to_have_count(0)
    page.locator("#start").click()
    enter_room(page)
    return re.sub(r"#.*$", "", page.url.removeprefix(site.address))


def enter_room(page: Page) -> None:
    """Until the page's scripts have started and listen to keys: one marks the shown column."""
    page.locator(".swipe-tabs [aria-current]").first.wait_for(state="attached", timeout=15_000)


def start_panel(page: Page, site: Site, scripts: Sequence[str], **preset: Any) -> str:
    """A run whose seats A, B, … are the scripts of these names."""
    name = f"Panel {next(_numbers)}"
    make_preset(page, site, name, [{"model": f"scripted:{slug}"} for slug in scripts], **preset)
    return start_run(page, site, name)
