"""Text of a call of which no news came: its card is drawn with it, never another one added to."""

from asgiref.sync import sync_to_async
from django.utils import timezone

from panels.engine.events import TextArrived
from panels.engine.request_synthesis import request_synthesis
from panels.engine.retry_seat import retry_seat
from panels.providers.scripts import Script
from tests.engine.test_judging import ANSWER_A, ANSWER_B, blind_spot, judged_panel, reply
from tests.live.conftest import LiveRoom
from tests.live.test_asking_again import watch_until
from tests.live.test_missed_news import lose

WRITTEN = "Name an owner first, and move the writes behind an outbox after that."


def lose_news(room: LiveRoom) -> None:
    """Of runs and calls everything gets lost, of a text its first words."""
    lose(room, lambda event: not isinstance(event, TextArrived) or event.offset < 12)


async def test_a_synthesis_that_nobody_announced_comes_with_its_card(room: LiveRoom) -> None:
    writer = Script(text=WRITTEN, tokens_per_second=20)
    room.scripts(a=ANSWER_A, b=ANSWER_B, judge=reply(blind_spot()), writer=writer)
    run = await room.start(judged_panel())
    await room.finish(run)
    watcher = await room.watch(run)
    assert not watcher.page.has("synthesis-tail")
    lose_news(room)
    await sync_to_async(run.refresh_from_db)()
    await sync_to_async(request_synthesis)(run, requested_by="Ada", now=timezone.now())
    await room.dispatcher.launch(run.pk)
    # A frame for a part that the page lacks would raise here.
    await watch_until(watcher, "synthesis", "Name an owner first")
    await watch_until(watcher, "synthesis", WRITTEN)
    await watcher.leave()


async def test_an_attempt_that_nobody_announced_does_not_go_on_under_the_one_before(
    room: LiveRoom,
) -> None:
    second = Script(text="On second thoughts I would rather wait a year.", tokens_per_second=20)
    room.scripts(a=Script(text=ANSWER_A, then=second), b=ANSWER_B, judge=reply(blind_spot()))
    run = await room.start(judged_panel())
    await room.finish(run)
    watcher = await room.watch(run)
    lose_news(room)
    await sync_to_async(run.refresh_from_db)()
    await sync_to_async(retry_seat)(run, "A", now=timezone.now())
    await room.dispatcher.launch(run.pk)
    seen: list[str] = []
    while "a year." not in watcher.page.text("seat-A-blocks"):
        await watcher.read(seconds=0.02)
        seen.append(watcher.page.text("seat-A-blocks") + watcher.page.text("seat-A-tail"))
    assert not [text for text in seen if ANSWER_A in text and "second" in text]
    await watcher.leave()
