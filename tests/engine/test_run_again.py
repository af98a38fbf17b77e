"""A run that failed or was stopped goes on: only what did not finish is asked."""

import asyncio

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from panels.choices import CallState, Lane, RunState
from panels.engine.cancel_run import stop_run
from panels.engine.run_again import run_again
from panels.engine.start_run import start_run
from panels.engine.wishes import UnableToAsk
from panels.models import Call, Run
from panels.providers.scripts import Script
from panels.snapshot import RunSnapshot
from tests.engine import patient_room
from tests.engine.conftest import Room
from tests.engine.test_judging import ANSWER_A, ANSWER_B, blind_spot, judged_panel, reply
from tests.factories import make_panel

SLOW = Script(text="word " * 1000, tokens_per_second=100, then=Script(text=ANSWER_B))
SLOW_JUDGE = Script(
    text=reply(blind_spot("Late " * 200)),
    tokens_per_second=50,
    then=Script(text=reply(blind_spot("Again"))),
)

room = patient_room.room


async def again(room: Room, run: Run) -> RunSnapshot:
    await sync_to_async(run_again)(run, now=timezone.now())
    await room.dispatcher.launch(run.pk)
    return await room.finish(run)


async def until_asked(room: Room, slug: str) -> None:
    while slug not in room.asked():
        await asyncio.sleep(0.02)
    await asyncio.sleep(0.1)


async def test_a_run_whose_every_seat_failed_asks_them_again(room: Room) -> None:
    room.scripts(
        a=Script(status=401, then=Script(text=ANSWER_A)),
        b=Script(status=401, then=Script(text=ANSWER_B)),
    )
    run = await room.start()
    assert (await room.finish(run)).state == RunState.FAILED
    after = await again(room, run)
    assert (after.state, after.reason) == (RunState.REVIEW, "")
    assert [a.call.text for a in after.answers] == [ANSWER_A, ANSWER_B]
    assert sorted(room.asked()) == ["a", "a", "b", "b"]


async def test_a_stopped_run_asks_only_those_that_had_not_finished(room: Room) -> None:
    room.scripts(a=ANSWER_A, b=SLOW)
    run = await room.start()
    while not (await room.snapshot(run)).readable_answers:
        await asyncio.sleep(0.02)
    await until_asked(room, "b")
    await stop_run(run, now=timezone.now())
    stopped = await room.finish(run)
    assert (stopped.state, stopped.answer("B").call.state) == (RunState.CANCELLED, "stopped")
    after = await again(room, run)
    assert (after.state, after.answer("B").call.text) == (RunState.REVIEW, ANSWER_B)
    assert after.finished_at is None
    assert sorted(room.asked()) == ["a", "b", "b"]


async def test_a_run_that_was_stopped_while_it_was_judged_asks_the_judge_alone(room: Room) -> None:
    room.scripts(a=ANSWER_A, b=ANSWER_B, judge=SLOW_JUDGE)
    run = await room.start(judged_panel())
    await until_asked(room, "judge")
    await stop_run(run, now=timezone.now())
    assert (await room.finish(run)).state == RunState.CANCELLED
    after = await again(room, run)
    assert after.state == RunState.REVIEW
    assert [c.title for c in after.critiques] == ["Again"]
    assert [(j.number, j.reason, j.stands) for j in after.judgings] == [
        (1, "stopped_by_person", False),
        (2, "", True),
    ]
    assert sorted(room.asked()) == ["a", "b", "judge", "judge"]


async def test_where_that_judge_fails_the_local_one_stands_in_as_in_any_first_judging(
    room: Room,
) -> None:
    slow = Script(text=SLOW_JUDGE.text, tokens_per_second=50, then=Script(status=401))
    room.scripts(a=ANSWER_A, b=ANSWER_B, judge=slow)
    run = await room.start(judged_panel())
    await until_asked(room, "judge")
    await stop_run(run, now=timezone.now())
    await room.finish(run)
    after = await again(room, run)
    assert (after.state, after.judge_reason) == (RunState.REVIEW, "auth_failed")
    assert after.critiques
    assert all(critique.is_from_local_judge for critique in after.critiques)
    assert all(after.was_judged(answer) for answer in after.answers)


async def test_a_judge_that_had_finished_is_read_and_not_asked(room: Room) -> None:
    """The engine itself failed between the judge's last byte and the opening of the review."""
    room.scripts(a=ANSWER_A, b=ANSWER_B, judge=reply(blind_spot("One")))
    run = await room.start(judged_panel())
    await room.finish(run)
    await sync_to_async(_fail_before_the_review)(run)
    after = await again(room, run)
    assert (after.state, [c.title for c in after.critiques]) == (RunState.REVIEW, ["One"])
    assert sorted(room.asked()) == ["a", "b", "judge"]


def _fail_before_the_review(run: Run) -> None:
    Run.objects.filter(pk=run.pk).update(
        state=RunState.FAILED, reason="internal_error", reviewable_at=None
    )
    run.judgings.update(ended_at=None, stands=False)


async def test_a_run_that_failed_after_its_review_had_opened_opens_it_again(room: Room) -> None:
    room.scripts(a=ANSWER_A, b=ANSWER_B)
    run = await room.start()
    await room.finish(run)
    await Run.objects.filter(pk=run.pk).aupdate(state=RunState.FAILED, reason="internal_error")
    after = await again(room, run)
    assert (after.state, after.reason) == (RunState.REVIEW, "")
    assert sorted(room.asked()) == ["a", "b"]


async def test_the_one_model_of_the_default_lane_is_asked_again(room: Room) -> None:
    room.scripts(writer=Script(status=401, then=Script(text=ANSWER_A)))
    draft = await sync_to_async(_draft)(room)
    await room.dispatcher.launch(draft.pk)
    assert (await room.finish(draft)).state == RunState.FAILED
    after = await again(room, draft)
    assert (after.state, after.answers[0].call.text) == (RunState.DONE, ANSWER_A)
    assert room.asked() == ["writer", "writer"]


def _draft(room: Room) -> Run:
    run = room._start(make_panel("AB"), "", {})
    run.calls.all().delete()
    Run.objects.filter(pk=run.pk).update(state=RunState.DRAFT)
    run.refresh_from_db()
    start_run(
        run,
        panel=make_panel("AB"),
        preset_key="k",
        preset_name="Preset",
        now=timezone.now(),
        lane=Lane.SINGLE,
    )
    return run


async def test_a_run_that_is_well_is_not_run_again(room: Room) -> None:
    room.scripts(a=ANSWER_A, b=ANSWER_B)
    run = await room.start()
    await room.finish(run)
    with pytest.raises(UnableToAsk, match="Only a run that failed or was stopped"):
        await sync_to_async(run_again)(run, now=timezone.now())


async def test_nothing_of_a_stopped_run_stays_queued(room: Room) -> None:
    room.scripts(a=ANSWER_A, b=SLOW)
    run = await room.start()
    await until_asked(room, "b")
    await stop_run(run, now=timezone.now())
    await room.finish(run)
    assert not await Call.objects.filter(run=run, state=CallState.QUEUED).aexists()
