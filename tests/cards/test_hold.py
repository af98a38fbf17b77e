"""A run that waits at a cap says which one, what was skipped, and what it would need."""

from dataclasses import replace
from typing import Any

import pytest

from panels import cards
from panels.snapshot import RunSnapshot
from tests.cards.card_runs import HOSTILE, assert_inert, open_call, posts, root_of, words_of
from tests.cards.foreseen_runs import estimate_json
from tests.factories import make_call, make_run

FACTS = {
    "cap": "run",
    "cap_usd": "0.05",
    "spent_usd": "0.03",
    "reserved_usd": "0",
    "needed_usd": "0.0312",
    "also": [],
    "role": "seat",
    "seat": "B",
    "model": "openrouter:b",
}


def held(hold: str = "run_cap", facts: dict[str, Any] | None = None, **changes: Any) -> RunSnapshot:
    waiting = open_call("queued", id=2, seat="B", asked_at=None, first_token_at=None)
    run = make_run(state="panel", hold=hold, hold_json={**FACTS, **(facts or {})}, **changes)
    return replace(run, calls=(make_call(), waiting))


def notice(run: RunSnapshot) -> Any:
    return root_of(cards.render_head(run)).select_one("#hold")


def test_it_names_the_cap_the_spend_the_need_and_who_was_not_asked() -> None:
    assert words_of(notice(held()).select_one("p")) == (
        "This run waits at the cap of this run, $0.050. $0.030 are spent, and the next call may"
        " cost up to $0.031. Not asked yet: seat B. What has been answered is kept."
    )


@pytest.mark.parametrize(
    ("hold", "words"),
    [
        ("day_cap", "This run waits at the owner's cap of the day, $0.050."),
        ("month_cap", "This run waits at the owner's cap of the month, $0.050."),
        (
            "unknown_price",
            "This run waits: nobody knows what a call to openrouter:b costs.",
        ),
    ],
)
def test_every_kind_of_hold_has_its_words(hold: str, words: str) -> None:
    facts = {"needed_usd": None} if hold == "unknown_price" else {}
    assert words in words_of(notice(held(hold, facts)))


def test_calls_in_flight_are_told_apart_from_what_is_spent() -> None:
    words = words_of(notice(held("day_cap", {"reserved_usd": "0.01"})))
    assert "$0.030 are spent, $0.010 may come due for calls in flight, and" in words


def test_the_amount_that_is_offered_is_enough_for_the_next_call_to_the_cent() -> None:
    assert notice(held()).select_one("#hold-cap")["value"] == "0.07"


def test_of_a_runs_own_cap_it_is_enough_for_all_that_was_foreseen() -> None:
    run = held(estimate_json=estimate_json(high="0.1401"))
    assert notice(run).select_one("#hold-cap")["value"] == "0.15"
    of_day = held("day_cap", estimate_json=estimate_json(high="0.1401"))
    assert notice(of_day).select_one("#hold-cap")["value"] == "0.07"


def test_it_can_be_raised_or_tried_again_and_an_unknown_price_be_taken() -> None:
    assert posts(root_of(cards.render_head(held()))).count("go-on") == 2
    unknown = notice(held("unknown_price", {"needed_usd": None}))
    assert unknown.select("#hold-cap") == []
    assert words_of(unknown.select_one("button")) == "Ask it in spite of its unknown price"


def test_only_the_owner_sees_the_form() -> None:
    assert "for-owner" in notice(held()).select_one(".toolbar")["class"]


def test_a_run_that_does_not_wait_has_no_notice() -> None:
    assert notice(make_run()) is None


def test_hostile_model_names_stay_inert() -> None:
    run = held("unknown_price", {"needed_usd": None, "model": HOSTILE})
    assert_inert(root_of(cards.render_head(run)))


def test_the_review_says_that_nothing_is_being_asked() -> None:
    assert "waits at a cap" in words_of(root_of(cards.render_review(held())))
    foot = root_of(cards.render_review_foot(held()))
    assert "The run waits at a cap, as it says above." in words_of(foot)


def test_a_hold_changes_the_page() -> None:
    assert held().digest() != replace(held(), hold="", hold_json=None).digest()
