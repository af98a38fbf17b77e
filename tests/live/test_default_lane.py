"""A single model's run, watched: its page has no review, and no frame speaks of one."""

from asgiref.sync import sync_to_async
from django.utils import timezone

from panels.choices import AnswerChanged
from panels.engine.answer_changed import say_whether_answer_changed
from panels.engine.escalate_run import escalate_run
from panels.engine.request_synthesis import request_synthesis
from panels.models import Run
from panels.providers.scripts import Script
from tests.engine.test_default_lane import start_single
from tests.live.conftest import LiveRoom

SLOW = Script(text="**Wait** " + "a year " * 30, tokens_per_second=100)


async def escalated(room: LiveRoom, single: Run) -> Run:
    await sync_to_async(single.refresh_from_db)()
    run = await sync_to_async(escalate_run)(single, panel=single.panel, now=timezone.now())
    await room.dispatcher.launch(run.pk)
    await room.finish(run)
    return run


async def test_its_column_streams_and_the_panel_becomes_possible(room: LiveRoom) -> None:
    room.scripts(writer=SLOW)
    run = await start_single(room)
    watcher = await room.watch(run)
    assert "still answering" in watcher.page.text("escalation")
    await room.finish(run)
    await watcher.read(seconds=0.4)
    assert watcher.page.text("seat-A-blocks").startswith("Wait a year")
    assert "still answering" not in watcher.page.text("escalation")
    assert "One model : done" in watcher.page.text("run-head")
    assert "$" in watcher.page.text("ledger")
    await watcher.leave()


async def test_a_watcher_learns_that_the_panel_was_asked(room: LiveRoom) -> None:
    room.scripts(a="**Split.**", b="**Do not.**", writer="**Wait.**")
    single = await start_single(room)
    await room.finish(single)
    watcher = await room.watch(single)
    await watcher.read(seconds=0.4)
    run = await escalated(room, single)
    await watcher.read(seconds=0.4)
    link = watcher.page["escalation"].select_one("a")
    assert link is not None
    assert link["href"] == f"/runs/{run.pk}/"
    assert "The panel was asked next" in watcher.page.text("ledger")
    await watcher.leave()


async def test_every_watcher_sees_the_word_on_the_answer(room: LiveRoom) -> None:
    room.scripts(a="**Split.**", b="**Do not.**", writer=Script(text="**Wait.**"))
    single = await start_single(room)
    await room.finish(single)
    run = await escalated(room, single)
    await sync_to_async(run.refresh_from_db)()
    await sync_to_async(request_synthesis)(run, requested_by="Ada", now=timezone.now())
    await room.dispatcher.launch(run.pk)
    await room.finish(run)
    watcher = await room.watch(run)
    await watcher.read(seconds=0.4)
    assert "Nobody has said." in watcher.page.text("synthesis")
    await sync_to_async(say_whether_answer_changed)(run, AnswerChanged.PARTLY)
    await watcher.read(seconds=0.4)
    assert "Answer: partly" in watcher.page.text("synthesis")
    assert "Wait." in watcher.page.text("baseline")
    await watcher.leave()
