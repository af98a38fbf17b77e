import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.web.rows import HOSTILE, add_preset, assert_inert
from tests.web.test_edit_preset import change, save, seats

pytestmark = pytest.mark.django_db


def test_hostile_text_stays_inert(owner_client: Client, owner: User) -> None:
    preset = add_preset(owner, name="<script>alert(1)</script>", description=HOSTILE)
    assert_inert(owner_client.get(f"/presets/{preset.pk}/edit/"))
    data = seats(HOSTILE, persona=f"</textarea>{HOSTILE}", persona_name=HOSTILE)
    assert_inert(save(owner_client, name=HOSTILE, judge_rubric=HOSTILE, **data))


def test_nobody_else_can_open_or_change_it(
    teammate_client: Client, stranger_client: Client, owner: User
) -> None:
    preset = add_preset(owner)
    address = f"/presets/{preset.pk}/edit/"
    assert teammate_client.get(address).status_code == 404
    assert save(teammate_client, address).status_code == 404
    assert save(stranger_client, address)["Location"].startswith("/sign-in/")
    preset.refresh_from_db()
    assert preset.description == ""


@pytest.mark.parametrize("act", ["remove-" + "9" * 5000, "up-x", "down-", "nonsense"])
def test_a_change_that_can_t_be_read_changes_nothing(owner_client: Client, act: str) -> None:
    response = change(owner_client, act, seats("best", "best") | {"seats-TOTAL_FORMS": "2"})
    assert response.status_code == 200
    assert response.content.decode().count('name="seats-') == change(
        owner_client, "up-0", seats("best", "best")
    ).content.decode().count('name="seats-')
