"""What a broken or stopped call cost, from the vendor's records, over real HTTP."""

import asyncio
from datetime import timedelta
from decimal import Decimal

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from panels.choices import CallState, CostSource, RunState
from panels.engine import dispatch, records
from panels.engine.cancel_run import stop_seat
from panels.engine.events import CallChanged
from panels.engine.recover_costs import CallWithoutCost, save_recovered_cost
from panels.models import Call, Run
from panels.providers.scripts import Script
from panels.snapshot import CallSnapshot
from tests.engine.conftest import Room
from tests.engine.paid_room import PaidRoom, paid, paid_panel

__all__ = ["paid"]

CUT = Script(
    text="one two three four five", tokens_per_second=50, fault="cut", fault_after_tokens=3
)


async def seat_a(paid: PaidRoom, run: Run) -> CallSnapshot:
    await paid.dispatcher.costs.drain()
    return (await paid.snapshot(run)).answers[0].call


async def test_the_cost_of_a_cut_stream_is_found_in_the_record(paid: PaidRoom) -> None:
    paid.scripts(a=CUT, b="No.", writer="x")
    run = await paid.start(paid_panel("AB"))
    assert (await paid.finish(run)).state == RunState.REVIEW
    call = await seat_a(paid, run)
    charge = next(charge for charge in paid.vendor.log if charge.slug == "a")
    assert (call.state, call.error_code, call.text) == (
        CallState.FAILED,
        "stream_broken",
        "one two three ",
    )
    assert (call.cost_usd, call.cost_source) == (charge.cost_usd, CostSource.REPORTED)
    assert (call.tokens_in, call.tokens_out) == (charge.tokens_in, 3)
    # Asked, streaming, failed, and then its cost.
    assert paid.events.count(CallChanged(run_id=str(run.pk), call_id=call.id)) == 4


async def test_a_record_that_comes_late_is_asked_for_again(paid: PaidRoom) -> None:
    paid.vendor.lag = 2
    paid.scripts(a=CUT, b="No.", writer="x")
    run = await paid.start(paid_panel("AB"))
    await paid.finish(run)
    assert (await seat_a(paid, run)).cost_usd is not None
    asked = [path for path in paid.vendor.asked if path == "GET /generation"]
    # B reported no cost either, so its record was looked for as well.
    assert len(asked) == 6


async def test_a_record_that_never_comes_leaves_the_cost_unknown(paid: PaidRoom) -> None:
    paid.vendor.lag = 99
    paid.scripts(a=CUT, writer="x")
    run = await paid.start(paid_panel("A"))
    await paid.finish(run)
    call = await seat_a(paid, run)
    assert (call.cost_usd, call.cost_source) == (None, CostSource.UNKNOWN)


async def test_a_call_that_a_person_stopped_before_its_first_token_is_looked_up(
    paid: PaidRoom,
) -> None:
    paid.scripts(a=Script(text="So", first_token_seconds=30), b="No.", writer="x")
    run = await paid.start(paid_panel("AB"))
    while not (await paid.snapshot(run)).answers[0].call.generation_id:
        await asyncio.sleep(0.01)
    await stop_seat(run, "A", now=timezone.now())
    await paid.finish(run)
    call = await seat_a(paid, run)
    assert (call.state, call.cost_source) == (CallState.STOPPED, CostSource.REPORTED)


async def test_what_a_killed_process_left_is_found_by_the_next_one(paid: PaidRoom) -> None:
    paid.scripts(
        a=Script(
            text="one two three four five",
            tokens_per_second=50,
            fault="hang_after",
            fault_after_tokens=2,
            then=Script(text="Yes."),
        ),
        writer="x",
    )
    run = await paid.start(paid_panel("A"))
    while not (await paid.snapshot(run)).answers[0].call.text:
        await asyncio.sleep(0.01)
    await paid.dispatcher.close()
    cut = (await paid.snapshot(run)).calls[0]
    assert (cut.state, cut.generation_id) == (CallState.STREAMING, "scripted-a-1")

    await paid.new_process().resume_unfinished()
    after = await paid.finish(run)
    await paid.dispatcher.costs.drain()
    after = await paid.snapshot(run)
    assert [call.state for call in after.calls] == [CallState.INTERRUPTED, CallState.DONE]
    assert [call.cost_source for call in after.calls] == [CostSource.REPORTED] * 2
    assert after.cost_usd == paid.vendor.total_usd


async def test_the_run_does_not_wait_for_a_record(paid: PaidRoom) -> None:
    paid.vendor.lag = 99
    paid.dispatcher.costs._waits = (30.0,)
    paid.scripts(a=CUT, b="No.", writer="x")
    run = await paid.start(paid_panel("AB"))
    assert (await asyncio.wait_for(paid.finish(run), 10)).state == RunState.REVIEW


async def test_nobody_is_asked_where_no_records_are_kept(room: Room) -> None:
    room.scripts(a=CUT, writer="x")
    run = await room.start()
    await room.finish(run)
    assert room.dispatcher.costs._tasks == {}


@pytest.mark.parametrize(("days", "found"), [(6, 1), (8, 0)])
async def test_a_sweep_looks_a_week_back(paid: PaidRoom, days: int, found: int) -> None:
    paid.vendor.lag = 99
    paid.scripts(a=CUT, writer="x")
    run = await paid.start(paid_panel("A"))
    await paid.finish(run)
    await paid.dispatcher.costs.drain()
    asked_at = timezone.now() - timedelta(days=days)
    await sync_to_async(Call.objects.update)(asked_at=asked_at)
    assert await paid.dispatcher.costs.sweep(timezone.now()) == found


async def test_a_provider_that_is_gone_by_now_is_not_asked(paid: PaidRoom) -> None:
    call = CallWithoutCost(call_id=1, run_id="r", model_asked="gone:m", generation_id="gen-1")
    paid.dispatcher.costs.look_up(call)
    assert paid.vendor.asked == []


async def test_a_cost_that_became_known_meanwhile_is_left(paid: PaidRoom) -> None:
    paid.scripts(a="Yes.", writer="x")
    await paid.list_prices()
    run = await paid.start(paid_panel("A"))
    known = (await paid.finish(run)).answers[0].call
    assert (known.cost_source, known.cost_usd > 0) == (CostSource.ESTIMATED, True)
    usage = (
        await dispatch.installed()
        .tools.registry.provider_of("openrouter:a")[0]
        .usage_of(known.generation_id)
    )
    await records.in_database(save_recovered_cost)(known.id, usage)
    after = (await paid.snapshot(run)).answers[0].call
    assert (after.cost_source, after.cost_usd) == (CostSource.ESTIMATED, known.cost_usd)


async def test_a_refused_request_costs_nothing_and_is_not_looked_up(paid: PaidRoom) -> None:
    paid.scripts(a=Script(status=429), b="No.", writer="x")
    await paid.list_prices()
    run = await paid.start(paid_panel("AB"))
    after = await paid.finish(run)
    refused = after.answers[0].call
    assert (refused.cost_usd, refused.cost_source) == (Decimal(0), CostSource.REFUSED)
    assert not after.has_unknown_cost
    assert "GET /generation" not in paid.vendor.asked
