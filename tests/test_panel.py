"""A panel as frozen values: what a run keeps of it, and how far its calls may go."""

import json

import pytest

from panels.choices import Privacy
from panels.panel import Fallbacks, Judge, Panel, WebTools, Writer, panel_from_json
from tests.factories import make_panel, make_seat

HERE, OWN, THIRD = Privacy.THIS_MACHINE, Privacy.OWN_NETWORK, Privacy.THIRD_PARTY
CLASSES = {"local": HERE, "gpu": OWN, "vendor": THIRD}
ALL = Fallbacks(outage="vendor:x", overflow="gpu:long", refusal="local:small")


def privacy_of(model: str) -> Privacy:
    return CLASSES[model.partition(":")[0]]


def panel(**changes: object) -> Panel:
    seat = make_seat("A", model="gpu:m", fallbacks=ALL)
    values = {
        "seats": (seat,),
        "judge": Judge(model="local:j", fallbacks=ALL),
        "writer": Writer(model="gpu:w", fallbacks=ALL),
        "web_tools": WebTools(can_search=True, most_steps=9, allowed_domains=("a.example",)),
        **changes,
    }
    return make_panel("A", **values)


def test_a_frozen_panel_knows_where_each_provider_runs() -> None:
    frozen = panel().frozen(privacy_of)
    assert frozen.privacies == {
        "gpu": "own-network",
        "local": "this-machine",
        "vendor": "third-party",
    }
    assert [frozen.privacy_of(model) for model in ("gpu:m", "local:x", "vendor:y", "other:z")] == [
        OWN,
        HERE,
        THIRD,
        None,
    ]


def test_freezing_changes_nothing_else() -> None:
    asked = panel()
    assert panel().frozen(privacy_of).web_tools == asked.web_tools
    assert panel().frozen(privacy_of).seats == asked.seats
    assert asked.privacies == {}


def test_the_local_judge_is_no_provider() -> None:
    only = panel(
        judge=Judge(), seats=(make_seat("A", model="gpu:m"),), writer=Writer(model="gpu:w")
    )
    assert only.frozen(privacy_of).privacies == {"gpu": "own-network"}


def test_what_is_local_only_keeps_neither_web_tools_nor_a_way_outside() -> None:
    kept = panel(is_local_only=True).frozen(privacy_of)
    inside = Fallbacks(overflow="gpu:long", refusal="local:small")
    assert (kept.seats[0].fallbacks, kept.judge.fallbacks) == (inside, inside)
    assert kept.writer.fallbacks == inside
    assert kept.web_tools == WebTools()
    assert not kept.web_tools.are_on


def test_a_seat_outside_is_kept_so_that_its_refusal_can_be_seen() -> None:
    outside = panel(is_local_only=True, seats=(make_seat("A", model="vendor:m"),))
    assert outside.frozen(privacy_of).seats[0].model == "vendor:m"


@pytest.mark.parametrize(("is_local_only", "reach"), [(True, OWN), (False, THIRD)])
def test_how_far_calls_may_go(is_local_only: bool, reach: Privacy) -> None:
    assert panel(is_local_only=is_local_only).reach == reach


def test_a_frozen_panel_is_read_back_as_it_was_written() -> None:
    frozen = panel(refuses_data_collection=True).frozen(privacy_of)
    assert panel_from_json(frozen.to_json()) == frozen


def test_a_panel_of_before_is_read_without_what_it_did_not_know() -> None:
    written = panel().to_json()
    for name in ("web_tools", "is_local_only", "refuses_data_collection", "privacies"):
        del written[name]
    for role in (*written["seats"], written["judge"], written["writer"]):
        del role["fallbacks"]
    read = panel_from_json(written)
    assert (read.reach, read.web_tools, read.privacies) == (THIRD, WebTools(), {})
    assert read.seats[0].fallbacks == Fallbacks()


def test_a_quorum_survives_the_way_through_json_and_is_everybody_without_one() -> None:
    panel = make_panel("ABC", quorum=2, grace_seconds=5)
    assert panel_from_json(json.loads(json.dumps(panel.to_json()))) == panel
    old = {name: value for name, value in panel.to_json().items() if "quorum" not in name}
    assert panel_from_json(old).quorum is None


def test_a_swapped_model_is_still_known_to_the_panel() -> None:
    panel = make_panel("AB").with_model("B", "scripted:other")
    assert panel.seat("B").model == "scripted:other"
    assert panel.seat("B").past_models == ("scripted:b",)
    assert {"scripted:b", "scripted:other"} <= panel.models
    assert panel_from_json(json.loads(json.dumps(panel.to_json()))) == panel


def test_asking_the_same_model_again_changes_nothing() -> None:
    assert make_panel("AB").with_model("B", "scripted:b") == make_panel("AB")


def test_the_next_seat_has_the_next_letter_as_long_as_there_is_one() -> None:
    assert make_panel("ABC").next_letter == "D"
    assert make_panel("ABCDEFGH").next_letter == ""


def test_a_judge_that_was_exchanged_leaves_its_name_unless_it_was_the_local_one() -> None:
    panel = make_panel("AB").with_judge("scripted:first").with_judge("scripted:second")
    assert panel.judge.past_models == ("local-judge", "scripted:first")
    assert "local-judge" not in panel.models
    assert {"scripted:first", "scripted:second"} <= panel.models
