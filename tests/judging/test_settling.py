from typing import Any

import pytest

from panels.judging.schema import FoundCritique
from panels.judging.settling import (
    LONGEST_BODY,
    LONGEST_POSITION,
    LONGEST_QUOTE,
    LONGEST_TITLE,
    MOST_STANCES,
    Settler,
)

ANSWERS = {
    "A": "As Claude 4, I would split checkout before the peak.",
    "B": "Do not split checkout before the peak.",
    "C": "Measure first, then decide about checkout.",
}
SETTLER = Settler({"Q63": "A", "K41": "B", "T77": "C"}, ANSWERS)


def stance(
    answer: str, quote: str = "checkout before the peak", position: str = ""
) -> dict[str, Any]:
    return {"answer": answer, "quote": quote, "position": position}


def settle(kind: str, *stances: Any, **changes: Any) -> FoundCritique | None:
    return SETTLER.settle({"kind": kind, "title": "Split?", "stances": list(stances), **changes})


@pytest.mark.parametrize(
    "kind", ["contradiction", "consensus", "partial_coverage", "unique_insight"]
)
def test_two_seats_carry_any_kind(kind):
    found = settle(kind, stance("Q63"), stance("K41"))

    assert found is not None
    assert (found.kind, found.seats) == (kind, ("A", "B"))


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        ("contradiction", "unique_insight"),
        ("consensus", "unique_insight"),
        ("partial_coverage", "partial_coverage"),
        ("unique_insight", "unique_insight"),
        ("blind_spot", "blind_spot"),
    ],
)
@pytest.mark.parametrize("count", [1, 2])
def test_one_seat_shows_no_more_than_its_own_view(kind, shown, count):
    found = settle(kind, *[stance("Q63")] * count)

    assert found is not None
    assert found.kind == shown


@pytest.mark.parametrize(
    ("kind", "stands"),
    [
        ("contradiction", False),
        ("consensus", False),
        ("partial_coverage", False),
        ("unique_insight", False),
        ("blind_spot", True),
    ],
)
def test_only_a_blind_spot_stands_without_a_stance(kind, stands):
    assert (settle(kind) is not None) is stands


@pytest.mark.parametrize("kind", ["contradiction", "consensus"])
def test_what_the_end_of_the_reply_cut_is_not_shown_as_something_else(kind):
    data = {"kind": kind, "title": "Split?", "stances": [stance("Q63")]}

    assert SETTLER.settle(data, is_cut=True) is None


@pytest.mark.parametrize(
    "label", ["Q63", "q63", " Q63 ", "Answer Q63", "answer q63", "[Q63]", "<Q63>", '"Q63"']
)
def test_a_label_is_known_in_any_spelling(label):
    found = settle("unique_insight", stance(label))

    assert found is not None
    assert found.seats == ("A",)


@pytest.mark.parametrize("label", ["", "Z99", "A", "Q6", "Q63K41", "all answers"])
def test_a_stance_on_an_unknown_answer_is_dropped(label):
    found = settle("unique_insight", stance(label), stance("K41"))

    assert found is not None
    assert found.seats == ("B",)


@pytest.mark.parametrize(
    "bad", [None, "Q63", 3, {}, {"answer": "Q63"}, stance("Q63", "  "), stance("Q63", "")]
)
def test_no_quote_no_point(bad):
    found = settle("unique_insight", bad, stance("K41"))

    assert found is not None
    assert found.seats == ("B",)


def test_labels_become_seats_in_every_text():
    found = settle(
        "contradiction",
        stance("Q63", position="unlike answer K41"),
        stance("K41"),
        title="Answer Q63 and K41 differ",
        why="Q63 splits, answer t77 measures. XQ63 is no label.",
    )

    assert found is not None
    assert found.title == "seat A and seat B differ"
    assert found.body == "seat A splits, seat C measures. XQ63 is no label."
    assert found.stances[0].position == "unlike seat B"


def test_a_quote_over_a_removed_name_is_found_in_the_answer():
    found = settle("unique_insight", stance("Q63", "As [name], I would split checkout"))

    assert found is not None
    (shown,) = found.stances
    assert (shown.start, shown.end) == (0, 35)


def test_a_quote_from_another_answer_is_unverified():
    found = settle("unique_insight", stance("T77", "Do not split checkout"))

    assert found is not None
    assert [s.is_verified for s in found.stances] == [False]


def test_long_texts_are_cut():
    found = settle(
        "contradiction",
        *[stance("Q63", "word " * 900, "position " * 200), stance("K41")] * 20,
        title="title " * 200,
        why="why " * 2000,
    )

    assert found is not None
    assert len(found.title) <= LONGEST_TITLE
    assert len(found.body) <= LONGEST_BODY
    assert len(found.stances) == MOST_STANCES
    assert len(found.stances[0].quote) <= LONGEST_QUOTE
    assert len(found.stances[0].position) <= LONGEST_POSITION
    assert found.title.endswith("…")


def test_a_title_is_one_line():
    found = settle("blind_spot", title="No\n  rollback\tplan")

    assert found is not None
    assert found.title == "No rollback plan"


@pytest.mark.parametrize("data", [None, 3, "text", [], {}, {"kind": "consensus"}, {"title": "x"}])
def test_what_is_no_critique_is_none(data):
    assert SETTLER.settle(data) is None


def test_without_labels_nothing_has_a_seat():
    settler = Settler({}, {})
    data = {"kind": "unique_insight", "title": "x", "stances": [stance("Q63")]}

    assert settler.settle(data) is None
