"""A cap stops the next call, keeps what is there, and a raised one goes on without repeating."""

import asyncio
from datetime import timedelta
from decimal import Decimal

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from panels.choices import CallRole, CallState, CostSource, Hold, RunState
from panels.engine.cancel_run import stop_run, stop_seat
from panels.engine.events import RunChanged
from panels.engine.raise_cap import (
    allow_unknown_prices,
    set_personal_cap,
    set_run_cap,
)
from panels.engine.request_synthesis import request_synthesis
from panels.engine.retry_seat import retry_seat
from panels.models import Allowance, Call, Run
from panels.panel import Judge
from panels.providers.scripts import Script
from panels.snapshot import RunSnapshot
from tests.engine.paid_room import PaidRoom, high_of_one_seat, of_role, paid, paid_panel

__all__ = ["paid"]

SLOW = Script(text="It can work, in small steps.", tokens_per_second=100)


def states(run: RunSnapshot) -> dict[str, str]:
    return {answer.letter: answer.call.state for answer in run.answers if answer.call}


async def test_a_seat_whose_reservation_does_not_fit_is_not_asked_beside_the_others(
    paid: PaidRoom,
) -> None:
    high = await high_of_one_seat(paid)
    paid.scripts(a=SLOW, b=SLOW, c=SLOW, writer="x")
    run = await paid.start(paid_panel("ABC"), cap_usd=high * 2)
    while len(paid.book.requests) < 3:  # The one before, A and B.
        await asyncio.sleep(0.01)
    during = await paid.snapshot(run)
    assert (sorted(states(during).values()).count(CallState.QUEUED), during.hold) == (1, "")
    after = await paid.finish(run)
    # Two of them cost less than they might have, so there was room for the third in the end.
    assert sorted(paid.charged()) == ["a", "b", "c"]
    assert (after.state, after.hold) == (RunState.REVIEW, "")


async def test_half_the_estimate_stops_before_the_call_that_would_cross_it(paid: PaidRoom) -> None:
    high = await high_of_one_seat(paid)
    long = Script(text="word " * 50)
    paid.scripts(a=long, b=long, c=long, d=long, writer=long)
    run = await paid.start(paid_panel("ABCD"), cap_usd=(high * 4 / 2).quantize(Decimal("0.0001")))
    held = await paid.finish(run)
    assert (held.state, held.hold) == (RunState.PANEL, Hold.RUN_CAP)
    answered = [letter for letter, state in states(held).items() if state == CallState.DONE]
    queued = [letter for letter, state in states(held).items() if state == CallState.QUEUED]
    assert len(answered) >= 1
    assert len(queued) >= 1
    assert held.cost_usd == paid.vendor.total_usd <= held.cap_usd
    assert all(answer.call.text for answer in held.answers if answer.letter in answered)

    await paid.go_on(set_run_cap, run, Decimal(1))
    finished = await paid.finish(run)
    assert (finished.state, finished.hold) == (RunState.REVIEW, "")
    assert sorted(paid.charged()) == ["a", "b", "c", "d"]
    assert finished.cost_usd == paid.vendor.total_usd


async def test_a_held_run_says_what_it_was_held_for_and_its_watchers_are_told(
    paid: PaidRoom,
) -> None:
    high = await high_of_one_seat(paid)
    cap = (high / 2).quantize(Decimal("0.0001"))
    paid.events.clear()
    run = await paid.start(paid_panel("A"), cap_usd=cap)
    await paid.finish(run)
    held = await sync_to_async(Run.objects.get)(pk=run.pk)
    assert held.hold_json == {
        "cap": "run",
        "cap_usd": f"{cap:f}",
        "spent_usd": "0.00000000",
        "reserved_usd": "0",
        "needed_usd": f"{high:f}",
        "also": [],
        "role": "seat",
        "seat": "A",
        "model": "openrouter:a",
    }
    assert RunChanged(run_id=str(run.pk)) in paid.events
    assert paid.charged() == []


async def test_a_restart_leaves_a_held_run_held(paid: PaidRoom) -> None:
    high = await high_of_one_seat(paid)
    run = await paid.start(paid_panel("AB"), cap_usd=high / 2)
    await paid.finish(run)
    await paid.new_process().resume_unfinished()
    assert (await paid.finish(run)).hold == Hold.RUN_CAP
    assert paid.charged() == []


async def test_stopping_the_seats_that_do_not_fit_lets_the_run_go_on(paid: PaidRoom) -> None:
    high = await high_of_one_seat(paid)
    long = Script(text="word " * 50)
    paid.scripts(a=long, b=long, writer="x")
    run = await paid.start(paid_panel("AB"), cap_usd=high)
    held = await paid.finish(run)
    assert (sorted(states(held).values()), held.hold) == (
        [CallState.DONE, CallState.QUEUED],
        Hold.RUN_CAP,
    )
    left = next(letter for letter, state in states(held).items() if state == CallState.QUEUED)
    await stop_seat(run, left, now=timezone.now())
    after = await paid.finish(run)
    assert (after.state, after.hold) == (RunState.REVIEW, "")
    assert len(paid.charged()) == 1


async def test_stopping_a_held_run_ends_it(paid: PaidRoom) -> None:
    high = await high_of_one_seat(paid)
    run = await paid.start(paid_panel("A"), cap_usd=high / 2)
    await paid.finish(run)
    await stop_run(run, now=timezone.now())
    after = await paid.finish(run)
    assert (after.state, after.hold) == (RunState.CANCELLED, "")


async def test_the_judge_and_the_writer_stand_under_the_cap_too(paid: PaidRoom) -> None:
    high = await high_of_one_seat(paid)
    paid.scripts(a="Yes.", judge='{"critiques": []}', writer="# Done")
    judge = Judge(model="openrouter:judge", max_tokens=5000)
    run = await paid.start(paid_panel("A", judge=judge), cap_usd=high)
    held = await paid.finish(run)
    assert (held.state, held.hold) == (RunState.JUDGING, Hold.RUN_CAP)
    await paid.go_on(set_run_cap, run, Decimal(1))
    assert (await paid.finish(run)).state == RunState.REVIEW

    await paid.go_on(set_run_cap, run, paid.vendor.total_usd)
    await sync_to_async(request_synthesis)(run, requested_by="Ada", now=timezone.now())
    await paid.dispatcher.launch(run.pk)
    held = await paid.finish(run)
    assert (held.state, held.hold) == (RunState.WRITING, Hold.RUN_CAP)
    await paid.go_on(set_run_cap, run, None)
    done = await paid.finish(run)
    assert (done.state, done.latest_synthesis.text) == (RunState.DONE, "# Done")
    assert paid.charged() == ["a", "judge", "writer"]


async def test_calls_in_flight_of_the_persons_other_runs_count_for_the_day(
    paid: PaidRoom, settings: object
) -> None:
    high = await high_of_one_seat(paid)
    settings.DAY_CAP_USD = high * Decimal("1.5")
    paid.scripts(a=Script(text="word " * 20, tokens_per_second=20), b="No.", writer="x")
    first = await paid.start(paid_panel("A"))
    while "a" not in [request.slug for request in paid.book.requests[1:]]:
        await asyncio.sleep(0.01)
    second = await paid.start(paid_panel("B"))
    while not (held := await paid.snapshot(second)).hold:
        await asyncio.sleep(0.01)
    assert held.hold == Hold.DAY_CAP
    assert (await paid.snapshot(first)).answers[0].call.is_active
    # Its room comes free with the first one's end: nobody has to press anything.
    assert (await paid.finish(second)).state == RunState.REVIEW
    assert paid.charged() == ["a", "b"]


async def test_a_run_that_waits_because_too_much_is_spent_is_not_pressed_for(
    paid: PaidRoom, settings: object
) -> None:
    paid.scripts(a="Yes.", b="No.", writer="x")
    await paid.list_prices()
    await paid.finish(await paid.start(paid_panel("A")))
    settings.DAY_CAP_USD = Decimal(0)
    second = await paid.start(paid_panel("B"))
    assert (await paid.finish(second)).hold == Hold.DAY_CAP
    settings.DAY_CAP_USD = None
    await paid.finish(await paid.start(paid_panel("A")))
    assert (await paid.snapshot(second)).hold == Hold.DAY_CAP
    assert paid.charged() == ["a", "a"]


@pytest.mark.parametrize("hold", [Hold.DAY_CAP, Hold.MONTH_CAP])
async def test_a_raised_personal_cap_lets_every_run_of_the_person_go_on(
    paid: PaidRoom, settings: object, hold: Hold
) -> None:
    setattr(settings, "DAY_CAP_USD" if hold == Hold.DAY_CAP else "MONTH_CAP_USD", Decimal(0))
    paid.scripts(a="Yes.", b="No.", writer="x")
    await paid.list_prices()
    runs = [await paid.start(paid_panel(letter)) for letter in "AB"]
    assert [(await paid.finish(run)).hold for run in runs] == [hold, hold]
    owner = await paid.owner()
    await paid.go_on(set_personal_cap, owner.pk, hold, Decimal(5))
    assert [(await paid.finish(run)).state for run in runs] == [RunState.REVIEW] * 2
    allowance = await sync_to_async(Allowance.objects.get)(user=owner)
    assert {allowance.day_cap_usd, allowance.month_cap_usd} == {Decimal(5), None}


async def test_yesterdays_calls_do_not_count_today(paid: PaidRoom, settings: object) -> None:
    paid.scripts(a="Yes.", writer="x")
    await paid.list_prices()
    await paid.finish(await paid.start(paid_panel("A")))
    settings.DAY_CAP_USD = Decimal(1)
    yesterday = timezone.now() - timedelta(days=1)
    await sync_to_async(Call.objects.update)(cost_usd=Decimal(3), finished_at=yesterday)
    run = await paid.start(paid_panel("A"))
    assert (await paid.finish(run)).state == RunState.REVIEW


async def test_an_unknown_price_is_asked_under_a_cap_only_if_a_person_allows_it(
    paid: PaidRoom,
) -> None:
    paid.vendor.lag = 99
    paid.scripts(a="Yes.", writer="x")
    run = await paid.start(paid_panel("A"), cap_usd=Decimal(5))
    held = await paid.finish(run)
    assert (held.hold, paid.charged()) == (Hold.UNKNOWN_PRICE, [])
    await paid.go_on(allow_unknown_prices, run)
    after = await paid.finish(run)
    assert (after.state, paid.charged()) == (RunState.REVIEW, ["a"])
    assert after.has_unknown_cost


async def test_without_any_cap_an_unknown_price_stops_nothing(paid: PaidRoom) -> None:
    paid.vendor.lag = 99
    paid.scripts(a="Yes.", writer="x")
    run = await paid.start(paid_panel("A"))
    after = await paid.finish(run)
    call = of_role(after, CallRole.SEAT)[0]
    assert (call.cost_usd, call.cost_source) == (None, CostSource.UNKNOWN)


async def test_a_call_whose_cost_is_not_known_counts_at_the_most_it_may_have_cost(
    paid: PaidRoom,
) -> None:
    high = await high_of_one_seat(paid)
    paid.vendor.lag = 99
    cut = Script(text="word " * 9, fault="cut", fault_after_tokens=5)
    paid.scripts(a=cut, b="No.", writer="x")
    run = await paid.start(paid_panel("A"), cap_usd=high * 2)
    await paid.finish(run)
    other = await paid.start(paid_panel("B"), cap_usd=high * 2)
    await paid.finish(other)
    row = await sync_to_async(Call.objects.get)(run=run)
    assert (row.cost_usd, row.reserved_usd) == (None, high)
    assert paid.charged() == ["a", "b"]


async def test_a_wish_is_held_at_the_runs_cap_and_goes_on_when_it_is_raised(
    paid: PaidRoom,
) -> None:
    paid.scripts(a=Script(text="Yes.", then=Script(text="No.")), writer="x")
    await paid.list_prices()
    run = await paid.start(paid_panel("A"))
    await paid.finish(run)
    await sync_to_async(set_run_cap)(run, Decimal(0))
    await sync_to_async(retry_seat)(run, "A", now=timezone.now())
    await paid.dispatcher.launch(run.pk)
    held = await paid.finish(run)
    assert (held.state, held.hold) == (RunState.REVIEW, Hold.RUN_CAP)
    assert held.answer("A").call.text == "Yes."
    await paid.go_on(set_run_cap, run, None)
    after = await paid.finish(run)
    assert (after.state, after.answer("A").call.text) == (RunState.REVIEW, "No.")
    assert paid.charged() == ["a", "a"]
