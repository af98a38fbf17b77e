"""A retry under a watcher's eyes: what was read stays, and the page says what happens."""

import asyncio

from panels.engine.cancel_run import stop_run
from panels.providers.scripts import Script
from tests.engine.test_judging import ANSWER_A, ANSWER_B, blind_spot, judged_panel, reply
from tests.factories import make_panel
from tests.live.conftest import LiveRoom, Watcher
from tests.live.page import UnknownTarget


async def watch_until(watcher: Watcher, element_id: str, words: str) -> str:
    """The element's text, once it holds these words."""

    def says() -> bool:
        try:
            return words in watcher.page.text(element_id)
        except UnknownTarget:
            return False

    await watcher.until(says, settles=False)
    return watcher.page.text(element_id)


async def test_a_cut_answer_stays_on_the_page_above_the_new_one(room: LiveRoom) -> None:
    room.retry()
    again = Script(text="Whole and new.", tokens_per_second=50)
    room.scripts(a=Script(text="Half of it.", fault="cut", fault_after_tokens=2, then=again))
    run = await room.start(make_panel("A"))
    watcher = await room.watch(run)
    said = await watch_until(watcher, "seat-A", "Whole and new.")
    assert said.index("Half of") < said.index("what follows is new") < said.index("Whole and new.")
    assert "Attempt 2. Before: The connection broke" in said
    await room.finish(run)
    await watch_until(watcher, "seat-A-meta", "done")
    assert "Half of" in watcher.page.text("seat-A")
    assert watcher.page.text("seat-A-blocks") == "Whole and new."
    await watcher.leave()


async def test_a_wait_counts_down_on_the_page(room: LiveRoom) -> None:
    room.retry()
    room.scripts(a=Script(status=429, retry_after_seconds=3.0))
    run = await room.start(make_panel("A"))
    watcher = await room.watch(run)
    await watch_until(watcher, "seat-A", "asking again in 3 s, because: rate limited")
    await watch_until(watcher, "seat-A", "asking again in 2 s, because: rate limited")
    assert "is asked again in a moment, because: rate limited" in watcher.page.text("ledger")
    await stop_run(run, now=run.created_at)
    await watcher.leave()


async def test_a_judges_first_cards_leave_the_page_when_its_next_ones_come(room: LiveRoom) -> None:
    room.retry()
    text = reply(blind_spot("First try"), blind_spot("Never came"))
    again = Script(text=reply(blind_spot("Second try"), blind_spot("Third")), tokens_per_second=60)
    cut = Script(
        text=text,
        tokens_per_second=100,
        fault="cut",
        fault_after_tokens=text.split().index('"Never'),
        then=again,
    )
    room.scripts(a=ANSWER_A, b=ANSWER_B, judge=cut)
    run = await room.start(judged_panel())
    watcher = await room.watch(run)
    await watch_until(watcher, "group-blind_spot", "First try")
    said = await watch_until(watcher, "group-blind_spot", "Third")
    assert "First try" not in said
    assert watcher.page.ids("critique-2")
    assert not watcher.page.has("critique-1")
    await room.finish(run)
    await watcher.leave()


async def test_a_waiting_judge_says_so_where_its_cards_will_be(room: LiveRoom) -> None:
    room.retry()
    room.scripts(a=ANSWER_A, b=ANSWER_B, judge=Script(status=429, retry_after_seconds=3.0))
    run = await room.start(judged_panel())
    watcher = await room.watch(run)
    await watch_until(
        watcher,
        "review-progress",
        "The judge is asked again in a moment, because: rate limited.",
    )
    await stop_run(run, now=run.created_at)
    await asyncio.sleep(0)
    await watcher.leave()
