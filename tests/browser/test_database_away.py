"""The database goes away while somebody types, and comes back: nothing typed is lost."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site
from tests.browser.review_sample import REVIEW_SCRIPTS, start_review
from tests.browser.starting import enter_room, make_preset

SCRIPTS = {"seat": {"text": "Do not split it yet."}, **REVIEW_SCRIPTS}
FIRST, MORE = "Should we split checkout?", "And if so, before the sale?"


@pytest.fixture
def site(make_site: Callable[..., Site]) -> Site:
    return make_site(SCRIPTS)


@pytest.fixture
def database(site: Site) -> Iterator["Database"]:
    database = Database(site.folder / "data")
    yield database
    database.come_back()


class Database:
    """Its folder is renamed: every new connection fails, as when a server is down."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._away = folder.with_name("away")

    def go_away(self) -> None:
        self._folder.rename(self._away)

    def come_back(self) -> None:
        if self._away.exists():
            self._away.rename(self._folder)


def test_what_is_typed_meanwhile_is_saved_once_it_is_back(
    site: Site, database: Database, open_page: Callable[..., Page]
) -> None:
    page = open_page(site, "/runs/new/")
    page.locator("#id_question").fill(FIRST)
    expect(page.locator("#saved")).to_have_text("Saved")
    database.go_away()
    page.locator("#id_question").fill(f"{FIRST} {MORE}")
    expect(page.locator("#messages")).to_contain_text("The database does not answer")
    expect(page.locator("#saved")).to_have_text("Not saved yet")
    database.come_back()
    expect(page.locator("#saved")).to_have_text("Saved", timeout=15_000)
    page.reload()
    expect(page.locator("#id_question")).to_have_value(f"{FIRST} {MORE}")


def test_a_form_that_was_sent_meanwhile_can_be_sent_again(
    site: Site, database: Database, open_page: Callable[..., Page]
) -> None:
    page = open_page(site)
    make_preset(page, site, "Alone", [{"model": "scripted:seat"}])
    page.goto(f"{site.address}/runs/new/")
    page.locator(".choice").filter(has=page.get_by_text("Alone", exact=True)).click()
    page.locator("#id_question").fill(f"{FIRST}\n{MORE}")
    expect(page.locator("#saved")).to_have_text("Saved")
    database.go_away()
    page.locator("#start").click()
    expect(page.locator("h1")).to_have_text("The database does not answer")
    expect(page.locator("textarea[name=question]")).to_have_value(f"{FIRST}\n{MORE}")
    page.get_by_role("button", name="Send it again").click()
    expect(page.locator("h1")).to_have_text("The database does not answer")
    database.come_back()
    page.get_by_role("button", name="Send it again").click()
    enter_room(page)
    page.get_by_role("tab", name="Brief").click()
    expect(page.locator("#brief-tab")).to_contain_text(FIRST)
    expect(page.locator("#brief-tab")).to_contain_text(MORE)


def test_a_remark_stays_in_its_form_until_it_is_taken(
    site: Site, database: Database, open_page: Callable[..., Page]
) -> None:
    page = open_page(site)
    start_review(page, site, "Reviewed")
    page.keyboard.press("r")
    form = page.locator("dialog[open] form")
    form.locator("[name=title]").fill("Nobody is on call")
    form.locator("[name=body]").fill(MORE)
    database.go_away()
    form.locator("button:not([type=button])").click()
    expect(form.locator("[data-form-error]")).to_contain_text("The database does not answer")
    expect(form.locator("[name=body]")).to_have_value(MORE)
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    expect(page.locator("#messages")).to_contain_text("so this was not saved")
    database.come_back()
    page.keyboard.press("r")
    expect(form.locator("[name=body]")).to_have_value(MORE)
    form.locator("button:not([type=button])").click()
    expect(page.locator("#critiques")).to_contain_text(MORE)
