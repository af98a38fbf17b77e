"""One point: who stands where on it, what people decided, and what they may still do."""

from dataclasses import replace

import pytest

from panels import cards
from tests.cards.card_runs import posts, root_of, words_of
from tests.factories import (
    make_critique,
    make_decision,
    make_panel,
    make_run,
    make_seat,
    make_stance,
)

CONTRADICTION = make_critique(
    3,
    title="How should writes move?",
    body="It decides the rollback.",
    stances=(
        make_stance("A", "Dual-write for two cycles", start=0, end=25),
        make_stance("B", "Avoid dual writes"),
    ),
)


def critique(found=CONTRADICTION, **changes):
    run = make_run(**{"critiques": (found,), **changes})
    return root_of(cards.render_critique(run, found.number))


def test_an_open_contradiction_offers_a_verdict_a_side_and_a_note() -> None:
    card = critique()
    assert [button["data-key"] for button in card.select("[data-key]")] == [
        "1",
        "2",
        "a",
        "x",
        "s",
        "n e",
    ]
    assert words_of(card.select_one(".critique-title")) == "C3 How should writes move?"
    assert words_of(card.select_one(".critique-body")) == "It decides the rollback."


def test_only_verified_quotes_can_be_marked_and_the_others_say_so() -> None:
    first, second = critique().select(".stance")
    assert first.select_one("q")["data-quote"] == "A"
    assert first.select(".tag") == []
    assert "data-quote" not in second.select_one("q").attrs
    assert words_of(second.select_one(".tag")) == "unverified"


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        ("accepted", "✓ accepted by Ada"),
        ("rejected", "✕ rejected by Ada"),
        ("deferred", "deferred by Ada"),
    ],
)
def test_a_decided_critique_says_by_whom_and_can_be_undone(verdict: str, words: str) -> None:
    card = critique(replace(CONTRADICTION, decision=make_decision(verdict), decision_count=1))
    assert f"critique-{verdict}" in card["class"]
    assert words_of(card.select_one(".decision")) == words
    assert posts(card)[-1] == "undo"
    assert "data-open" not in card.attrs


def test_the_side_taken_is_pressed_and_pressing_it_again_takes_none() -> None:
    decision = make_decision("open", side="B", note="the outbox is there")
    card = critique(replace(CONTRADICTION, decision=decision, decision_count=1))
    a, b = card.select(".side")
    assert (a["aria-pressed"], a["hx-vals"]) == ("false", '{"side": "A"}')
    assert (b["aria-pressed"], b["hx-vals"]) == ("true", '{"side": ""}')
    assert words_of(card.select_one(".decision")) == (
        "looked at by Ada, side with B “ the outbox is there ”"
    )


def test_consensus_says_how_many_models_agree() -> None:
    found = make_critique(1, "consensus", stances=(make_stance("A"), make_stance("B")))
    seats = tuple(make_seat(letter, model="openai:same") for letter in "ABC")
    run = make_run(
        texts=dict.fromkeys("ABC", "Yes."),
        panel=replace(make_panel(), seats=seats),
        critiques=(found,),
    )
    card = root_of(cards.render_critique(run, 1))
    assert words_of(card.select_one(".critique-origin")) == "2 of 3 seats, 1 model family"


def test_a_critique_says_where_it_comes_from() -> None:
    local = critique(make_critique(1, "blind_spot", origin="local_judge"))
    person = critique(make_critique(2, "remark", origin="person", author_name="Ben"))
    assert words_of(local.select_one(".critique-origin")) == "found by the local judge"
    assert words_of(person.select_one(".critique-origin")) == "from Ben"


def test_nothing_can_be_decided_once_the_run_was_stopped() -> None:
    assert critique(state="cancelled").select("button") == []
