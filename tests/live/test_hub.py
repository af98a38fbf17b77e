"""Watching a run: gap-free on join, while it streams, and after everything that goes wrong."""

import asyncio

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from panels.engine.cancel_run import stop_run
from panels.engine.events import TextArrived
from panels.engine.review import Reviewer, decide
from panels.live import hub as hub_module
from panels.live import sockets, texts
from panels.live.cadence import draw_seconds, send_seconds
from panels.live.hub import hub_of
from panels.live.publisher import FLUSH_SECONDS
from panels.markdown.html import render
from panels.models import Run
from panels.providers.scripts import Script
from tests.engine.test_judging import ANSWER_A, ANSWER_B, blind_spot, judged_panel, reply
from tests.factories import make_panel
from tests.live.conftest import LiveRoom, Watcher
from tests.live.page import Page

ANSWER = "\n\n".join(
    [f"## Part {n}\n\nThe **{n}th** point.\n\n- one of {n}\n- two of {n}" for n in range(8)]
)
STREAMED = Script(text=ANSWER, tokens_per_second=120, first_token_seconds=0.05)


def words(html: str) -> str:
    return " ".join(Page(f"<div id='x'>{html}</div>").text("x").split())


def column(watcher: Watcher, letter: str) -> str:
    parts = [watcher.page.text(f"seat-{letter}-{part}") for part in ("blocks", "tail")]
    return " ".join(parts).strip()


async def wait_for_text(room: LiveRoom, run: Run, length: int) -> None:
    for _ in range(300):
        if any(len(call.text) >= length for call in (await room.snapshot(run)).calls):
            return
        await asyncio.sleep(0.02)
    raise AssertionError("no text came")


async def test_a_watcher_from_the_start_sees_every_word(room: LiveRoom) -> None:
    room.scripts(a=STREAMED, b=Script(text="Short."))
    run = await room.start()
    watcher = await room.watch(run)
    await watcher.read_to_the_end(room)
    assert column(watcher, "A") == words(render(ANSWER))
    assert column(watcher, "B") == "Short."
    await watcher.leave()


async def test_the_text_grew_by_appending_and_not_by_resending(room: LiveRoom) -> None:
    room.scripts(a=STREAMED)
    run = await room.start(make_panel("A"))
    watcher = await room.watch(run)
    frames = await watcher.read_to_the_end(room)
    appended = [f for f in frames if '#seat-A-blocks\\" hx-swap=\\"beforeend' in f]
    assert len(appended) > 5
    assert sum("Part 0" in frame for frame in appended) <= 2
    await watcher.leave()


@pytest.mark.parametrize("moment", [40, 150, 300])
async def test_a_watcher_who_joins_half_way_misses_nothing(room: LiveRoom, moment: int) -> None:
    room.scripts(a=STREAMED)
    run = await room.start(make_panel("A"))
    await wait_for_text(room, run, moment)
    watcher = await room.watch(run)
    await watcher.read_to_the_end(room)
    assert column(watcher, "A") == words(render(ANSWER))
    await watcher.leave()


async def test_watchers_who_come_and_go_all_end_with_the_same_page(room: LiveRoom) -> None:
    room.scripts(a=STREAMED, b=STREAMED)
    run = await room.start()
    first = await room.watch(run)
    await wait_for_text(room, run, 60)
    second = await room.watch(run)
    await first.leave()
    await wait_for_text(room, run, 200)
    await first.connect()
    await asyncio.gather(first.read_to_the_end(room), second.read_to_the_end(room))
    for watcher in (first, second):
        assert column(watcher, "A") == column(watcher, "B") == words(render(ANSWER))
        await watcher.leave()


async def test_a_watcher_who_loses_one_frame_ends_with_a_wrong_page(
    room: LiveRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: the checks above would notice a hub that loses a frame."""
    room.scripts(a=STREAMED)
    run = await room.start(make_panel("A"))
    watcher = await room.watch(run)
    dropped: list[str] = []

    def apply(frame: str) -> None:
        if not dropped and 'hx-target=\\"#seat-A-blocks\\"' in frame:
            dropped.append(frame)
        elif 'hx-target=\\"#seat-A\\"' not in frame:
            Page.apply(watcher.page, frame)

    monkeypatch.setattr(watcher.page, "apply", apply)
    await room.finish(run)
    await watcher.until(lambda: "Your review" in watcher.page.text("run-head"))
    assert dropped
    assert column(watcher, "A") != words(render(ANSWER))
    await watcher.leave()


async def test_an_event_that_got_lost_is_made_good_from_the_database(room: LiveRoom) -> None:
    room.scripts(a=STREAMED)
    publish, lost = room.publisher.publish, []

    def lossy(event: object) -> None:
        if isinstance(event, TextArrived) and 20 < len(room.events) < 40:
            lost.append(event)
        else:
            publish(event)

    room.publisher.publish = lossy
    run = await room.start(make_panel("A"))
    watcher = await room.watch(run)
    await watcher.read_to_the_end(room)
    assert len(lost) > 10
    assert column(watcher, "A") == words(render(ANSWER))
    await watcher.leave()


async def test_cards_of_the_judge_reach_the_page_one_by_one_and_once(room: LiveRoom) -> None:
    text = reply(*[blind_spot(f"Point number {n}") for n in range(4)])
    room.scripts(a=ANSWER_A, b=ANSWER_B, judge=Script(text=text, tokens_per_second=40))
    run = await room.start(judged_panel())
    watcher = await room.watch(run)
    frames = await watcher.read_to_the_end(room)
    titles = [i for i in watcher.page.ids("critique-") if i.endswith("-title")]
    assert titles == [f"critique-{n}-title" for n in (1, 2, 3, 4)]
    first_seen = [
        next(i for i, f in enumerate(frames) if f"Point number {n}" in f) for n in range(4)
    ]
    assert first_seen == sorted(first_seen)
    assert len(set(first_seen)) > 2
    await watcher.leave()


async def test_every_watcher_sees_every_decision_at_once(room: LiveRoom) -> None:
    room.scripts(a=ANSWER_A, b=ANSWER_B, judge=reply(blind_spot("Nobody owns it")))
    run = await room.start(judged_panel())
    await room.finish(run)
    one, two = await room.watch(run), await room.watch(run)
    await asyncio.gather(one.read(), two.read())
    await run.arefresh_from_db()
    ada = Reviewer(name="Ada Lovelace", user_id=run.owner_id)
    await sync_to_async(decide)(run, 1, ada, now=timezone.now(), verdict="accepted")
    await asyncio.gather(one.read(), two.read())
    for watcher in (one, two):
        assert "accepted by Ada Lovelace" in watcher.page.text("critique-1")
        assert "1 of 1 decided" in watcher.page.text("review-progress")
        await watcher.leave()


async def test_a_page_that_is_up_to_date_gets_nothing_and_an_old_one_gets_all(
    room: LiveRoom,
) -> None:
    room.scripts(a=ANSWER_A, b=ANSWER_B)
    run = await room.start()
    snapshot = await room.finish(run)
    watcher = await room.watch(run)
    whole = await watcher.read()
    assert ['id="seat-A"' in frame.replace("\\", "") for frame in whole].count(True) == 1
    await watcher.leave()
    await watcher.connect(digest=snapshot.digest())
    assert await watcher.read() == []
    await watcher.leave()


async def test_a_stopped_run_says_so_on_every_page(room: LiveRoom) -> None:
    room.scripts(a=Script(text="word " * 200, tokens_per_second=50), b="Fine.")
    run = await room.start()
    watcher = await room.watch(run)
    await wait_for_text(room, run, 20)
    await stop_run(run, now=timezone.now())
    await watcher.read()
    assert "stopped" in watcher.page.text("run-head").lower()
    assert "word word" in watcher.page.text("seat-A")
    await watcher.leave()


@pytest.mark.parametrize(
    ("limit", "frame"), [("MOST_QUEUED", "frame"), ("MOST_QUEUED_CHARACTERS", "large frame" * 100)]
)
async def test_a_socket_that_does_not_keep_up_is_sent_away_once_and_gets_no_more(
    monkeypatch: pytest.MonkeyPatch, limit: str, frame: str
) -> None:
    monkeypatch.setattr(sockets, limit, 25 * len(frame) if "CHARACTERS" in limit else 25)
    sent_away: list[str] = []
    slow = sockets.Socket(close=lambda: sent_away.append("slow"), check_access=lambda: None)
    for _ in range(25):
        slow.send(frame)
    assert sent_away == []
    assert await slow.next_frame() == frame
    for _ in range(5):
        slow.send(frame)
    assert sent_away == ["slow"]


async def test_a_page_may_be_larger_than_what_may_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "MOST_QUEUED_CHARACTERS", 100)
    newcomer = sockets.Socket(close=pytest.fail, check_access=lambda: None)
    newcomer.send_all(["part of a large page" * 10] * sockets.MOST_PAGE_FRAMES)


async def test_the_last_watcher_who_leaves_closes_the_hub(room: LiveRoom) -> None:
    room.scripts(a=ANSWER_A, b=ANSWER_B)
    run = await room.start()
    await room.finish(run)
    watcher = await room.watch(run)
    hub = hub_of(str(run.pk))
    await watcher.read()
    await watcher.leave()
    assert hub_of(str(run.pk)) is not hub
    hub_module._hubs.clear()


async def test_a_streaming_answer_counts_its_tokens_and_seconds(
    room: LiveRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(texts, "COUNT_SECONDS", 0.1)
    room.scripts(a=STREAMED)
    run = await room.start(make_panel("A"))
    watcher = await room.watch(run)
    await wait_for_text(room, run, 100)
    await watcher.read(seconds=0.03)
    assert "≈" in watcher.page.text("seat-A-meta")
    await room.finish(run)
    await watcher.read()
    assert "≈" not in watcher.page.text("seat-A-meta")
    await watcher.leave()


def test_the_more_runs_are_watched_the_longer_their_cards_wait() -> None:
    assert [draw_seconds(hubs) for hubs in (1, 8, 16, 400)] == [0.25, 0.25, 0.5, 1.5]


def test_a_crowd_gets_text_in_fewer_frames() -> None:
    assert send_seconds(1) < FLUSH_SECONDS
    assert send_seconds(500) == 0.125


async def test_what_comes_too_soon_for_a_crowd_comes_with_the_next(
    room: LiveRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    def frames_of_text(watcher: Watcher) -> int:
        return sum("seat-A-tail" in frame for frame in watcher.frames)

    counts = []
    for seconds in (0.0, 0.3):
        monkeypatch.setattr(hub_module, "send_seconds", lambda _, seconds=seconds: seconds)
        room.scripts(a=STREAMED)
        run = await room.start(make_panel("A"))
        watcher = await room.watch(run)
        await watcher.read_to_the_end(room)
        assert column(watcher, "A") == words(render(STREAMED.text))
        counts.append(frames_of_text(watcher))
        await watcher.leave()
    assert 0 < counts[1] < counts[0] / 2
