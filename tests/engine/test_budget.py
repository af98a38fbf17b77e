"""Whether the next call may be asked, as tables over caps, what was spent and what is in flight."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panels.choices import Hold
from panels.engine.budget import (
    Admission,
    Allowed,
    Budget,
    Cap,
    Refused,
    Reservation,
    Spent,
    admit,
    may_ask,
)

USD = Decimal
CENTS = st.decimals(0, 5, places=2)


def call(high, call_id=1, run_id="this"):
    return Reservation(call_id=call_id, run_id=run_id, high_usd=None if high is None else USD(high))


def budget(**caps):
    amounts = {f"{name}_cap": USD(value) for name, value in caps.items()}
    return Budget(**amounts)


def spent(**amounts):
    return Spent(**{name: USD(value) for name, value in amounts.items()})


@pytest.mark.parametrize(
    ("before", "high", "fits"),
    [
        ("0", "1", True),
        ("0.50", "0.50", True),
        ("0.50", "0.50000001", False),
        ("0.99999999", "0.00000001", True),
        ("1", "0.00000001", False),
        ("0", "1.00000001", False),
        # Already crossed, since a call cost more than was thought.
        ("1.20", "0.01", False),
        # Nothing costs nothing.
        ("1", "0", True),
        ("1.20", "0", True),
    ],
)
@pytest.mark.parametrize("cap", list(Cap))
def test_a_cap_may_be_reached_and_not_crossed(cap, before, high, fits):
    answer = may_ask(budget(**{cap: "1"}), spent(**{cap: before}), [], call(high))
    assert isinstance(answer, Allowed) is fits


def test_a_refusal_names_the_cap_and_every_amount():
    answer = may_ask(
        budget(run="1", day="9"),
        spent(run="0.40", day="3", month="50"),
        [call("0.25", call_id=7)],
        call("0.50"),
    )
    assert answer == Refused(
        cap=Cap.RUN,
        cap_usd=USD("1"),
        spent_usd=USD("0.40"),
        reserved_usd=USD("0.25"),
        needed_usd=USD("0.50"),
    )
    assert answer.short_usd == USD("0.15")
    assert not answer.is_unknown_price


def test_to_raise_the_cap_by_what_is_short_lets_the_call_through():
    before, held, asked = spent(run="0.40"), [call("0.25", call_id=7)], call("0.50")
    refused = may_ask(budget(run="1"), before, held, asked)
    raised = Budget(run_cap=refused.cap_usd + refused.short_usd)
    assert may_ask(raised, before, held, asked) == Allowed()


def test_every_cap_that_would_be_crossed_is_named():
    answer = may_ask(budget(run="1", day="1", month="1"), spent(day="1"), [], call("2"))
    assert (answer.cap, answer.also) == (Cap.RUN, (Cap.DAY, Cap.MONTH))
    answer = may_ask(budget(run="9", day="1", month="1"), spent(day="1", month="1"), [], call("2"))
    assert (answer.cap, answer.also) == (Cap.DAY, (Cap.MONTH,))


def test_without_caps_everything_may_be_asked():
    assert may_ask(Budget(), spent(run="1000"), [call("500", 7)], call("1000")) == Allowed()
    assert may_ask(Budget(), spent(run="1000"), [], call(None)) == Allowed()


def test_a_cap_of_nothing_lets_only_free_calls_through():
    assert isinstance(may_ask(budget(run="0"), Spent(), [], call("0.00000001")), Refused)
    assert may_ask(budget(run="0"), Spent(), [], call("0")) == Allowed()


@pytest.mark.parametrize(
    ("cap", "hold"),
    [(Cap.RUN, Hold.RUN_CAP), (Cap.DAY, Hold.DAY_CAP), (Cap.MONTH, Hold.MONTH_CAP)],
)
def test_a_refusal_knows_what_the_run_then_waits_at(cap, hold):
    assert may_ask(budget(**{cap: "1"}), Spent(), [], call("2")).hold == hold


# Calls in flight


@pytest.mark.parametrize(
    ("cap", "other_run_counts"), [(Cap.RUN, False), (Cap.DAY, True), (Cap.MONTH, True)]
)
def test_calls_of_other_runs_count_for_the_person_and_not_for_the_run(cap, other_run_counts):
    elsewhere = call("0.80", call_id=7, run_id="other")
    answer = may_ask(budget(**{cap: "1"}), Spent(), [elsewhere], call("0.30"))
    assert isinstance(answer, Refused) is other_run_counts


@pytest.mark.parametrize("cap", list(Cap))
def test_calls_of_the_same_run_count_for_every_cap(cap):
    held = [call("0.80", call_id=7)]
    assert isinstance(may_ask(budget(**{cap: "1"}), Spent(), held, call("0.30")), Refused)


def test_a_call_does_not_stand_in_its_own_way():
    asked = call("0.80")
    assert may_ask(budget(run="1"), Spent(), [asked], asked) == Allowed()


# Prices that are not known


@pytest.mark.parametrize("cap", list(Cap))
def test_a_call_of_unknown_price_is_refused_under_any_cap(cap):
    answer = may_ask(budget(**{cap: "100"}), Spent(), [], call(None))
    assert answer == Refused(
        cap=cap, cap_usd=USD("100"), spent_usd=USD(0), reserved_usd=USD(0), needed_usd=None
    )
    assert answer.is_unknown_price
    assert answer.hold == Hold.UNKNOWN_PRICE
    assert answer.short_usd is None


def test_a_person_may_allow_unknown_prices_under_a_cap():
    lenient = Budget(run_cap=USD(1), allows_unknown_prices=True)
    assert may_ask(lenient, Spent(), [], call(None)) == Allowed()
    assert may_ask(lenient, spent(run="5"), [], call(None)) == Allowed()


def test_an_unknown_price_in_flight_takes_no_room():
    lenient = Budget(run_cap=USD(1), allows_unknown_prices=True)
    assert may_ask(lenient, Spent(), [call(None, call_id=7)], call("1")) == Allowed()


# Calls that start together


def test_seats_that_start_together_share_the_room_that_is_left():
    seats = [call("0.40", call_id) for call_id in (1, 2, 3)]
    admission = admit(budget(run="1"), Spent(), [], seats)
    assert admission.allowed == tuple(seats[:2])
    [(refused, why)] = admission.refused
    assert refused == seats[2]
    assert (why.reserved_usd, why.short_usd) == (USD("0.80"), USD("0.20"))


def test_a_cheaper_call_behind_one_that_does_not_fit_still_fits():
    dear, cheap, free = call("2", 1), call("0.10", 2), call("0", 3)
    admission = admit(budget(run="1"), Spent(), [], [dear, cheap, free])
    assert admission.allowed == (cheap, free)
    assert [refused for refused, _ in admission.refused] == [dear]


def test_nobody_asks_and_nobody_is_refused():
    assert admit(budget(run="0"), Spent(), [], []) == Admission(allowed=(), refused=())


def test_a_cap_of_half_the_estimate_stops_before_the_call_that_would_cross_it():
    """And raised to the whole, it lets the rest of the run through."""
    run = [call("0.20", call_id) for call_id in range(6)]
    cap, done, total = budget(run="0.60"), Spent(), []
    for planned in run:
        if isinstance(may_ask(cap, done, [], planned), Refused):
            break
        total.append(planned)
        done = Spent(run=done.run + planned.high_usd)
    assert (len(total), done.run) == (3, USD("0.60"))
    assert admit(budget(run="1.20"), done, [], run[3:]).allowed == tuple(run[3:])


@given(cap=CENTS, before=CENTS, held=st.lists(CENTS, max_size=4), high=CENTS)
def test_what_is_allowed_never_crosses_a_cap_if_calls_keep_to_their_highest(
    cap, before, held, high
):
    in_flight = [call(amount, call_id) for call_id, amount in enumerate(held, start=10)]
    answer = may_ask(Budget(run_cap=cap), Spent(run=before), in_flight, call(high))
    fits = before + sum(held) + high <= cap
    assert isinstance(answer, Allowed) is (fits or high == 0)


@given(cap=CENTS, highs=st.lists(CENTS, max_size=8))
def test_what_is_admitted_together_fits_together(cap, highs):
    calls = [call(high, call_id) for call_id, high in enumerate(highs)]
    admission = admit(Budget(day_cap=cap), Spent(), [], calls)
    assert sum(one.high_usd for one in admission.allowed) <= cap
    assert len(admission.allowed) + len(admission.refused) == len(calls)


@given(cap=CENTS, more=CENTS, before=CENTS, high=CENTS)
def test_a_raised_cap_never_refuses_what_a_lower_one_allowed(cap, more, before, high):
    asked = call(high)
    if may_ask(Budget(month_cap=cap), Spent(month=before), [], asked) == Allowed():
        raised = Budget(month_cap=cap + more)
        assert may_ask(raised, Spent(month=before), [], asked) == Allowed()
