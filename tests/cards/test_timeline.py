"""Calls as bars."""

from datetime import timedelta

from panels.cards.timeline import LEAST_WIDTH, Bar, bars_of
from tests.factories import NOW, make_call


def at(seconds: float):
    return NOW + timedelta(seconds=seconds)


def call(id: int, asked: float, first: float | None, end: float | None):
    return make_call(
        id=id,
        asked_at=at(asked),
        first_token_at=None if first is None else at(first),
        finished_at=None if end is None else at(end),
    )


def test_waiting_and_streaming_stand_one_after_the_other() -> None:
    assert bars_of([call(1, 0, 2, 10)], at(99)) == {
        1: Bar(waiting_x=0, waiting_width=200, streaming_x=200, streaming_width=800)
    }


def test_parallel_calls_share_the_time_line() -> None:
    bars = bars_of([call(1, 0, 1, 10), call(2, 5, 6, 10)], at(99))
    assert bars[2] == Bar(waiting_x=500, waiting_width=100, streaming_x=600, streaming_width=400)


def test_the_time_of_a_review_is_left_out() -> None:
    bars = bars_of([call(1, 0, 0, 5), call(2, 3600, 3600, 3605)], at(9999))
    assert bars[2] == Bar(waiting_x=500, waiting_width=0, streaming_x=500, streaming_width=500)


def test_an_open_call_reaches_to_now() -> None:
    bars = bars_of([call(1, 0, 2, None)], at(4))
    assert bars[1] == Bar(waiting_x=0, waiting_width=500, streaming_x=500, streaming_width=500)


def test_a_call_without_a_token_has_only_waited() -> None:
    bar = bars_of([call(1, 0, None, 10)], at(99))[1]
    assert (bar.waiting_x, bar.waiting_width) == (0, 1000)


def test_a_call_that_was_never_asked_has_no_bar() -> None:
    assert bars_of([make_call(asked_at=None)], NOW) == {}


def test_a_very_short_call_at_the_end_is_still_to_be_seen() -> None:
    bar = bars_of([call(1, 0, 1, 1000), call(2, 1000, 1000, 1000)], at(1000))[2]
    assert bar.streaming_x + bar.streaming_width == 1000
    assert bar.streaming_width == LEAST_WIDTH


def test_calls_without_any_length_do_not_divide_by_zero() -> None:
    assert bars_of([call(1, 0, 0, 0)], NOW)[1].streaming_width == LEAST_WIDTH
