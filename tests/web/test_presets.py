"""The list of presets; duplicating, deleting, undoing."""

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from panels.builtin_presets import BUILTIN_PRESETS
from panels.models import Preset
from panels.panel import Judge, Panel, Seat, Writer
from panels.queries import find_preset, presets_for
from tests.web.rows import HOSTILE, HTMX, add_preset, assert_inert, page, words

pytestmark = pytest.mark.django_db


def names(client: Client) -> list[str]:
    return [heading.get_text() for heading in page(client.get("/presets/")).select("h3")]


def test_a_stranger_is_asked_to_sign_in(stranger_client: Client) -> None:
    assert stranger_client.get("/presets/")["Location"] == "/sign-in/?next=/presets/"


def test_ones_own_come_with_the_built_in_ones(
    owner_client: Client, owner: User, teammate: User
) -> None:
    add_preset(owner, name="Mine")
    add_preset(owner, name="Gone", deleted_at=timezone.now())
    add_preset(teammate, name="Theirs")
    assert names(owner_client) == ["Mine", *(preset.name for preset in BUILTIN_PRESETS)]


def test_without_any_of_ones_own_it_says_how_to_get_one(owner_client: Client) -> None:
    assert words(owner_client.get("/presets/"), ".empty").startswith("None yet. Make one")


def test_a_card_shows_seats_judge_rubric_and_writer(owner_client: Client, owner: User) -> None:
    preset = add_preset(owner, description="For plans")
    assert words(owner_client.get("/presets/"), f"#preset-own-{preset.pk}") == (
        "Mine For plans A Sceptic openrouter:google/flash "
        "⚖ Judge local, no model call, 1 rubric item ✎ Writer openrouter:google/flash "
        "Use Edit Duplicate Delete"
    )


def test_built_in_ones_can_be_used_and_duplicated_only(owner_client: Client) -> None:
    card = page(owner_client.get("/presets/")).select_one("#preset-self-fusion-3 .toolbar")
    assert card.get_text(" ").split() == ["Use", "Duplicate"]
    assert card.select_one("a")["href"] == "/runs/new/?preset=self-fusion-3"


def test_a_model_that_can_not_be_called_is_marked(owner_client: Client, owner: User) -> None:
    panel = Panel(
        seats=(Seat(letter="A", model="openai:gpt"),), judge=Judge(), writer=Writer(model="best")
    )
    preset = add_preset(owner, panel_json=panel.to_json())
    assert words(owner_client.get("/presets/"), f"#preset-own-{preset.pk} .field-error") == (
        "A model of this preset can't be called here."
    )


def test_hostile_names_stay_inert(owner_client: Client, owner: User) -> None:
    preset = add_preset(owner, name="<script>alert(1)</script>", description=HOSTILE)
    assert_inert(owner_client.get("/presets/"))
    assert_inert(owner_client.post(f"/presets/{preset.pk}/delete/", headers=HTMX))
    assert_inert(owner_client.get(f"/presets/?deleted={preset.pk}"))


def test_three_presets_cost_as_many_queries_as_one(owner_client: Client, owner: User) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            owner_client.get("/presets/")
        return len(captured)

    add_preset(owner, name="1")
    with_one = queries()
    add_preset(owner, name="2")
    add_preset(owner, name="3")
    assert queries() == with_one


def test_a_duplicate_of_a_built_in_one_is_ones_own_to_edit(
    owner_client: Client, owner: User
) -> None:
    response = owner_client.post("/presets/architecture-review/duplicate/")
    copy = Preset.objects.get()
    assert response["Location"] == f"/presets/{copy.pk}/edit/"
    assert (copy.owner, copy.name) == (owner, "Copy of Architecture review")
    original = find_preset(owner, "architecture-review")
    assert original is not None
    assert copy.panel == original.panel


def test_duplicates_get_a_name_that_is_free(owner_client: Client, owner: User) -> None:
    preset = add_preset(owner, name="x" * 80)
    for _ in range(3):
        owner_client.post(f"/presets/own-{preset.pk}/duplicate/")
    copied = "Copy of " + "x" * 72
    assert set(Preset.objects.exclude(pk=preset.pk).values_list("name", flat=True)) == {
        copied,
        copied[:78] + " 2",
        copied[:78] + " 3",
    }


def test_what_is_not_there_or_not_ones_own_can_not_be_duplicated(
    owner_client: Client, teammate: User
) -> None:
    theirs = add_preset(teammate)
    for key in ("nonsense", f"own-{theirs.pk}", "own-999"):
        assert owner_client.post(f"/presets/{key}/duplicate/").status_code == 404


def test_a_deleted_preset_turns_into_an_offer_to_undo(owner_client: Client, owner: User) -> None:
    preset = add_preset(owner)
    response = owner_client.post(f"/presets/{preset.pk}/delete/", headers=HTMX)
    assert words(response) == "Deleted “Mine”. Undo"
    assert find_preset(owner, f"own-{preset.pk}") is None
    response = owner_client.post(f"/presets/{preset.pk}/restore/", headers=HTMX)
    assert words(response, "h3") == "Mine"
    assert find_preset(owner, f"own-{preset.pk}") is not None


def test_both_work_without_scripts(owner_client: Client, owner: User) -> None:
    preset = add_preset(owner)
    response = owner_client.post(f"/presets/{preset.pk}/delete/", follow=True)
    assert words(response, ".undo-notice") == "Deleted “Mine”. Undo"
    owner_client.post(f"/presets/{preset.pk}/restore/")
    assert "Mine" in names(owner_client)


def test_a_restored_preset_gives_way_to_one_of_the_same_name(
    owner_client: Client, owner: User
) -> None:
    gone = add_preset(owner, deleted_at=timezone.now())
    add_preset(owner)
    owner_client.post(f"/presets/{gone.pk}/restore/")
    gone.refresh_from_db()
    assert (gone.name, gone.deleted_at) == ("Mine 2", None)


def test_nobody_else_can_delete_restore_or_see_it(
    teammate_client: Client, stranger_client: Client, owner: User
) -> None:
    preset, gone = add_preset(owner), add_preset(owner, name="Gone", deleted_at=timezone.now())
    assert teammate_client.post(f"/presets/{preset.pk}/delete/").status_code == 404
    assert teammate_client.post(f"/presets/{gone.pk}/restore/").status_code == 404
    assert "Gone" not in words(teammate_client.get(f"/presets/?deleted={gone.pk}"))
    assert stranger_client.post(f"/presets/{preset.pk}/delete/")["Location"].startswith("/sign-in/")
    assert [found.key for found in presets_for(owner) if not found.is_builtin] == [
        f"own-{preset.pk}"
    ]


def test_looking_at_an_address_changes_nothing(owner_client: Client, owner: User) -> None:
    preset = add_preset(owner)
    for act in ("delete", "restore"):
        assert owner_client.get(f"/presets/{preset.pk}/{act}/").status_code == 405
    assert owner_client.get(f"/presets/own-{preset.pk}/duplicate/").status_code == 405


def test_an_address_that_makes_no_sense_names_nothing(owner_client: Client) -> None:
    for deleted in ("x", "-1", "999", "9" * 30):
        assert owner_client.get(f"/presets/?deleted={deleted}").status_code == 200
