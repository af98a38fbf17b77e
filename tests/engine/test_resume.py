"""A process that dies loses nothing that was paid for, and asks nothing twice that finished."""

import asyncio

from asgiref.sync import sync_to_async
from django.utils import timezone

from panels.choices import CallRole, CallState, RunState, Verdict
from panels.engine import records
from panels.engine.review import Reviewer, decide
from panels.judging.schema import FoundCritique
from panels.models import Call, Critique
from panels.panel import Judge
from panels.providers.scripts import Script
from tests.engine.conftest import Room
from tests.engine.test_judging import ANSWER_A, ANSWER_B, blind_spot, judged_panel, reply
from tests.factories import make_panel

SLOW = Script(text="word " * 100, tokens_per_second=100, then=Script(text="The second attempt."))


async def restart(room: Room) -> None:
    """Stop the process as SIGTERM does, and start another on the same database."""
    await room.dispatcher.close()
    room.new_process()
    await room.dispatcher.resume_unfinished()


async def test_only_the_cut_call_is_asked_again(room: Room) -> None:
    room.scripts(a="Finished.", b=SLOW)
    run = await room.start()
    await asyncio.sleep(0.4)
    await restart(room)
    after = await room.finish(run)
    assert after.state == RunState.REVIEW
    assert sorted(room.asked()) == ["a", "b", "b"]
    attempts = after.answers[1].attempts
    assert [call.state for call in attempts] == [CallState.INTERRUPTED, CallState.DONE]
    assert attempts[0].text.startswith("word word ")
    assert [call.attempt for call in attempts] == [1, 2]
    assert after.answers[1].call.text == "The second attempt."


async def test_a_killed_process_keeps_the_text_that_was_committed(room: Room) -> None:
    """SIGKILL leaves rows as they were: an open call, its pieces, and nobody who reads it."""
    room.scripts(a="The answer.")
    run = await sync_to_async(room._start)(make_panel("A"), "", {})
    call = await Call.objects.aget(run=run)
    await sync_to_async(_leave_as_a_kill_would)(call)
    await room.dispatcher.resume_unfinished()
    after = await room.finish(run)
    cut, again = after.answers[0].attempts
    assert (cut.state, cut.text, cut.reasoning) == (CallState.INTERRUPTED, "Half an an", "Hm.")
    assert (again.state, again.text) == (CallState.DONE, "The answer.")


def _leave_as_a_kill_would(call: Call) -> None:
    now = timezone.now()
    records.mark_asked(call.pk, now=now, words_shown=None, words_total=None, labels={})
    records.mark_streaming(call.pk, now=now)
    records.save_pieces([(call.pk, False, "Half "), (call.pk, True, "Hm.")])
    records.save_pieces([(call.pk, False, "an an")])


async def test_a_judge_that_was_cut_is_asked_again_and_decided_cards_stay(room: Room) -> None:
    room.scripts(a=ANSWER_A, b=ANSWER_B)
    run = await room.start(judged_panel())
    room.book.scripts["judge"] = Script(
        text=reply(blind_spot("Early"), blind_spot("Undecided"), blind_spot("Late " * 80)),
        tokens_per_second=60,
        then=Script(text=reply(blind_spot("From the second attempt"))),
    )
    await _wait_for_cards(room, run, 2)
    reviewer = Reviewer(name="Ada", user_id=run.owner_id)
    await sync_to_async(run.refresh_from_db)()
    await sync_to_async(decide)(run, 1, reviewer, now=timezone.now(), verdict=Verdict.ACCEPTED)
    await restart(room)
    after = await room.finish(run)
    assert [c.title for c in after.critiques] == ["Early", "From the second attempt"]
    assert after.critiques[0].is_accepted
    assert room.asked().count("judge") == 2


async def _wait_for_cards(room: Room, run, count: int) -> None:
    for _ in range(200):
        if len((await room.snapshot(run)).critiques) >= count:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("the judge's cards never came")


async def test_a_judge_that_finished_is_read_from_the_database_and_not_asked_again(
    room: Room,
) -> None:
    """Killed between the judge's last byte and the opening of the review."""
    room.scripts(a=ANSWER_A, b=ANSWER_B, judge=reply(blind_spot("One"), blind_spot("Two")))
    run = await room.start(judged_panel())
    await room.finish(run)
    await sync_to_async(_back_to_judging_with_one_card)(run)
    await restart(room)
    after = await room.finish(run)
    assert after.state == RunState.REVIEW
    assert [c.title for c in after.critiques] == ["One", "Two"]
    assert room.asked().count("judge") == 1


def _back_to_judging_with_one_card(run) -> None:
    _back_to_judging(run)
    Critique.objects.filter(run=run, number=2).delete()


def _back_to_judging(run) -> None:
    type(run).objects.filter(pk=run.pk).update(state=RunState.JUDGING)
    run.judgings.update(ended_at=None, stands=False)


async def test_the_local_judge_does_not_speak_twice(room: Room) -> None:
    room.scripts(a=ANSWER_A, b=ANSWER_B)
    run = await room.start()
    before = await room.finish(run)
    await sync_to_async(_back_to_judging)(run)
    await restart(room)
    after = await room.finish(run)
    assert [c.number for c in after.critiques] == [c.number for c in before.critiques]


async def test_finished_and_waiting_runs_are_left_alone(room: Room) -> None:
    room.scripts(a="x", b="y")
    await room.finish(await room.start())
    room.new_process()
    assert await room.dispatcher.resume_unfinished() == 0


async def test_a_run_that_is_launched_twice_advances_once(room: Room) -> None:
    room.scripts(a=Script(text="x", first_token_seconds=0.1), b="y")
    run = await room.start()
    await room.dispatcher.launch(run.pk)
    await room.dispatcher.launch(str(run.pk))
    await room.finish(run)
    assert sorted(room.asked()) == ["a", "b"]


async def test_an_error_inside_the_engine_is_a_named_failure_not_a_hang(room: Room) -> None:
    room.scripts(a="x")
    panel = make_panel("A", judge=Judge(model="scripted:judge"))
    run = await sync_to_async(room._start)(panel, "", {})
    await sync_to_async(type(run).objects.filter(pk=run.pk).update)(panel_json={"seats": "broken"})
    await room.dispatcher.launch(run.pk)
    await room.dispatcher.drain()
    await sync_to_async(run.refresh_from_db)()
    assert (run.state, run.reason) == (RunState.FAILED, "internal_error")


async def test_found_critiques_are_numbered_on_from_the_last(room: Room) -> None:
    room.scripts(a=ANSWER_A, b=ANSWER_B)
    run = await room.finish(await room.start())
    numbers = await records.in_database(records.save_critiques)(
        run.id,
        [FoundCritique(kind="blind_spot", title="More", body="", stances=())],
        origin="judge",
        call_id=None,
        judging_id=None,
        now=timezone.now(),
    )
    assert numbers == (len(run.critiques) + 1,)
    assert CallRole.JUDGE not in {call.role for call in run.calls}
