"""A quorum need not wait for the slow: they go on, join late, and survive a crash at any moment."""

import asyncio

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from panels.choices import CallState, RunState
from panels.engine.cancel_run import stop_run, stop_seat
from panels.engine.judge_now import judge_now
from panels.engine.request_synthesis import request_synthesis
from panels.engine.wishes import UnableToAsk
from panels.models import Run
from panels.panel import Panel
from panels.providers.scripts import Script
from tests.engine import patient_room
from tests.engine.conftest import Room
from tests.engine.test_judging import ANSWER_A, ANSWER_B, blind_spot, judged_panel, reply
from tests.engine.test_resume import restart
from tests.factories import make_panel, make_seat

room = patient_room.room

LATE = "Keep the monolith and put checkout behind a module boundary."
#: Ten seconds, unless it is stopped.
SLOW = Script(text="word " * 1000, tokens_per_second=100)
#: Long enough for everything else to happen first.
LATE_SCRIPT = Script(text=LATE, first_token_seconds=0.25, tokens_per_second=12)


def quorum_panel(**changes: object) -> Panel:
    seats = tuple(make_seat(letter) for letter in "ABC")
    return judged_panel(**{"seats": seats, "quorum": 2, "grace_seconds": 0, **changes})


async def until(room: Room, run: Run, state: RunState) -> None:
    for _ in range(500):
        if (await room.snapshot(run)).state == state:
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"never reached {state}")


async def in_review_with_a_slow_seat(room: Room, slow: Script = SLOW) -> Run:
    room.scripts(a=ANSWER_A, b=ANSWER_B, c=slow, judge=reply(blind_spot()), writer="Written [C1].")
    run = await room.start(quorum_panel())
    await until(room, run, RunState.REVIEW)
    return run


async def test_a_late_answer_joins_after_the_judge_and_the_writer_reads_it(room: Room) -> None:
    run = await in_review_with_a_slow_seat(room, LATE_SCRIPT)
    during = await room.snapshot(run)
    assert [a.letter for a in during.readable_answers] == ["A", "B"]
    assert during.is_at_work
    after = await room.finish(run)
    assert (after.state, after.is_at_work) == (RunState.REVIEW, False)
    assert [a.letter for a in after.readable_answers] == ["A", "B", "C"]
    assert [a.letter for a in after.answers if not after.was_judged(a)] == ["C"]
    assert LATE not in str(room.book.requests_to("judge")[0].body)
    await sync_to_async(run.refresh_from_db)()
    await sync_to_async(request_synthesis)(run, requested_by="Ada", now=timezone.now())
    await room.dispatcher.launch(run.pk)
    assert (await room.finish(run)).state == RunState.DONE
    assert LATE in str(room.book.requests_to("writer")[0].body)
    assert sorted(room.asked()) == ["a", "b", "c", "judge", "writer"]


async def test_within_the_grace_the_third_answer_is_judged_too(room: Room) -> None:
    room.scripts(a=ANSWER_A, b=ANSWER_B, c=LATE_SCRIPT, judge=reply(blind_spot()))
    run = await room.finish(await room.start(quorum_panel(grace_seconds=60)))
    assert sorted(run.standing_judging.reads) == ["A", "B", "C"]
    assert all(run.was_judged(answer) for answer in run.answers)


async def test_after_the_grace_the_judge_begins_by_itself(room: Room) -> None:
    room.scripts(a=ANSWER_A, b=ANSWER_B, c=SLOW, judge=reply(blind_spot()))
    run = await room.start(quorum_panel(grace_seconds=1))
    await until(room, run, RunState.REVIEW)
    during = await room.snapshot(run)
    finished = sorted(a.call.finished_at for a in during.readable_answers)
    assert (during.judgings[0].created_at - finished[1]).total_seconds() >= 1
    assert sorted(during.judgings[0].reads) == ["A", "B"]
    await stop_run(run, now=timezone.now())


async def test_a_crash_in_mid_grace_comes_to_the_same_decision_from_the_same_facts(
    room: Room,
) -> None:
    again = Script(text=SLOW.text, tokens_per_second=100)
    slow = Script(text=SLOW.text, tokens_per_second=100, then=again)
    room.scripts(a=ANSWER_A, b=ANSWER_B, c=slow, judge=reply(blind_spot()))
    run = await room.start(quorum_panel(grace_seconds=2))
    for _ in range(200):
        if len((await room.snapshot(run)).readable_answers) == 2:
            break
        await asyncio.sleep(0.02)
    assert (await room.snapshot(run)).state == RunState.PANEL
    await restart(room)
    await until(room, run, RunState.REVIEW)
    during = await room.snapshot(run)
    finished = sorted(a.call.finished_at for a in during.readable_answers)
    assert (during.judgings[0].created_at - finished[1]).total_seconds() >= 2
    assert sorted(room.asked()) == ["a", "b", "c", "c", "judge"]
    await stop_run(run, now=timezone.now())


async def test_a_crash_with_a_late_seat_open_asks_that_seat_again_and_nothing_else(
    room: Room,
) -> None:
    slow = Script(text=SLOW.text, tokens_per_second=100, then=Script(text=LATE))
    run = await in_review_with_a_slow_seat(room, slow)
    await room.dispatcher.close()
    room.new_process()
    assert await room.dispatcher.resume_unfinished() == 1
    after = await room.finish(run)
    assert after.state == RunState.REVIEW
    late = after.answer("C")
    assert [call.state for call in late.attempts] == [CallState.INTERRUPTED, CallState.DONE]
    assert late.call.text == LATE
    assert not after.was_judged(late)
    assert sorted(room.asked()) == ["a", "b", "c", "c", "judge"]


async def test_a_finished_run_without_an_open_seat_is_left_alone(room: Room) -> None:
    run = await in_review_with_a_slow_seat(room, LATE_SCRIPT)
    await room.finish(run)
    room.new_process()
    assert await room.dispatcher.resume_unfinished() == 0


async def test_a_late_seat_that_fails_is_followed_up_and_changes_no_state(room: Room) -> None:
    room.retry()
    cut = Script(
        text="word " * 60,
        tokens_per_second=100,
        fault="cut",
        fault_after_tokens=40,
        then=Script(text=LATE),
    )
    run = await in_review_with_a_slow_seat(room, cut)
    after = await room.finish(run)
    assert after.state == RunState.REVIEW
    assert [(c.attempt, c.state) for c in after.answer("C").attempts] == [
        (1, "failed"),
        (2, "done"),
    ]


async def test_stopping_a_late_seat_keeps_its_text_as_its_answer(room: Room) -> None:
    run = await in_review_with_a_slow_seat(room)
    await stop_seat(run, "C", now=timezone.now())
    after = await room.finish(run)
    assert after.state == RunState.REVIEW
    assert after.answer("C").call.state == CallState.STOPPED
    assert room.book.requests_to("c")[0].was_closed_early


async def test_stopping_all_in_review_stops_the_late_seat_and_leaves_the_review(
    room: Room,
) -> None:
    run = await in_review_with_a_slow_seat(room)
    await stop_run(run, now=timezone.now())
    after = await room.finish(run)
    assert (after.state, after.reason, after.is_at_work) == (RunState.REVIEW, "", False)
    assert room.book.requests_to("c")[0].was_closed_early


async def test_a_synthesis_is_done_while_a_late_seat_still_speaks(room: Room) -> None:
    run = await in_review_with_a_slow_seat(room)
    await sync_to_async(run.refresh_from_db)()
    await sync_to_async(request_synthesis)(run, requested_by="Ada", now=timezone.now())
    await room.dispatcher.launch(run.pk)
    await until(room, run, RunState.DONE)
    assert (await room.snapshot(run)).answer("C").is_open
    await stop_run(run, now=timezone.now())
    assert (await room.finish(run)).state == RunState.DONE


# A person does not wait


async def test_a_person_may_have_the_judge_begin_with_what_is_there(room: Room) -> None:
    room.scripts(a=ANSWER_A, b=SLOW, judge=reply(blind_spot()))
    run = await room.start(judged_panel())
    for _ in range(200):
        if (await room.snapshot(run)).readable_answers:
            break
        await asyncio.sleep(0.02)
    await sync_to_async(judge_now)(run)
    await room.dispatcher.launch(run.pk)
    await until(room, run, RunState.REVIEW)
    during = await room.snapshot(run)
    assert sorted(during.standing_judging.reads) == ["A"]
    assert during.answer("B").is_open
    await stop_run(run, now=timezone.now())


async def test_without_an_answer_there_is_nothing_to_judge(room: Room) -> None:
    room.scripts(a=SLOW, b=SLOW)
    run = await room.start(make_panel("AB"))
    with pytest.raises(UnableToAsk, match="No seat has answered yet"):
        await sync_to_async(judge_now)(run)
    await stop_run(run, now=timezone.now())
    with pytest.raises(UnableToAsk, match="does not wait"):
        await sync_to_async(judge_now)(run)
