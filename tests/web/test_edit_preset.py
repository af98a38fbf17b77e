"""Making and editing a preset."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client

from panels.models import Preset
from panels.panel import Judge, Panel, Seat, Writer
from tests.web.rows import HTMX, add_preset, page, words

pytestmark = pytest.mark.django_db

TYPED = {
    "name": "Mine",
    "description": "For plans",
    "judge_model": "local-judge",
    "judge_rubric": "Names an owner\n\n  Says how to   roll back \nNames an owner",
    "judge_max_tokens": "",
    "writer_model": "best",
    "writer_instructions": "Be brief.",
    "writer_temperature": "0.3",
    "writer_max_tokens": "900",
}


def seats(*models: str, **first: str) -> dict[str, str]:
    """The seats' fields as a browser sends them."""
    fields = ("model", "persona_name", "persona", "temperature", "max_tokens", "reasoning_effort")
    data = {"seats-TOTAL_FORMS": str(len(models)), "seats-INITIAL_FORMS": "0"}
    for i, model in enumerate(models):
        data |= {f"seats-{i}-{field}": "" for field in fields}
        data[f"seats-{i}-model"] = model
        data[f"seats-{i}-persona_name"] = f"Persona {i}"
    return data | {f"seats-0-{name}": value for name, value in first.items()}


def save(client: Client, address: str = "/presets/new/", **changes: Any) -> HttpResponse:
    return client.post(address, TYPED | seats("best") | changes)


def change(client: Client, act: str, data: dict[str, str]) -> HttpResponse:
    return client.post("/presets/new/", TYPED | data | {"change": act}, headers=HTMX)


def personas(response: HttpResponse) -> list[str]:
    return [field.get("value", "") for field in page(response).select("[name$=persona_name]")]


def error_of(response: HttpResponse, field: str) -> str:
    """The error beside a field, which says that it is wrong."""
    control = page(response).select_one(f"[name={field}]")
    assert control["aria-invalid"] == "true"
    assert f"id_{field}_error" in control["aria-describedby"]
    return words(response, f"#id_{field}_error")


def test_a_stranger_is_asked_to_sign_in(stranger_client: Client) -> None:
    assert stranger_client.get("/presets/new/")["Location"] == "/sign-in/?next=/presets/new/"
    assert stranger_client.post("/presets/new/", TYPED).status_code == 302
    assert Preset.objects.count() == 0


def test_a_new_preset_begins_with_one_seat_on_the_best_model(owner_client: Client) -> None:
    response = owner_client.get("/presets/new/")
    values = {
        control["name"]: control.get("value")
        for control in page(response).select("input[name$=model]")
    }
    assert values == {"seats-0-model": "best", "judge_model": "local-judge", "writer_model": "best"}


def test_everything_typed_is_stored(owner_client: Client, owner: User) -> None:
    first = {
        "persona": "Watch the pager.",
        "temperature": "0.7",
        "max_tokens": "800",
        "reasoning_effort": "low",
    }
    response = save(owner_client, **seats("best", "openrouter:google/flash", **first))
    assert response["Location"] == "/presets/"
    preset = Preset.objects.get()
    assert (preset.owner, preset.name, preset.description) == (owner, "Mine", "For plans")
    assert preset.panel == Panel(
        seats=(
            Seat(
                letter="A",
                model="best",
                persona_name="Persona 0",
                persona="Watch the pager.",
                temperature=0.7,
                max_tokens=800,
                reasoning_effort="low",
            ),
            Seat(letter="B", model="openrouter:google/flash", persona_name="Persona 1"),
        ),
        judge=Judge(rubric=("Names an owner", "Says how to roll back")),
        writer=Writer(model="best", instructions="Be brief.", temperature=0.3, max_tokens=900),
    )


def test_eight_seats_are_taken_with_their_letters(owner_client: Client) -> None:
    save(owner_client, **seats(*["best"] * 8))
    assert [seat.letter for seat in Preset.objects.get().panel.seats] == list("ABCDEFGH")


def test_a_model_may_judge(owner_client: Client) -> None:
    save(owner_client, judge_model="openrouter:google/flash", judge_max_tokens="2000")
    judge = Preset.objects.get().panel.judge
    assert (judge.model, judge.max_tokens) == ("openrouter:google/flash", 2000)


def test_editing_shows_what_is_stored_and_changes_it(owner_client: Client, owner: User) -> None:
    preset = add_preset(owner, description="Old")
    address = f"/presets/{preset.pk}/edit/"
    response = owner_client.get(address)
    assert page(response).select_one("[name=name]")["value"] == "Mine"
    assert page(response).select_one("[name=seats-0-temperature]")["value"] == "0.7"
    assert page(response).select_one("[name=judge_rubric]").get_text().strip() == "Names an owner"
    assert save(owner_client, address).status_code == 302
    preset.refresh_from_db()
    assert (preset.description, Preset.objects.count()) == ("For plans", 1)


def test_opening_and_saving_changes_nothing(owner_client: Client, owner: User) -> None:
    owner_client.post("/presets/architecture-review/duplicate/")
    copy = Preset.objects.get()
    soup = page(owner_client.get(f"/presets/{copy.pk}/edit/"))
    sent = {field["name"]: field.get("value", "") for field in soup.select("input[name]")}
    sent |= {area["name"]: area.get_text().removeprefix("\n") for area in soup("textarea")}
    sent |= {choice["name"]: choice.select_one("[selected]")["value"] for choice in soup("select")}
    owner_client.post(f"/presets/{copy.pk}/edit/", sent)
    before = copy.panel
    copy.refresh_from_db()
    assert copy.panel == before


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("name", " ", "Give the preset a name."),
        ("seats-0-model", "", "Choose a model."),
        ("seats-0-model", "gpt", "“gpt” is no model. Write provider:model, for instance"
         " local:smollm2-135m."),
        ("seats-0-model", "openrouter:a b", "A model's name has no spaces in it."),
        ("seats-0-model", "openai:gpt", "Set OPENAI_API_KEY, then start the server again."),
        ("seats-0-model", "local-judge", "“local-judge” is no model. Write provider:model, for"
         " instance local:smollm2-135m."),
        ("seats-0-temperature", "2.1", "Give a number from 0 to 2."),
        ("seats-0-temperature", "-1", "Give a number from 0 to 2."),
        ("seats-0-temperature", "warm", "Give a number from 0 to 2."),
        ("seats-0-temperature", "nan", "Give a number from 0 to 2."),
        ("seats-0-max_tokens", "0", "Give a whole number from 1 to 200,000."),
        ("seats-0-max_tokens", "200001", "Give a whole number from 1 to 200,000."),
        ("judge_model", "", "Choose a model."),
        ("judge_model", "nowhere:x", "There is no provider “nowhere” here. Add it to"
         " FUSIONWEB_ENDPOINTS, or choose another model."),
        ("judge_max_tokens", "1.5", "Give a whole number from 1 to 200,000."),
        ("judge_rubric", "\n".join(map(str, range(31))), "A rubric has at most 30 items; this has"
         " 31."),
        ("writer_model", "", "Choose a model."),
        ("writer_temperature", "3", "Give a number from 0 to 2."),
    ],
)  # fmt: skip
def test_each_error_stands_beside_its_field(
    owner_client: Client, field: str, value: str, error: str
) -> None:
    response = save(owner_client, **{field: value})
    assert response.status_code == 422
    assert error_of(response, field) == error
    assert Preset.objects.count() == 0


@pytest.mark.parametrize(
    ("field", "most"),
    [("name", 80), ("description", 200), ("seats-0-persona_name", 80), ("seats-0-persona", 4000)],
)
def test_texts_that_are_too_long_are_refused(owner_client: Client, field: str, most: int) -> None:
    assert f"at most {most} characters" in error_of(
        save(owner_client, **{field: "x" * (most + 1)}), field
    )


def test_an_unknown_effort_is_refused(owner_client: Client) -> None:
    response = save(owner_client, **{"seats-0-reasoning_effort": "heroic"})
    assert "heroic is not one of the available choices" in error_of(
        response, "seats-0-reasoning_effort"
    )


def test_an_error_loses_nothing_of_what_was_typed(owner_client: Client) -> None:
    data = seats("", "openrouter:google/flash", persona="Watch the pager.", temperature="hot")
    response = save(owner_client, **data)
    soup = page(response)
    assert soup.select_one("[name=name]")["value"] == "Mine"
    assert soup.select_one("[name=seats-0-persona]").get_text().strip() == "Watch the pager."
    assert soup.select_one("[name=seats-0-temperature]")["value"] == "hot"
    assert soup.select_one("[name=seats-1-model]")["value"] == "openrouter:google/flash"
    assert soup.select_one("[name=judge_rubric]").get_text().strip() == TYPED["judge_rubric"]


def test_an_added_seat_that_was_left_blank_is_an_error_and_not_dropped(
    owner_client: Client,
) -> None:
    response = save(owner_client, **(seats("best", "") | {"seats-1-persona_name": ""}))
    assert error_of(response, "seats-1-model") == "Choose a model."


def test_a_panel_has_one_to_eight_seats(owner_client: Client) -> None:
    assert save(owner_client, **seats(*["best"] * 9)).status_code == 422
    assert save(owner_client, **{"seats-TOTAL_FORMS": "0"}).status_code == 422
    assert save(owner_client, **{"seats-TOTAL_FORMS": "x"}).status_code == 422
    assert save(owner_client, **{"seats-TOTAL_FORMS": "9" * 5000}).status_code == 422
    assert Preset.objects.count() == 0


def test_a_name_is_taken_once(owner_client: Client, owner: User, teammate: User) -> None:
    add_preset(teammate)
    assert save(owner_client).status_code == 302
    response = save(owner_client, name=" Mine ")
    assert error_of(response, "name") == "You have a preset of this name already."
    preset = Preset.objects.get(owner=owner)
    assert save(owner_client, f"/presets/{preset.pk}/edit/").status_code == 302


def test_a_seat_is_added_with_all_that_is_typed(owner_client: Client) -> None:
    response = change(owner_client, "add", seats("no such model", temperature="hot"))
    assert response.status_code == 200
    assert page(response).select("html, .field-error") == []
    assert personas(response) == ["Persona 0", ""]
    assert page(response).select_one("[name=seats-0-temperature]")["value"] == "hot"
    assert page(response).select_one("[name=seats-1-model]")["value"] == "best"
    assert page(response).select_one("[name=seats-TOTAL_FORMS]")["value"] == "2"


@pytest.mark.parametrize(
    ("act", "left"),
    [
        ("remove-1", [0, 2]),
        ("remove-0", [1, 2]),
        ("up-2", [0, 2, 1]),
        ("down-0", [1, 0, 2]),
        ("up-0", [0, 1, 2]),
        ("down-2", [0, 1, 2]),
        ("remove-9", [0, 1, 2]),
        ("up-x", [0, 1, 2]),
        ("down", [0, 1, 2]),
        ("nonsense", [0, 1, 2]),
    ],
)
def test_seats_are_removed_and_moved(owner_client: Client, act: str, left: list[int]) -> None:
    response = change(owner_client, act, seats("best", "best", "best"))
    assert personas(response) == [f"Persona {number}" for number in left]


def test_there_is_no_ninth_seat_and_no_removing_the_last(owner_client: Client) -> None:
    full = change(owner_client, "add", seats(*["best"] * 8))
    assert len(personas(full)) == 8
    assert page(full).select("[value=add]") == []
    single = change(owner_client, "remove-0", seats("best"))
    assert personas(single) == ["Persona 0"]
    assert page(single).select("[value^=remove]") == []


def test_seats_change_without_scripts_too(owner_client: Client) -> None:
    response = owner_client.post("/presets/new/", TYPED | seats("best") | {"change": "add"})
    assert personas(response) == ["Persona 0", ""]
    assert page(response).select_one("[name=name]")["value"] == "Mine"
    assert page(response).select_one("[name=description]")["value"] == "For plans"


def test_enter_saves_and_never_removes_a_seat(owner_client: Client, owner: User) -> None:
    preset = add_preset(owner)
    first = page(owner_client.get(f"/presets/{preset.pk}/edit/")).select_one(
        ".preset-form button:not([type=button])"
    )
    assert (first.get_text(), first.get("name")) == ("Save the preset", None)
