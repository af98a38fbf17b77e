"""An estimate in a run's row: everything that the page showed, to the last digit."""

import json
from decimal import Decimal

from panels.estimating import (
    History,
    PlannedCall,
    Range,
    compare,
    run_estimate,
    run_estimate_from_json,
    single_estimate,
)
from panels.pricing import FREE, Price

PRICE = Price(in_usd=Decimal("0.000001"), out_usd=Decimal("0.00001"))
CALLS = [
    PlannedCall(role="seat", seat="A", model="a:x", tokens_in=Range(900, 1200), max_tokens=100),
    PlannedCall(role="seat", seat="B", model="b:y", tokens_in=Range(900, 1200), max_tokens=100),
    PlannedCall(role="writer", model="a:x", tokens_in=Range(900, 1200), reads=("seat",)),
]


def estimate(prices: dict[str, Price | None]):
    return run_estimate(compare(CALLS, "a:x", History(), prices.get))


def test_it_comes_back_from_json_as_it_was() -> None:
    shown = estimate({"a:x": PRICE})
    assert run_estimate_from_json(json.loads(json.dumps(shown.to_json()))) == shown


def test_calls_are_found_by_their_place_and_summed_by_their_role() -> None:
    shown = estimate({"a:x": PRICE, "b:y": PRICE})
    seats = [shown.of("seat", letter).cost_usd for letter in "AB"]
    assert shown.seats_usd == Range(seats[0].low + seats[1].low, seats[0].high + seats[1].high)
    assert shown.of("judge") is None
    assert (shown.judge_usd, shown.writer_usd) == (None, shown.of("writer").cost_usd)


def test_a_model_without_a_price_is_named_once_and_left_out_of_the_sum() -> None:
    shown = estimate({"b:y": PRICE})
    assert shown.unpriced == ("a:x",)
    assert shown.cost_usd.high == shown.of("seat", "B").cost_usd.high
    assert (shown.single.cost_usd, shown.single.times) == (None, None)
    assert not shown.is_free


def test_what_costs_nothing_is_free_and_what_is_not_known_is_not() -> None:
    assert estimate({"a:x": FREE, "b:y": FREE}).is_free
    assert not estimate({"a:x": FREE}).is_free
    assert estimate({}).cost_usd is None


def test_the_single_call_can_stand_alone() -> None:
    compared = compare(CALLS, "b:y", History(), {"b:y": PRICE}.get)
    alone = single_estimate(compared, seat="A")
    assert [(call.role, call.seat, call.model) for call in alone.calls] == [("seat", "A", "b:y")]
    assert alone.cost_usd == compared.single.cost_usd
    assert run_estimate_from_json(alone.to_json()) == alone


def test_the_alternatives_say_how_many_times_as_much_the_panel_costs() -> None:
    shown = estimate({"a:x": PRICE, "b:y": PRICE})
    assert shown.single.model == shown.repeated.model == "a:x"
    assert shown.single.times > 2
    assert shown.repeated.times == 1.0
