"""Who may enter a room by a link, what they may do there, and that a stranger gets nothing."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import Site
from tests.browser.review_sample import REVIEW_SCRIPTS, start_review
from tests.browser.sharing import join_as, make_link, revoke_all_links
from tests.browser.starting import enter_room

SCRIPTS = REVIEW_SCRIPTS
#: Comes from elsewhere, so the machine's own user is not signed in.
ELSEWHERE = {"X-Forwarded-For": "203.0.113.9"}

Open = Callable[..., Page]


def test_whoever_may_only_view_sees_decisions_and_can_make_none(
    site: Site, open_page: Open
) -> None:
    owner = open_page(site)
    path = start_review(owner, site, "To be seen")
    guest = open_page(site, make_link(owner, site, path, "view"), extra_http_headers=ELSEWHERE)
    enter_room(guest)
    expect(guest.locator(".critique").first).to_be_visible()
    expect(guest.locator(".for-reviewers:visible")).to_have_count(0)

    guest.locator("#critique-1-title").click()
    guest.keyboard.press("a")
    guest.keyboard.press("Control+Enter")
    assert [post(guest, path + action) for action in ACTIONS] == [404] * len(ACTIONS)
    expect(owner.locator(".review-head strong")).to_have_text("0 of 6")
    owner.locator("#critique-1-title").click()
    owner.keyboard.press("a")
    expect(guest.locator("#critique-1 .decision-words")).to_contain_text("accepted by")
    expect(guest.get_by_role("link", name="Share")).to_have_count(0)


def test_a_revoked_link_ends_the_open_page_too(site: Site, open_page: Open) -> None:
    owner = open_page(site)
    path = start_review(owner, site, "To be revoked")
    link = make_link(owner, site, path, "review")
    guest = join_as("Grace", open_page(site, link, extra_http_headers=ELSEWHERE))

    revoke_all_links(owner, site, path)
    expect(guest.locator("#connection")).to_contain_text("Live updates have ended")
    assert post(guest, path + ACTIONS[0]) == 404
    assert status(guest, path) == 404
    assert status(guest, link) == 404
    expect(owner.locator(".review-head strong")).to_have_text("0 of 6")


def test_a_stranger_gets_nothing_of_a_run(site: Site, open_page: Open) -> None:
    owner = open_page(site)
    path = start_review(owner, site, "Private")
    stranger = open_page(site, "/sign-in/", extra_http_headers=ELSEWHERE)

    for place in ("", "export/md/", "export/json/", "share/", "name/"):
        assert status(stranger, path + place) == 404, place
    assert [post(stranger, path + action) for action in ACTIONS] == [404] * len(ACTIONS)
    assert opened_socket(stranger, path) is False
    assert opened_socket(owner, path) is True
    assert "Private" not in stranger.request.get(site.address + path).text()


ACTIONS = ("critiques/1/decide/", "critiques/", "undo/", "write/", "stop/", "seats/A/stop/")


def status(page: Page, path: str) -> int:
    return page.evaluate("async (path) => (await fetch(path)).status", path)


def post(page: Page, path: str) -> int:
    """As the page's own scripts would: with its cookies and its token."""
    return page.evaluate(
        """async (path) => {
            const carrier = document.querySelector("[name=csrfmiddlewaretoken]");
            const headers = document.body.getAttribute("hx-headers:inherited");
            const token = carrier?.value ?? JSON.parse(headers)["X-CSRFToken"];
            const body = new URLSearchParams({ verdict: "accepted", title: "t", kind: "remark" });
            const sent = { method: "POST", body, headers: { "X-CSRFToken": token } };
            return (await fetch(path, sent)).status;
        }""",
        path,
    )


def opened_socket(page: Page, path: str) -> bool:
    return page.evaluate(
        """(path) => new Promise((resolve) => {
            const socket = new WebSocket(`ws://${location.host}/ws${path}`);
            socket.onopen = () => { socket.close(); resolve(true); };
            socket.onerror = () => resolve(false);
        })""",
        path,
    )
