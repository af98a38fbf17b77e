"""Wishes at a panel reach every watcher: late answers, new columns, another answer or judge."""

from typing import Any

from asgiref.sync import sync_to_async
from django.utils import timezone

from panels.engine.add_seat import add_seat
from panels.engine.choose_answer import choose_answer
from panels.engine.rerun_judge import rerun_judge
from panels.engine.retry_seat import retry_seat
from panels.engine.review import Reviewer
from panels.models import Run
from panels.panel import LOCAL_JUDGE, Seat
from panels.providers.scripts import Script
from tests.engine.test_judging import (
    ANSWER_A,
    ANSWER_B,
    blind_spot,
    contradiction,
    judged_panel,
    reply,
)
from tests.factories import make_seat
from tests.live.conftest import LiveRoom, Watcher
from tests.live.test_asking_again import watch_until

LATE = "Keep the monolith and put checkout behind a module boundary, said slowly."
SECOND = "On second thoughts: wait."
NEW = Seat(letter="", model="scripted:new", persona_name="Newcomer")


async def reviewed(room: LiveRoom, **scripts: Script | str) -> Run:
    first = Script(text=ANSWER_A, then=Script(text=SECOND, tokens_per_second=50))
    cards = reply(contradiction(), blind_spot("Undecided"))
    room.scripts(**{"a": first, "b": ANSWER_B, "judge": cards, **scripts})
    run = await room.start(judged_panel())
    await room.finish(run)
    return run


async def wish(room: LiveRoom, verb: Any, run: Run, *args: Any, **values: Any) -> None:
    await sync_to_async(verb)(run, *args, now=timezone.now(), **values)
    await room.dispatcher.launch(run.pk)


async def test_a_late_answer_streams_into_its_column_beside_the_review(room: LiveRoom) -> None:
    late = Script(text=LATE, first_token_seconds=0.1, tokens_per_second=12)
    room.scripts(a=ANSWER_A, b=ANSWER_B, c=late, judge=reply(blind_spot()))
    seats = tuple(make_seat(letter) for letter in "ABC")
    run = await room.start(judged_panel(seats=seats, quorum=2, grace_seconds=0))
    watcher = await room.watch(run)
    await watch_until(watcher, "run-head", "Your review : now")
    await watch_until(watcher, "seat-C", "The judge does not wait for it.")
    assert "C at work" in watcher.page.text("run-head")
    joiner = await room.watch(run)
    for each in (watcher, joiner):
        await watch_until(each, "seat-C", "Arrived after the judge")
        assert each.page.text("seat-C-blocks") == LATE
    await room.finish(run)
    await watcher.leave()
    await joiner.leave()


async def test_a_new_seat_gets_a_column_in_every_page_and_its_whole_text(room: LiveRoom) -> None:
    run = await reviewed(room, new=Script(text=LATE, tokens_per_second=40))
    watcher = await room.watch(run)
    await watcher.read()
    old_page = await sync_to_async(room._page)(run)
    await wish(room, add_seat, run, NEW, privacies={})
    await watch_until(watcher, "answers", "Newcomer")
    # Opened before the seat joined, connected after: it lacks the column.
    joiner = Watcher(run, old_page, None)
    await joiner.connect()
    for each in (watcher, joiner):
        await watch_until(each, "seat-C-meta", "done")
        assert each.page.text("seat-C-blocks") == LATE
        assert "Newcomer" in each.page.text("swipe-tabs")
        assert "read A and B" in each.page.text("critique-1")
    await room.finish(run)
    await watcher.leave()
    await joiner.leave()


async def test_another_answer_streams_over_the_first_and_the_first_can_be_chosen_again(
    room: LiveRoom,
) -> None:
    run = await reviewed(room)
    watcher = await room.watch(run)
    await wish(room, retry_seat, run, "A")
    await watch_until(watcher, "seat-A", "Answer 1 of 1")
    assert "in use until the new one is there" in watcher.page.text("seat-A")
    await watch_until(watcher, "seat-A", "Answer 2 of 2")
    assert watcher.page.text("seat-A-blocks") == SECOND
    assert "of another answer" in await watch_until(watcher, "critique-1", "of another answer")
    first = (await room.finish(run)).answer("A").answers[0]
    choice = Reviewer(name="Ada")
    await sync_to_async(choose_answer)(run, "A", first.id, choice, now=timezone.now())
    await watch_until(watcher, "seat-A", "Answer 1 of 2")
    assert watcher.page.text("seat-A-blocks") == ANSWER_A
    assert "of another answer" not in watcher.page.text("critique-1")
    await watcher.leave()


async def test_undecided_cards_leave_every_page_when_another_judge_has_come_to_its_end(
    room: LiveRoom,
) -> None:
    run = await reviewed(room)
    watcher = await room.watch(run)
    await watcher.read()
    assert watcher.page.has("critique-2")
    await wish(room, rerun_judge, run, LOCAL_JUDGE, privacies={}, requested_by="Ada")
    await watcher.read_to_the_end(room)
    assert not watcher.page.has("critique-2")
    assert "found by the local judge" in watcher.page.text("critiques")
    assert "Judge : done" in watcher.page.text("run-head")
    await watcher.leave()
