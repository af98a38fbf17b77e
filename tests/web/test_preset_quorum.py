"""When a preset's judge begins: typed, stored, shown, and refused when it can't be."""

import pytest
from django.test import Client

from panels.models import Preset
from tests.web.rows import words
from tests.web.test_edit_preset import error_of, save, seats
from tests.web.test_preset_options import stored, value_of

pytestmark = pytest.mark.django_db


def test_a_quorum_and_its_grace_are_kept_and_shown_again(owner_client: Client) -> None:
    typed = {"quorum": "2", "grace_seconds": "45"}
    assert save(owner_client, **seats("best", "best", "best"), **typed).status_code == 302
    assert (stored().quorum, stored().grace_seconds) == (2, 45)
    response = owner_client.get(f"/presets/{Preset.objects.get().pk}/edit/")
    assert (value_of(response, "quorum"), value_of(response, "grace_seconds")) == ("2", "45")
    assert "judge at 2 of 3" in words(owner_client.get("/presets/"))


def test_left_alone_the_judge_waits_for_everybody(owner_client: Client) -> None:
    assert save(owner_client, **seats("best", "best")).status_code == 302
    assert (stored().quorum, stored().grace_seconds) == (None, 20)
    assert "judge at" not in words(owner_client.get("/presets/"))


@pytest.mark.parametrize(
    ("typed", "field", "error"),
    [
        ({"quorum": "3"}, "quorum", "The panel has only 2 seats."),
        ({"quorum": "0"}, "quorum", "Give a whole number from 1 to 8, or leave it empty."),
        ({"quorum": "two"}, "quorum", "Give a whole number from 1 to 8, or leave it empty."),
        ({"grace_seconds": "601"}, "grace_seconds", "Give a whole number from 0 to 600."),
        ({"grace_seconds": "-1"}, "grace_seconds", "Give a whole number from 0 to 600."),
    ],
)
def test_what_can_not_be_is_refused_beside_its_field(
    owner_client: Client, typed: dict[str, str], field: str, error: str
) -> None:
    response = save(owner_client, **seats("best", "best"), **typed)
    assert response.status_code == 422
    assert error_of(response, field) == error
    assert not Preset.objects.exists()
