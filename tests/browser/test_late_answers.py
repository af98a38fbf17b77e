"""The answer to a click may come after frames of the socket that know more: those stay."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Site
from tests.browser.review_sample import REVIEW_SCRIPTS, start_review, write_synthesis
from tests.browser.scripted_vendor import ScriptedVendor

#: Long after the writer, who needs a few milliseconds, and the frame that says that it is done.
LATE_SECONDS = 2.0


@pytest.fixture
def vendor() -> Iterator[ScriptedVendor]:
    with closing(ScriptedVendor(REVIEW_SCRIPTS)) as vendor:
        yield vendor


def test_a_late_answer_does_not_take_a_finished_synthesis_back(
    make_site: Callable[..., Site], vendor: ScriptedVendor, open_page: Callable[..., Page]
) -> None:
    site = make_site({}, FUSIONWEB_ENDPOINTS=f"vendor {vendor.base_url}")
    page = open_page(site)
    start_review(page, site, "Late", provider="vendor")
    answers: list[str] = []

    def answer_late(route: Route) -> None:
        response = route.fetch()
        answers.append(response.text())
        time.sleep(LATE_SECONDS)
        route.fulfill(response=response)

    page.route("**/write/", answer_late)
    write_synthesis(page)
    page.wait_for_timeout(500)
    assert "The writer is writing" in answers[0]
    expect(page.locator("#version-1 .version-head .btn")).to_be_visible()
    expect(page.locator("#synthesis")).not_to_contain_text("The writer is writing")
    expect(page.locator("#run-head")).not_to_contain_text("Stop all")
