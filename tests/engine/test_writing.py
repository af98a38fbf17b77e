"""The synthesis is written from the answers and the accepted critiques, and from nothing else."""

import asyncio

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from panels.choices import CallState, RunState, Verdict
from panels.engine.cancel_run import stop_run
from panels.engine.request_synthesis import UnableToWrite, request_synthesis
from panels.engine.review import Reviewer, decide
from panels.models import Run
from panels.providers.scripts import Script
from panels.snapshot import RunSnapshot
from tests.engine.conftest import Room
from tests.engine.test_judging import (
    ANSWER_A,
    ANSWER_B,
    blind_spot,
    contradiction,
    judged_panel,
    reply,
)

WRITTEN = "# Use an outbox\n\nMove writes behind an outbox [C1]. Name an owner [C2]."


async def reviewed(room: Room, writer: Script | str = WRITTEN) -> Run:
    """A run in review: C1 accepted with side B, C2 accepted, C3 rejected, C4 open."""
    cards = [contradiction(), blind_spot("Retention"), blind_spot("Colour"), blind_spot("Cost")]
    room.scripts(a=ANSWER_A, b=ANSWER_B, judge=reply(*cards), writer=writer)
    run = await room.start(judged_panel())
    await room.finish(run)
    await sync_to_async(run.refresh_from_db)()
    await sync_to_async(_decide)(run)
    return run


def _decide(run: Run) -> None:
    reviewer = Reviewer(name="Ada", user_id=run.owner_id)
    now = timezone.now()
    decide(run, 1, reviewer, now=now, verdict=Verdict.ACCEPTED, side="B", note="simplest")
    decide(run, 2, reviewer, now=now, verdict=Verdict.ACCEPTED)
    decide(run, 3, reviewer, now=now, verdict=Verdict.REJECTED)


async def write(room: Room, run: Run, *added: int) -> RunSnapshot:
    await sync_to_async(request_synthesis)(run, requested_by="Ada", now=timezone.now(), added=added)
    await room.dispatcher.launch(run.pk)
    after = await room.finish(run)
    await sync_to_async(run.refresh_from_db)()
    return after


def prompt(room: Room, index: int = -1) -> str:
    return "\n".join(m["content"] for m in room.book.requests_to("writer")[index].body["messages"])


async def test_a_synthesis_is_written_and_the_run_is_done(room: Room) -> None:
    run = await write(room, await reviewed(room))
    assert (run.state, run.latest_synthesis.text) == (RunState.DONE, WRITTEN)
    assert run.latest_synthesis.version == 1
    assert [(a.number, a.side, a.note) for a in run.latest_synthesis.accepted] == [
        (1, "B", "simplest"),
        (2, "", ""),
    ]
    assert run.latest_synthesis.rejected == (3,)


async def test_the_writer_gets_the_accepted_critiques_with_the_side_and_the_note(
    room: Room,
) -> None:
    await write(room, await reviewed(room))
    for words in ("C1", "How should writes move?", "simplest", "C2", "Retention"):
        assert words in prompt(room)


async def test_a_rejected_critique_is_not_among_the_accepted_input_and_not_citable(
    room: Room,
) -> None:
    await write(room, await reviewed(room))
    assert "C3" not in prompt(room)
    assert "C4" not in prompt(room)
    before, _, after = prompt(room).partition("Colour")
    assert after, "the rejected point is named, so that the writer can keep away from it"
    assert "not use" in before[-600:].lower()


async def test_a_second_version_is_a_new_row_and_the_first_stays(room: Room) -> None:
    run = await reviewed(room, Script(text=WRITTEN, then=Script(text="# Better [C1] [C2]")))
    await write(room, run)
    after = await write(room, run, 2)
    assert [s.version for s in after.syntheses] == [1, 2]
    assert [s.text for s in after.syntheses] == [WRITTEN, "# Better [C1] [C2]"]
    assert after.latest_synthesis.added == (2,)
    assert "Move writes behind an outbox" in prompt(room)
    assert after.state == RunState.DONE


async def test_only_accepted_critiques_can_be_added(room: Room) -> None:
    run = await reviewed(room)
    await write(room, run)
    after = await write(room, run, 2, 3, 99)
    assert after.latest_synthesis.added == (2,)


async def test_a_writer_that_fails_leaves_the_review_open_and_its_text_kept(room: Room) -> None:
    cut = Script(text=WRITTEN, fault="cut", fault_after_tokens=4, then=Script(text=WRITTEN))
    run = await reviewed(room, cut)
    after = await write(room, run)
    assert after.state == RunState.REVIEW
    assert after.latest_synthesis.call.error_code == "stream_broken"
    assert after.latest_synthesis.text == "# Use an outbox\n\n"
    again = await write(room, run)
    assert (again.state, again.latest_synthesis.version) == (RunState.DONE, 2)


async def test_a_later_version_that_fails_leaves_the_run_done(room: Room) -> None:
    run = await reviewed(room, Script(text=WRITTEN, then=Script(status=500)))
    await write(room, run)
    after = await write(room, run)
    assert after.state == RunState.DONE
    assert [s.is_done for s in after.syntheses] == [True, False]


async def test_stopping_the_writer_goes_back_to_the_review(room: Room) -> None:
    slow = Script(text="word " * 100, tokens_per_second=50)
    run = await reviewed(room, slow)
    await sync_to_async(request_synthesis)(run, requested_by="Ada", now=timezone.now())
    await room.dispatcher.launch(run.pk)
    for _ in range(100):
        if (await room.snapshot(run)).latest_synthesis.text:
            break
        await asyncio.sleep(0.02)
    await stop_run(run, now=timezone.now())
    after = await room.finish(run)
    assert after.state == RunState.REVIEW
    assert after.latest_synthesis.call.state == CallState.STOPPED
    assert after.latest_synthesis.text.startswith("word ")


async def test_a_writer_that_was_cut_by_a_crash_is_asked_again_for_the_same_version(
    room: Room,
) -> None:
    slow = Script(text="word " * 100, tokens_per_second=50, then=Script(text=WRITTEN))
    run = await reviewed(room, slow)
    before = len(room.asked())
    await sync_to_async(request_synthesis)(run, requested_by="Ada", now=timezone.now())
    await room.dispatcher.launch(run.pk)
    await room.until_asked(before + 1)
    await room.dispatcher.close()
    room.new_process()
    await room.dispatcher.resume_unfinished()
    after = await room.finish(run)
    assert [s.version for s in after.syntheses] == [1]
    assert (after.state, after.latest_synthesis.text) == (RunState.DONE, WRITTEN)


async def test_writing_can_be_asked_for_once_at_a_time_and_only_in_review(room: Room) -> None:
    run = await reviewed(room)
    await sync_to_async(request_synthesis)(run, requested_by="Ada", now=timezone.now())
    with pytest.raises(UnableToWrite):
        await sync_to_async(request_synthesis)(run, requested_by="Bob", now=timezone.now())
    await room.dispatcher.launch(run.pk)
    after = await room.finish(run)
    assert len(after.syntheses) == 1
