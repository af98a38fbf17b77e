"""Estimates of a call, of a run and of its alternatives."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panels.estimating import (
    History,
    PlannedCall,
    Range,
    Sample,
    compare,
    estimate_call,
    estimate_run,
)
from panels.pricing import FREE, Price, PriceOverride, cost_of

USD = Decimal
PRICE = Price(in_usd=USD("0.000003"), out_usd=USD("0.000015"))
NOTHING = History()


def seat(letter="A", model="a:big", tokens_in=(2000, 2600), **facts):
    return PlannedCall(role="seat", seat=letter, model=model, tokens_in=Range(*tokens_in), **facts)


def judge(**facts):
    return PlannedCall(
        role="judge", model="a:judge", tokens_in=Range(2300, 3000), reads=("seat",), **facts
    )


def writer(**facts):
    return PlannedCall(
        role="writer",
        model="a:writer",
        tokens_in=Range(2300, 3000),
        reads=("seat", "judge"),
        **facts,
    )


def known(role="seat", model="a:big", tokens_out=1000, count=20):
    return [Sample(role=role, model=model, tokens_out=tokens_out, seconds=10.0)] * count


def priced(*models):
    return dict.fromkeys(models, PRICE).get


PANEL = [seat("A"), seat("B", "b:fast"), judge(), writer()]
ALL_PRICED = priced("a:big", "b:fast", "a:judge", "a:writer")


# One call


def test_a_calls_cost_is_exactly_that_of_its_tokens():
    found = estimate_call(seat(), NOTHING, PRICE)
    low = cost_of(PRICE, tokens_in=2000, tokens_out=found.tokens_out.low)
    high = cost_of(PRICE, tokens_in=2600, tokens_out=found.tokens_out.high)
    assert found.cost_usd == Range(low, high)


def test_a_call_says_how_many_past_calls_it_rests_on():
    history = History((*known(count=7), *known(model="b:fast", count=9)))
    assert estimate_call(seat(), history, PRICE).samples == 7


def test_no_answer_is_longer_than_its_limit():
    found = estimate_call(seat(max_tokens=600), History(tuple(known(tokens_out=5000))), PRICE)
    assert found.tokens_out == Range(600, 600)


@pytest.mark.parametrize("limit", [0, 1])
def test_a_limit_of_nothing_is_no_trouble(limit):
    found = estimate_run(
        [seat("A", max_tokens=limit), seat("B", max_tokens=limit)], NOTHING, ALL_PRICED
    )
    assert [one.tokens_out.high for one in found.calls] == [1, 1]


def test_a_prompt_near_a_change_of_price_may_cost_either():
    dear = PriceOverride(min_prompt_tokens=200_000, in_usd=USD("0.000006"))
    price = Price(in_usd=USD("0.000003"), out_usd=USD(0), overrides=(dear,))
    found = estimate_call(seat(tokens_in=(190_000, 210_000)), NOTHING, price)
    assert found.cost_usd == Range(USD("0.57"), USD("1.26"))


def test_a_longer_prompt_that_is_cheaper_is_no_trouble():
    cheap = PriceOverride(min_prompt_tokens=200_000, in_usd=USD("0.000001"), out_usd=USD(0))
    price = Price(in_usd=USD("0.000003"), out_usd=USD("0.00001"), overrides=(cheap,))
    calls = [seat(letter, tokens_in=(150_000, 250_000)) for letter in "AB"]
    found = estimate_run(calls, NOTHING, {"a:big": price}.get)
    assert found.calls[0].cost_usd.low == USD("0.200001")
    assert found.calls[0].cost_usd.high > USD("0.6")
    assert found.cost_usd.low == USD("0.400002")


def test_output_may_be_reasoning_at_its_own_price():
    price = Price(in_usd=USD(0), out_usd=USD("0.00001"), reasoning_usd=USD("0.00003"))
    [found] = estimate_run([seat()], NOTHING, {"a:big": price}.get).calls
    assert found.cost_usd == Range(
        found.tokens_out.low * USD("0.00001"), found.tokens_out.high * USD("0.00003")
    )


# A run


def test_a_judge_reads_what_the_seats_write_and_the_writer_both():
    found = estimate_run(PANEL, NOTHING, ALL_PRICED)
    a, _, judged, written = found.calls
    assert a.tokens_in == Range(2000, 2600)
    assert judged.tokens_in.low > 2300 + 2 * a.tokens_out.low
    assert 3000 + a.tokens_out.high < judged.tokens_in.high < 3000 + 2 * a.tokens_out.high
    # People may accept none of the judge's cards, or all of them.
    assert written.tokens_in.low == judged.tokens_in.low
    assert written.tokens_in.high >= judged.tokens_in.high + judged.tokens_out.high - 1


def test_a_role_that_nobody_has_adds_nothing_to_read():
    [found] = estimate_run([writer()], NOTHING, ALL_PRICED).calls
    assert found.tokens_in == Range(2300, 3000)


def test_reasoning_is_paid_for_and_not_read():
    history = [
        Sample(role="seat", model="a:big", tokens_out=5000, tokens_reasoning=4800, seconds=9.0)
    ] * 20
    found = estimate_run([seat(), judge()], History(tuple(history)), ALL_PRICED)
    assert found.calls[0].tokens_out.low > 3000
    assert found.calls[1].tokens_in.high < 3000 + 500


def test_the_run_is_surer_than_its_calls_added_up():
    found = estimate_run(PANEL, NOTHING, ALL_PRICED)
    assert found.cost_usd.low > sum(one.cost_usd.low for one in found.calls)
    assert found.cost_usd.high < sum(one.cost_usd.high for one in found.calls)


def test_a_run_of_one_call_costs_what_the_call_costs():
    found = estimate_run([seat()], NOTHING, ALL_PRICED)
    [call] = found.calls
    assert found.cost_usd.low == pytest.approx(call.cost_usd.low, abs=USD("0.00002"))
    assert found.cost_usd.high == pytest.approx(call.cost_usd.high, abs=USD("0.00002"))
    assert found.seconds.high == pytest.approx(call.seconds.high)


def test_a_model_without_a_price_is_named_and_not_guessed():
    found = estimate_run(PANEL, NOTHING, priced("a:big", "a:judge", "a:writer"))
    assert [one.call.seat for one in found.unpriced] == ["B"]
    without = estimate_run([PANEL[0], *PANEL[2:]], NOTHING, ALL_PRICED)
    assert found.cost_usd.low >= without.cost_usd.low
    assert found.calls[1].cost_usd is None


def test_a_run_without_any_price_has_no_cost():
    found = estimate_run(PANEL, NOTHING, priced())
    assert found.cost_usd is None
    assert len(found.unpriced) == len(PANEL)
    assert found.seconds.high > found.seconds.low


def test_what_runs_here_costs_nothing():
    found = estimate_run(PANEL, NOTHING, lambda model: FREE)
    assert found.cost_usd == Range(USD(0), USD(0))
    assert found.unpriced == ()


def test_a_run_without_calls_costs_nothing_and_takes_no_time():
    found = estimate_run([], NOTHING, ALL_PRICED)
    assert (found.cost_usd, found.seconds) == (None, Range(0.0, 0.0))


def test_seats_work_side_by_side_and_the_judge_after_them():
    history = History((*known(), *known("judge", "a:judge"), *known(model="b:fast")))
    one = estimate_run([seat("A")], history, ALL_PRICED).seconds
    two = estimate_run([seat("A"), seat("B", "b:fast")], history, ALL_PRICED).seconds
    judged = estimate_run([seat("A"), judge()], history, ALL_PRICED).seconds
    assert two.high < 1.5 * one.high
    assert judged.low > 1.8 * one.low


@given(
    lengths=st.lists(st.integers(0, 10**6), max_size=12),
    seats=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**4)), max_size=8),
    limit=st.none() | st.integers(1, 10**5),
    in_usd=st.decimals(0, USD("0.001"), places=9),
    out_usd=st.decimals(0, USD("0.001"), places=9),
)
def test_any_run_has_an_estimate_within_its_calls_added_up(lengths, seats, limit, in_usd, out_usd):
    history = History(tuple(Sample(role="seat", model="a:big", tokens_out=n) for n in lengths))
    price = Price(in_usd=in_usd, out_usd=out_usd)
    calls = [seat(tokens_in=(low, low + more), max_tokens=limit) for low, more in seats]
    found = estimate_run([*calls, judge()], history, lambda model: price)
    slack = USD("0.0000001")
    assert found.cost_usd.low >= sum(one.cost_usd.low for one in found.calls) - slack
    assert found.cost_usd.high <= sum(one.cost_usd.high for one in found.calls) + slack
    assert found.cost_usd.low == found.cost_usd.low.quantize(USD("0.00000001"))


# The alternatives


def test_one_call_is_the_seats_question_to_the_best_model():
    found = compare(PANEL, "b:fast", NOTHING, ALL_PRICED)
    [single] = found.single.calls
    assert (single.call.role, single.call.model, single.call.seat) == ("seat", "b:fast", "")
    assert single.tokens_in == Range(2000, 2600)


def test_one_model_many_times_keeps_judge_and_writer():
    found = compare(PANEL, "c:best", NOTHING, priced("c:best", "a:judge", "a:writer"))
    models = [(one.call.seat, one.call.model) for one in found.repeated.calls]
    assert models == [("A", "c:best"), ("B", "c:best"), ("", "a:judge"), ("", "a:writer")]


def test_a_model_without_a_seat_gets_the_widest_prompt_and_one_with_a_seat_its_own():
    calls = [seat("A", tokens_in=(100, 120)), seat("B", "b:fast", tokens_in=(2000, 2600))]
    found = compare(calls, "a:big", NOTHING, ALL_PRICED)
    assert [one.tokens_in for one in found.repeated.calls] == [Range(100, 120)] * 2
    found = compare(calls, "c:best", NOTHING, ALL_PRICED)
    assert [one.tokens_in for one in found.repeated.calls] == [Range(2000, 2600)] * 2


def test_the_panel_is_so_many_times_as_dear_as_one_call():
    same = [seat(letter) for letter in "ABCD"]
    found = compare(same, "a:big", History(tuple(known())), ALL_PRICED)
    assert found.times_single == pytest.approx(4, rel=0.1)
    assert found.times_repeated == 1.0
    assert compare(PANEL, "a:big", NOTHING, ALL_PRICED).times_single > 4


def test_no_times_are_told_where_a_price_is_missing_or_nothing_costs():
    assert compare(PANEL, "c:best", NOTHING, ALL_PRICED).times_single is None
    assert compare(PANEL, "a:big", NOTHING, priced("a:big")).times_single is None
    assert compare(PANEL, "a:big", NOTHING, lambda model: FREE).times_single is None


def test_a_plan_without_seats_compares_to_nothing():
    found = compare([judge()], "a:big", NOTHING, ALL_PRICED)
    assert found.single.calls == ()
    assert found.times_single is None
