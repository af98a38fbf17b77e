import dataclasses
import json

import pytest
from pydantic import ValidationError

from panels.choices import JUDGED_KINDS
from panels.judging.schema import (
    FoundCritique,
    FoundStance,
    JudgeCritique,
    JudgeStance,
    json_schema,
)


@pytest.mark.parametrize("kind", [kind.value for kind in JUDGED_KINDS])
def test_every_judged_kind_is_read(kind):
    assert JudgeCritique(kind=kind, title="Split").kind == kind


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("Contradictions", "contradiction"),
        ("blind spots", "blind_spot"),
        ("Blind-Spot", "blind_spot"),
        (" CONSENSUS ", "consensus"),
        ("unique insights", "unique_insight"),
        ("Partial coverage", "partial_coverage"),
    ],
)
def test_a_kind_in_other_spelling_is_forgiven(written, kind):
    assert JudgeCritique(kind=written, title="Split").kind == kind


@pytest.mark.parametrize("kind", ["framing", "remark", "opinion", "", None, 3, ["consensus"]])
def test_any_other_kind_is_refused(kind):
    with pytest.raises(ValidationError):
        JudgeCritique(kind=kind, title="Split")


@pytest.mark.parametrize(
    "stance",
    [{}, {"answer": "Q63"}, {"quote": "It is"}, {"answer": 1, "quote": "x"}, "Q63", None],
)
def test_a_stance_needs_an_answer_and_a_quote(stance):
    with pytest.raises(ValidationError):
        JudgeStance.model_validate(stance)


def test_the_schema_is_strict_in_every_object():
    def objects(node):
        if isinstance(node, dict):
            if node.get("type") == "object":
                yield node
            for value in node.values():
                yield from objects(value)

    found = list(objects(json_schema()))

    assert len(found) == 3
    assert all(node["additionalProperties"] is False for node in found)
    assert all(node["required"] == list(node["properties"]) for node in found)
    assert "$ref" not in json.dumps(found)


def test_the_reason_stands_before_the_verdict():
    critique = json_schema()["properties"]["critiques"]["items"]
    stance = critique["properties"]["stances"]["items"]

    assert list(critique["properties"]) == ["why", "kind", "title", "stances"]
    assert list(stance["properties"]) == ["answer", "quote", "position"]


def test_the_schema_names_exactly_the_judged_kinds():
    kinds = json_schema()["properties"]["critiques"]["items"]["properties"]["kind"]["enum"]

    assert kinds == [kind.value for kind in JUDGED_KINDS]


def test_a_stance_is_verified_when_it_has_a_place():
    assert FoundStance(seat="A", position="", quote="x", start=0, end=1).is_verified
    assert not FoundStance(seat="A", position="", quote="x").is_verified


def test_a_critique_names_each_seat_once_in_order():
    stances = tuple(FoundStance(seat=seat, position="", quote="x") for seat in "CACB")

    assert FoundCritique(kind="consensus", title="x", stances=stances).seats == ("C", "A", "B")


def test_found_values_are_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        FoundCritique(kind="consensus", title="x").title = "y"
