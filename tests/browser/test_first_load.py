"""What a first visit fetches, in bytes on the wire and in requests (P17: 80 KB and 12)."""

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page

from tests.browser.conftest import Site
from tests.browser.starting import enter_room, start_panel

MOST_BYTES = 80_000
MOST_REQUESTS = 12
SCRIPTS = {slug: {"text": f"{slug.title()} says wait."} for slug in ("one", "two", "three")}


class Fetched:
    """Every answer of one page's load, headers included, as it came over the wire."""

    def __init__(self, context: BrowserContext) -> None:
        self.page = context.new_page()
        self.addresses: list[str] = []
        self.bytes = 0
        network = context.new_cdp_session(self.page)
        network.on("Network.requestWillBeSent", self._note_request)
        network.on("Network.webSocketCreated", lambda event: self.addresses.append(event["url"]))
        network.on("Network.loadingFinished", self._note_end)
        network.send("Network.enable")

    def _note_request(self, event: dict) -> None:
        if not event["request"]["url"].startswith("data:"):
            self.addresses.append(event["request"]["url"])

    def _note_end(self, event: dict) -> None:
        self.bytes += event["encodedDataLength"]

    def open(self, address: str) -> "Fetched":
        self.page.goto(address)
        self.page.wait_for_load_state("networkidle")
        return self


def first_visit(page: Page, address: str, *, is_room: bool = False) -> Fetched:
    """A browser with an empty cache, signed in."""
    assert page.context.browser is not None
    context = page.context.browser.new_context(storage_state=page.context.storage_state())
    try:
        fetched = Fetched(context).open(address)
        if is_room:
            enter_room(fetched.page)
        return fetched
    finally:
        context.close()


def test_the_runs_list_is_small(site: Site, open_page: Callable[..., Page]) -> None:
    page = open_page(site)
    start_panel(page, site, list(SCRIPTS))
    fetched = first_visit(page, site.address)
    assert 4 <= len(fetched.addresses) <= MOST_REQUESTS, fetched.addresses
    assert 10_000 < fetched.bytes <= MOST_BYTES


def test_a_run_of_three_seats_is_small_with_its_socket(
    site: Site, open_page: Callable[..., Page]
) -> None:
    page = open_page(site)
    path = start_panel(page, site, list(SCRIPTS))
    page.get_by_text("Three says wait.").first.wait_for()
    fetched = first_visit(page, site.address + path, is_room=True)
    assert 6 <= len(fetched.addresses) <= MOST_REQUESTS, fetched.addresses
    assert any(address.startswith("ws:") for address in fetched.addresses)
    assert 20_000 < fetched.bytes <= MOST_BYTES


def test_a_second_visit_fetches_the_page_alone(site: Site, open_page: Callable[..., Page]) -> None:
    page = open_page(site)
    again = Fetched(page.context).open(site.address)
    cached = [address for address in again.addresses if "/static/" in address]
    assert cached
    # Chromium reports nothing on the wire for what its cache gave.
    assert again.bytes < 8_000
