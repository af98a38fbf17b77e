"""The one place for permission, apart from any page."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.test import Client
from django.utils import timezone

from panels.access import GUEST_NAME, SHARE_LINKS, Access, find_access
from panels.choices import ShareScope
from panels.models import Run, ShareLink
from tests.web.rows import NOWHERE, add_draft, add_link, add_run

pytestmark = pytest.mark.django_db

STRANGER = AnonymousUser()


@pytest.fixture
def run(owner: User) -> Run:
    return add_run(owner)


def session_with(token: str, name: str = "") -> dict[str, Any]:
    link = ShareLink.objects.with_token(token).get()
    return {SHARE_LINKS: {str(link.run_id): link.pk}, GUEST_NAME: name}


def access_to(run: Run, user: Any = STRANGER, session: dict[str, Any] | None = None) -> Any:
    return find_access(user, session or {}, run.pk, timezone.now())


def test_the_owner_has_all_rights_under_their_name(run: Run, owner: User) -> None:
    access = access_to(run, owner)
    assert access == Access(run=run, scope="owner", name="Ada", user=owner)
    assert access.is_owner
    assert access.can_review


def test_an_owner_without_a_full_name_goes_by_the_account_name(run: Run, owner: User) -> None:
    owner.first_name = ""
    assert access_to(run, owner).name == "ada"


def test_a_stranger_and_a_teammate_without_a_link_have_nothing(run: Run, teammate: User) -> None:
    assert access_to(run) is None
    assert access_to(run, teammate) is None
    assert access_to(run, None) is None


def test_an_owner_whose_account_was_closed_has_nothing(run: Run, owner: User) -> None:
    owner.is_active = False
    assert access_to(run, owner) is None


def test_there_is_nothing_to_find_of_a_run_that_is_not_there(owner: User) -> None:
    assert find_access(owner, {}, NOWHERE, timezone.now()) is None


def test_a_draft_and_a_deleted_run_are_found_by_nobody(owner: User) -> None:
    assert access_to(add_draft(owner), owner) is None
    assert access_to(add_run(owner, deleted_at=timezone.now()), owner) is None


def test_a_view_link_lets_a_guest_look_and_no_more(run: Run) -> None:
    access = access_to(run, session=session_with(add_link(run, scope=ShareScope.VIEW), "Eve"))
    assert (access.scope, access.name, access.user) == ("view", "Eve", None)
    assert not access.is_owner
    assert not access.can_review
    assert not access.needs_name


def test_an_unnamed_guest_who_only_looks_is_called_guest(run: Run) -> None:
    token = add_link(run, scope=ShareScope.VIEW)
    assert access_to(run, session=session_with(token)).name == "Guest"


def test_a_review_link_counts_once_the_guest_has_a_name(run: Run) -> None:
    token = add_link(run)
    unnamed = access_to(run, session=session_with(token))
    assert (unnamed.needs_name, unnamed.can_review) == (True, False)
    named = access_to(run, session=session_with(token, "Eve"))
    assert (named.needs_name, named.can_review, named.name) == (False, True, "Eve")


def test_a_teammate_with_a_review_link_reviews_under_their_own_name(
    run: Run, teammate: User
) -> None:
    access = access_to(run, teammate, session_with(add_link(run), "Somebody else"))
    assert (access.scope, access.name, access.user, access.can_review) == (
        "review",
        "Ben",
        teammate,
        True,
    )


def test_a_link_opens_its_own_run_only(run: Run, owner: User) -> None:
    other = add_run(owner)
    link = ShareLink.objects.with_token(add_link(run)).get()
    assert access_to(other, session={SHARE_LINKS: {str(other.pk): link.pk}}) is None


@pytest.mark.parametrize(
    "ended", [{"lifetime": timedelta(seconds=-1)}, {"is_revoked": True}], ids=["expired", "revoked"]
)
def test_a_link_that_has_ended_opens_nothing(run: Run, ended: dict[str, Any]) -> None:
    token = add_link(run, **ended)
    assert access_to(run, session=session_with(token, "Eve")) is None


def test_a_link_without_an_end_goes_on(run: Run) -> None:
    token = add_link(run, lifetime=None)
    later = timezone.now() + timedelta(days=4000)
    assert find_access(STRANGER, session_with(token, "Eve"), run.pk, later) is not None


def test_the_session_of_a_websocket_is_enough(run: Run, guest_client: Client) -> None:
    guest_client.get(f"/s/{add_link(run, scope=ShareScope.VIEW)}/")
    access = find_access(STRANGER, guest_client.session, str(run.pk), timezone.now())
    assert access is not None
    assert access.scope == "view"
