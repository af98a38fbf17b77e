"""Share links as people make and open them."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Site
from tests.browser.starting import enter_room


def make_link(owner: Page, site: Site, path: str, scope: str) -> str:
    """The path of a new link; the owner's page stays where it is."""
    page = owner.context.new_page()
    page.goto(f"{site.address}{path}share/")
    page.locator("#id_scope").select_option(scope)
    page.get_by_role("button", name="Create the link").click()
    address = page.locator("#new-link").inner_text()
    page.close()
    return address.removeprefix(site.address)


def revoke_all_links(owner: Page, site: Site, path: str) -> None:
    page = owner.context.new_page()
    page.goto(f"{site.address}{path}share/")
    revoke = page.get_by_role("button", name="Revoke")
    while revoke.count():
        before = revoke.count()
        revoke.first.click()
        expect(revoke).to_have_count(before - 1)
    page.close()


def join_as(name: str, guest: Page) -> Page:
    """The guest has opened the link and gives a name."""
    guest.get_by_role("textbox", name="name").fill(name)
    guest.get_by_role("button", name="Enter the room").click()
    enter_room(guest)
    return guest
