"""A column whose seat was asked more than once: nothing that was shown is gone."""

from panels import cards
from panels.choices import CallState
from tests.cards.card_runs import (
    HOSTILE,
    assert_inert,
    at,
    open_call,
    root_of,
    run_of,
    seat_call,
    synthesis_of,
    words_of,
    writer_call,
)
from tests.factories import make_run


def answer(*attempts):
    return root_of(cards.render_answer(run_of(*attempts), "A", now=at(20)))


def cut(text="Half of **it**", **changes):
    return seat_call(state="failed", error_code="stream_broken", text=text, **changes)


def test_the_text_of_an_earlier_attempt_stays_above_the_new_one() -> None:
    card = answer(cut(), seat_call(id=2, attempt=2, because="retry", text="All of it."))
    earlier = card.select_one(".earlier-attempt")
    assert words_of(earlier) == "Attempt 1 by google/gemini-3-flash, not complete Half of it"
    assert earlier.has_attr("open")
    assert words_of(card.select_one(".earlier-end")) == (
        "The text above is from before; what follows is new."
    )
    assert words_of(card.select_one("#seat-A-blocks")) == "All of it."
    assert [note["class"] for note in card.select(".earlier-attempt, .answer-blocks")] == [
        ["earlier-attempt"],
        ["prose", "answer-blocks"],
    ]


def test_an_attempt_that_said_nothing_leaves_only_the_note() -> None:
    card = answer(cut(text=""), seat_call(id=2, attempt=2, because="retry"))
    assert card.select(".earlier-attempt, .earlier-end") == []
    assert words_of(card.select_one(".answer-note")).startswith("Attempt 2. Before: The connection")


def test_several_attempts_stay_in_their_order() -> None:
    card = answer(
        cut("One"), cut("Two", id=2, attempt=2), seat_call(id=3, attempt=3, because="retry")
    )
    assert [words_of(text) for text in card.select(".earlier-attempt .prose")] == ["One", "Two"]


def test_a_last_attempt_that_failed_says_so_and_keeps_what_came_before() -> None:
    last = seat_call(
        id=2, attempt=2, because="retry", state="failed", error_code="overloaded", text=""
    )
    card = answer(cut(), last)
    assert words_of(card.select_one(".notice strong")) == "The provider is overloaded."
    assert words_of(card.select_one(".earlier-attempt .prose")) == "Half of it"


def test_a_wait_counts_down_and_can_be_stopped() -> None:
    waiting = open_call(
        CallState.QUEUED,
        id=2,
        attempt=2,
        because="retry",
        text="",
        asked_at=None,
        not_before_at=at(28),
    )
    card = answer(seat_call(state="failed", error_code="rate_limited", text=""), waiting)
    assert words_of(card.select_one(".call-state")) == "asking again in 8 s, because: rate limited"
    assert words_of(card.select_one(".answer-waiting")).startswith("asking again in 8 s")
    assert card.select("[hx-post$='stop/']")


def test_a_call_that_waits_for_a_place_says_where() -> None:
    waiting = open_call(CallState.QUEUED, text="", asked_at=None, not_before_at=at(1))
    card = answer(waiting)
    assert words_of(card.select_one(".call-state")) == "waiting for a free place at openrouter"


def test_the_model_that_stands_in_is_the_one_shown() -> None:
    spare = seat_call(id=2, attempt=2, because="outage", model_asked="openai:spare")
    card = answer(seat_call(state="failed", error_code="overloaded", text=""), spare)
    assert words_of(card.select_one(".answer-model")) == "spare"
    assert "by openai:spare in place of" in words_of(card.select_one(".answer-note"))


def test_earlier_text_is_inert() -> None:
    card = answer(cut(HOSTILE), seat_call(id=2, attempt=2, because="retry"))
    assert_inert(card)


def test_a_synthesis_keeps_the_text_of_its_earlier_attempt() -> None:
    first = writer_call("Half [C1]", state="failed", error_code="stream_broken")
    second = writer_call("Whole [C1].", id=31, attempt=2, because="retry")
    run = make_run(calls=(first, second), syntheses=(synthesis_of(second),))
    card = root_of(cards.render_synthesis(run))
    assert words_of(card.select_one(".earlier-attempt .prose")).startswith("Half")
    assert "Attempt 2. Before: The connection broke" in words_of(card.select_one(".version-head"))
    assert words_of(card.select_one("#synthesis-blocks")).startswith("Whole")


def test_a_writer_that_waits_says_so() -> None:
    first = writer_call("", state="failed", error_code="rate_limited")
    second = writer_call(
        "", id=31, attempt=2, because="retry", state="queued", finished_at=None, asked_at=None
    )
    run = make_run(state="writing", calls=(first, second), syntheses=(synthesis_of(second),))
    card = root_of(cards.render_synthesis(run))
    assert words_of(card.select_one(".answer-waiting")) == (
        "The writer is asked again in a moment, because: rate limited…"
    )
