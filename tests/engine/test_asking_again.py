"""Retries and fallbacks in a whole engine: what is asked again, what stays, and what a stop is."""

import asyncio

from asgiref.sync import sync_to_async
from django.utils import timezone

from panels.choices import Because, CallState, CritiqueOrigin, RunState
from panels.engine import records
from panels.engine.cancel_run import stop_run, stop_seat
from panels.engine.events import CallChanged
from panels.engine.next_attempt import NextAttempt
from panels.engine.retrying import RetryPolicy
from panels.engine.settle_call import queue_attempt
from panels.models import Call
from panels.panel import Fallbacks, Judge, Seat
from panels.providers.scripts import Script
from tests.engine.conftest import Room
from tests.engine.test_judging import ANSWER_A, ANSWER_B, blind_spot, judged_panel, reply
from tests.engine.test_resume import restart
from tests.factories import make_panel, make_seat

BUSY = Script(status=429, error_message="slow down", then=Script(text="Fine now."))
SLOW_DOWN = Script(status=429, retry_after_seconds=3.0, then=Script(text="Fine now."))


def attempts_of(run, letter="A"):
    answer = next(answer for answer in run.answers if answer.letter == letter)
    return [(c.attempt, c.state, c.because, c.model_asked) for c in answer.attempts]


def panel_with(seat_a: Seat, **changes):
    return make_panel("AB", seats=(seat_a, make_seat("B")), **changes)


async def wait_until_queued(room: Room, run) -> None:
    """Until seat A waits for its second attempt."""
    for _ in range(200):
        if await Call.objects.filter(run=run, seat="A", attempt=2, state="queued").aexists():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("no second attempt was queued")


async def test_a_failure_that_passes_is_asked_again_and_both_attempts_are_kept(room: Room) -> None:
    room.retry()
    room.scripts(a=BUSY, b="Fine.")
    run = await room.finish(await room.start())
    assert attempts_of(run) == [
        (1, CallState.FAILED, "", "scripted:a"),
        (2, CallState.DONE, Because.RETRY, "scripted:a"),
    ]
    assert run.answers[0].call.text == "Fine now."
    assert run.state == RunState.REVIEW
    assert [a.letter for a in run.readable_answers] == ["A", "B"]


async def test_the_text_of_the_first_attempt_stays_with_it(room: Room) -> None:
    room.retry()
    cut = Script(text="one two three", fault="cut", fault_after_tokens=2, then=Script(text="New."))
    room.scripts(a=cut, b="Fine.")
    run = await room.finish(await room.start())
    assert [call.text for call in run.answers[0].attempts] == ["one two ", "New."]


async def test_when_retries_do_not_help_the_fallback_is_asked_and_named(room: Room) -> None:
    room.retry()
    room.scripts(a=Script(status=503), b="Fine.", spare="From the spare model.")
    seat = make_seat("A", fallbacks=Fallbacks(outage="scripted:spare"))
    run = await room.finish(await room.start(panel_with(seat)))
    assert [row[2:] for row in attempts_of(run)] == [
        ("", "scripted:a"),
        (Because.RETRY, "scripted:a"),
        (Because.RETRY, "scripted:a"),
        (Because.OUTAGE, "scripted:spare"),
    ]
    assert run.answers[0].call.text == "From the spare model."
    assert run.answers[0].model == "scripted:spare"


async def test_a_seat_whose_provider_is_not_set_up_falls_back_without_a_request(room: Room) -> None:
    room.retry()
    room.scripts(b="Fine.", spare="Here.")
    seat = Seat(letter="A", model="nowhere:x", fallbacks=Fallbacks(outage="scripted:spare"))
    run = await room.finish(await room.start(panel_with(seat)))
    assert [call.error_code for call in run.answers[0].attempts] == ["not_configured", ""]
    assert sorted(room.asked()) == ["b", "spare"]


async def test_a_slow_neighbour_holds_up_no_retry(room: Room) -> None:
    room.retry()
    room.scripts(a=BUSY, b=Script(text="word " * 30, tokens_per_second=60))
    run = await room.finish(await room.start())
    a, b = (answer.call for answer in run.answers)
    assert a.finished_at < b.finished_at


async def test_the_runs_limit_counts_over_all_seats(room: Room) -> None:
    room.retry(RetryPolicy(first_wait_seconds=0.01, most_retries_per_run=3))
    letters = "ABCD"
    room.scripts(**{letter.lower(): Script(status=503) for letter in letters})
    run = await room.finish(await room.start(make_panel(letters)))
    assert len(run.calls) == 4 + 3
    assert (run.state, run.reason) == (RunState.FAILED, "all_seats_failed")


async def test_what_the_provider_asks_for_is_stored_and_waited_for(room: Room) -> None:
    room.retry()
    room.scripts(a=Script(status=429, retry_after_seconds=0.3, then=Script(text="Now.")), b="x")
    run = await room.finish(await room.start())
    first, second = run.answers[0].attempts
    assert first.retry_after_seconds == 0.3
    assert (second.not_before_at - first.finished_at).total_seconds() >= 0.3
    assert second.asked_at >= second.not_before_at


async def test_a_longer_wait_than_the_policys_goes_to_the_fallback_at_once(room: Room) -> None:
    room.retry()
    room.scripts(a=Script(status=429, retry_after_seconds=3600), b="x", spare="Here.")
    seat = make_seat("A", fallbacks=Fallbacks(outage="scripted:spare"))
    run = await room.finish(await room.start(panel_with(seat)))
    assert [call.model_asked for call in run.answers[0].attempts] == [
        "scripted:a",
        "scripted:spare",
    ]


async def test_a_waiting_retry_is_told_to_the_page(room: Room) -> None:
    room.retry()
    room.scripts(a=SLOW_DOWN, b="x")
    run = await room.start()
    await wait_until_queued(room, run)
    waiting = (await room.snapshot(run)).answers[0].call
    assert CallChanged(run_id=str(run.pk), call_id=waiting.id) in room.events
    assert waiting.not_before_at > timezone.now()
    await stop_run(run, now=timezone.now())


# A person's stop


async def test_stopping_a_seat_that_waits_is_final(room: Room) -> None:
    room.retry()
    room.scripts(a=SLOW_DOWN, b="Fine.")
    run = await room.start()
    await wait_until_queued(room, run)
    await stop_seat(run, "A", now=timezone.now())
    after = await room.finish(run)
    assert [row[1] for row in attempts_of(after)] == [CallState.FAILED, CallState.STOPPED]
    assert after.state == RunState.REVIEW
    assert room.asked().count("a") == 1


async def test_stopping_the_run_while_a_seat_waits_is_final(room: Room) -> None:
    room.retry()
    room.scripts(a=SLOW_DOWN, b="Fine.")
    run = await room.start()
    await wait_until_queued(room, run)
    await stop_run(run, now=timezone.now())
    after = await room.finish(run)
    assert (after.state, room.asked().count("a")) == (RunState.CANCELLED, 1)


async def test_a_stop_in_the_moment_of_a_failure_leaves_nothing_open(room: Room) -> None:
    """The failure is stored while the stop is on its way: what follows it is stopped, too."""
    room.retry(
        RetryPolicy(first_wait_seconds=0.001, most_retries_per_call=50, most_retries_per_run=50)
    )
    room.scripts(a=Script(status=503), b=Script(status=503))
    run = await room.start()
    await asyncio.sleep(0.1)
    await stop_run(run, now=timezone.now())
    after = await room.finish(run)
    assert after.state == RunState.CANCELLED
    assert not [call for call in after.calls if call.is_open]
    asked = len(room.asked())
    await asyncio.sleep(0.1)
    assert len(room.asked()) == asked


async def test_a_stopped_answer_is_not_asked_again(room: Room) -> None:
    room.retry()
    room.scripts(a=Script(text="word " * 100, tokens_per_second=50), b="Fine.")
    run = await room.start()
    await asyncio.sleep(0.2)
    await stop_seat(run, "A", now=timezone.now())
    after = await room.finish(run)
    assert [row[1] for row in attempts_of(after)] == [CallState.STOPPED]


async def test_a_run_that_was_stopped_queues_nothing_more(room: Room) -> None:
    room.scripts(a=Script(status=503), b=Script(status=503))
    run = await room.finish(await room.start())
    attempt = NextAttempt(after=run.calls[0], model="scripted:a", because=Because.RETRY)
    queue = records.in_database(queue_attempt)
    assert await queue(run.id, attempt, now=timezone.now()) is None
    assert len((await room.snapshot_of(run.id)).calls) == 2


# A crash


async def test_a_restart_keeps_waiting_and_then_asks_once(room: Room) -> None:
    room.retry()
    room.scripts(
        a=Script(status=429, retry_after_seconds=0.8, then=Script(text="Fine now.")), b="Fine."
    )
    run = await room.start()
    await wait_until_queued(room, run)
    await restart(room)
    after = await room.finish(run)
    assert [row[:2] for row in attempts_of(after)] == [(1, CallState.FAILED), (2, CallState.DONE)]
    assert after.answers[0].call.asked_at >= after.answers[0].call.not_before_at
    assert room.asked().count("a") == 2


async def test_a_failure_that_was_stored_without_what_follows_is_followed_up(room: Room) -> None:
    room.scripts(a=BUSY, b="Fine.")
    run = await sync_to_async(room._start)(make_panel("AB"), "", {})
    call = await Call.objects.aget(run=run, seat="A")
    fate = records.CallFate(state=CallState.FAILED, error_code="overloaded")
    await sync_to_async(records.finish_call)(call.pk, fate, now=timezone.now())
    room.retry()
    await room.dispatcher.launch(run.pk)
    after = await room.finish(run)
    assert [row[:3] for row in attempts_of(after)][:2] == [
        (1, CallState.FAILED, ""),
        (2, CallState.FAILED, Because.RETRY),
    ]
    assert after.answers[0].call.text == "Fine now."


async def test_a_fallback_that_a_restart_cut_is_asked_again_as_the_fallback(room: Room) -> None:
    room.retry()
    slow = Script(text="word " * 100, tokens_per_second=50, then=Script(text="Second."))
    room.scripts(a=Script(status=401), b="Fine.", spare=slow)
    seat = make_seat("A", fallbacks=Fallbacks(outage="scripted:spare"))
    run = await room.start(panel_with(seat))
    await room.until_asked(3)
    await restart(room)
    after = await room.finish(run)
    assert [row[1:] for row in attempts_of(after)] == [
        (CallState.FAILED, "", "scripted:a"),
        (CallState.INTERRUPTED, Because.OUTAGE, "scripted:spare"),
        (CallState.DONE, Because.INTERRUPTED, "scripted:spare"),
    ]


# The judge and the writer


async def test_a_judge_is_asked_again_and_then_its_fallback(room: Room) -> None:
    room.retry()
    judge = Judge(model="scripted:judge", fallbacks=Fallbacks(outage="scripted:spare"))
    room.scripts(
        a=ANSWER_A, b=ANSWER_B, judge=Script(status=503), spare=reply(blind_spot("Retention"))
    )
    run = await room.finish(await room.start(make_panel("AB", judge=judge)))
    assert [c.model_asked for c in run.calls if c.is_judge] == ["scripted:judge"] * 3 + [
        "scripted:spare"
    ]
    assert (run.state, run.judge_reason) == (RunState.REVIEW, "")
    assert [c.title for c in run.critiques] == ["Retention"]


async def test_the_local_judge_is_the_last_resort(room: Room) -> None:
    room.retry()
    room.scripts(a=ANSWER_A, b=ANSWER_B, judge=Script(status=503))
    run = await room.finish(await room.start(judged_panel()))
    assert sum(call.is_judge for call in run.calls) == 3
    assert run.judge_reason == "overloaded"
    assert {c.origin for c in run.critiques} == {CritiqueOrigin.LOCAL_JUDGE}


def cut_judge(then: Script) -> Script:
    text = reply(blind_spot("First try"), blind_spot("Never came"))
    words = text.split().index('"Never')
    return Script(text=text, fault="cut", fault_after_tokens=words, then=then)
