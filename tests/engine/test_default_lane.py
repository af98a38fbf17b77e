"""One model first; then, if that is not enough, the panel with the same question and documents."""

from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from panels.choices import AnswerChanged, CallState, Lane, RunState
from panels.engine.answer_changed import UnableToSay, say_whether_answer_changed
from panels.engine.cancel_run import stop_seat
from panels.engine.escalate_run import UnableToEscalate, escalate_run
from panels.engine.events import RunChanged
from panels.engine.start_run import start_run
from panels.models import Document, Run
from panels.panel import Fallbacks, Judge, Panel, Writer
from panels.providers.scripts import Script
from panels.snapshot import RunSnapshot
from panels.wording import explain_run_reason
from tests.engine.conftest import QUICK_RETRIES, Room
from tests.factories import make_panel

WRITER = Writer(
    model="scripted:writer",
    instructions="Be brief.",
    temperature=0.3,
    max_tokens=900,
    fallbacks=Fallbacks(outage="scripted:spare"),
)
PANEL = make_panel("AB", judge=Judge(model="scripted:judge"), writer=WRITER)


def _start_single(panel: Panel, document: str) -> Run:
    from django.contrib.auth.models import User

    now = timezone.now()
    owner, _ = User.objects.get_or_create(username="owner")
    draft = Run.objects.create(
        owner=owner, title="Split?", question="Should we split?", cap_usd="0.5", created_at=now
    )
    if document:
        Document.objects.create(
            run=draft,
            name="adr.md",
            kind="markdown",
            text=document,
            word_count=len(document.split()),
            size_bytes=len(document),
            created_at=now,
        )
    start_run(draft, panel=panel, preset_key="k", preset_name="Preset", now=now, lane=Lane.SINGLE)
    return draft


async def start_single(room: Room, panel: Panel = PANEL, *, document: str = "") -> Run:
    run = await sync_to_async(_start_single)(panel, document)
    await room.dispatcher.launch(run.pk)
    return run


async def answered(room: Room, **options: Any) -> tuple[Run, RunSnapshot]:
    if not room.book.scripts:
        room.scripts(a="**Split.**", b="**Do not.**", judge='{"critiques": []}', writer="**Wait.**")
    run = await start_single(room, **options)
    snapshot = await room.finish(run)
    await sync_to_async(run.refresh_from_db)()
    return run, snapshot


async def escalated(room: Room, single: Run) -> tuple[Run, RunSnapshot]:
    run = await sync_to_async(escalate_run)(single, panel=single.panel, now=timezone.now())
    await room.dispatcher.launch(run.pk)
    return run, await room.finish(run)


# One model


async def test_one_call_through_the_writers_model_is_all(room: Room) -> None:
    _, run = await answered(room)
    assert (run.state, run.lane, run.is_single) == (RunState.DONE, "single", True)
    assert room.asked() == ["writer"]
    assert [(call.role, call.seat, call.text) for call in run.calls] == [("seat", "A", "**Wait.**")]
    assert run.finished_at is not None
    assert (run.critiques, run.syntheses, run.judge_call) == ((), (), None)


async def test_it_is_asked_as_nobody_with_the_question_and_the_documents(room: Room) -> None:
    await answered(room, document="# Plan\n\nMove checkout out of the monolith.")
    body = room.book.requests[0].body
    system, user = (message["content"] for message in body["messages"])
    assert system.startswith("Answer in Markdown.")
    assert "reviewers" not in system
    assert "Be brief." not in system
    assert "Should we split?" in user
    assert "Move checkout out of the monolith." in user
    assert (body["temperature"], body["max_tokens"]) == (0.3, 900)


async def test_the_whole_panel_is_frozen_for_later(room: Room) -> None:
    run, snapshot = await answered(room)
    assert run.panel == PANEL
    assert snapshot.whole_panel == PANEL
    seat = snapshot.panel.seats[0]
    assert (len(snapshot.panel.seats), seat.letter, seat.title) == (1, "A", "One model")
    assert (seat.model, seat.persona) == ("scripted:writer", "")


async def test_a_failure_ends_the_run_in_words(room: Room) -> None:
    room.scripts(writer=Script(status=401))
    _, run = await answered(room)
    assert (run.state, run.reason) == (RunState.FAILED, "single_failed")
    assert explain_run_reason(run.reason).sentence == "The model did not answer."


async def test_the_writers_fallback_takes_over(room: Room) -> None:
    room.retry(QUICK_RETRIES)
    room.scripts(writer=Script(status=401), spare="**Spare.**")
    _, run = await answered(room)
    assert [call.model_asked for call in run.calls] == ["scripted:writer", "scripted:spare"]
    assert (run.state, run.answers[0].call.text) == (RunState.DONE, "**Spare.**")


async def test_a_stopped_answer_is_an_answer(room: Room) -> None:
    room.scripts(writer=Script(text="word " * 500, tokens_per_second=50))
    run = await start_single(room)
    while not (await room.snapshot(run)).calls[0].text:
        pass
    await stop_seat(run, "A", now=timezone.now())
    after = await room.finish(run)
    assert (after.state, after.calls[0].state) == (RunState.DONE, CallState.STOPPED)


async def test_a_crash_asks_once_more_and_not_the_panel(room: Room) -> None:
    room.scripts(writer=Script(text="word " * 500, tokens_per_second=50, then=Script(text="Then.")))
    run = await start_single(room)
    while not (await room.snapshot(run)).calls[0].text:
        pass
    await room.dispatcher.close()
    await room.new_process().resume_unfinished()
    after = await room.finish(run)
    assert [call.state for call in after.calls] == [CallState.INTERRUPTED, CallState.DONE]
    assert after.state == RunState.DONE


# The panel


async def test_the_panel_gets_the_same_question_documents_and_preset(room: Room) -> None:
    single, before = await answered(room, document="# Plan\n\nMove checkout out.")
    run, after = await escalated(room, single)
    assert (after.title, after.question) == (before.title, before.question)
    assert [(d.name, d.text) for d in after.documents] == [
        (d.name, d.text) for d in before.documents
    ]
    assert (after.panel, after.preset_name, after.lane) == (PANEL, "Preset", "panel")
    assert (after.escalated_from_id, run.owner_id) == (before.id, single.owner_id)
    assert after.cap_usd == before.cap_usd
    assert sorted(room.asked()) == ["a", "b", "judge", "writer"]
    assert after.state == RunState.REVIEW


async def test_the_first_run_stays_as_it_was_and_knows_what_followed(room: Room) -> None:
    single, before = await answered(room, document="# Plan\n\nMove checkout out.")
    run, _ = await escalated(room, single)
    after = await room.snapshot(single)
    assert (after.calls, after.documents, after.state) == (
        before.calls,
        before.documents,
        before.state,
    )
    assert (before.escalation_ids, after.escalation_ids) == ((), (str(run.pk),))
    assert RunChanged(run_id=str(single.pk)) in room.events
    assert after.digest() != before.digest()


async def test_the_panels_run_carries_the_answer_that_came_first(room: Room) -> None:
    single, before = await answered(room)
    _, after = await escalated(room, single)
    assert after.baseline is not None
    assert (after.baseline.run_id, after.baseline.text) == (str(single.pk), "**Wait.**")
    assert after.baseline.calls == before.calls
    assert after.baseline.cost_usd == before.cost_usd


async def test_a_second_click_finds_the_same_run(room: Room) -> None:
    single, _ = await answered(room)
    first, _ = await escalated(room, single)
    again, _ = await escalated(room, single)
    assert first == again
    assert await Run.objects.filter(escalated_from=single).acount() == 1


async def test_after_the_panels_run_was_deleted_it_can_be_asked_anew(room: Room) -> None:
    single, _ = await answered(room)
    first, _ = await escalated(room, single)
    await sync_to_async(first.delete_softly)(timezone.now())
    assert (await room.snapshot(single)).escalation_ids == ()
    again, _ = await escalated(room, single)
    assert again != first


async def test_a_deleted_baseline_is_not_shown(room: Room) -> None:
    single, _ = await answered(room)
    run, _ = await escalated(room, single)
    await sync_to_async(single.delete_softly)(timezone.now())
    after = await room.snapshot(run)
    assert (after.baseline, after.escalated_from_id) == (None, str(single.pk))


async def test_a_failed_answer_can_be_escalated_too(room: Room) -> None:
    room.scripts(a="**Split.**", b="**Do not.**", writer=Script(status=401))
    single, _ = await answered(room)
    _, after = await escalated(room, single)
    assert after.state == RunState.REVIEW


async def test_a_panels_run_and_one_that_is_at_work_can_not_be_escalated(room: Room) -> None:
    room.scripts(a="x", b="y", writer=Script(text="word " * 500, tokens_per_second=50))
    panel = await room.start(make_panel("AB"))
    with pytest.raises(UnableToEscalate, match="a panel's already"):
        await escalated(room, panel)
    single = await start_single(room)
    with pytest.raises(UnableToEscalate, match="still answering"):
        await escalated(room, single)
    await stop_seat(single, "A", now=timezone.now())
    assert await Run.objects.filter(escalated_from=single).acount() == 0


# Did the panel change the answer?


async def test_the_word_on_it_is_stored_told_and_taken_back(room: Room) -> None:
    single, _ = await answered(room)
    run, before = await escalated(room, single)
    say = sync_to_async(say_whether_answer_changed)
    room.events.clear()
    await say(run, AnswerChanged.PARTLY)
    after = await room.snapshot(run)
    assert (before.panel_changed_answer, after.panel_changed_answer) == ("", "partly")
    assert room.events == [RunChanged(run_id=str(run.pk))]
    assert after.digest() != before.digest()
    await say(run, AnswerChanged.UNSAID)
    assert (await room.snapshot(run)).digest() == before.digest()


async def test_without_a_first_answer_there_is_nothing_to_say(room: Room) -> None:
    room.scripts(a="x", b="y")
    run = await room.start(make_panel("AB"))
    await room.finish(run)
    with pytest.raises(UnableToSay):
        await sync_to_async(say_whether_answer_changed)(run, AnswerChanged.YES)
