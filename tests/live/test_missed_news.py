"""News that gets lost on its way to a hub is made good from the database, by itself."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from django.db import OperationalError
from django.utils import timezone

from panels.engine.events import RunEvent, TextArrived
from panels.engine.review import Reviewer, decide
from panels.live import hub as hub_module
from panels.live import listener
from panels.live.cadence import DRAW_SECONDS
from panels.markdown.html import render
from panels.providers.scripts import Script
from tests.cluster.redis import PrivateRedis
from tests.engine.test_judging import ANSWER_A, ANSWER_B, blind_spot, judged_panel, reply
from tests.factories import make_panel
from tests.live.conftest import LiveRoom
from tests.live.test_consumers import closing_of, watch_by_link
from tests.live.test_hub import ANSWER, column, words

SLOW = Script(text=ANSWER, tokens_per_second=40, first_token_seconds=0.05)


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_module, "CHECK_SECONDS", 0.3)
    monkeypatch.setattr(hub_module, "DOUBT_SECONDS", 0.2)
    monkeypatch.setattr(hub_module, "NEWS_SECONDS", 0.05)
    monkeypatch.setattr(listener, "RETRY_SECONDS", 0.1)


def lose(room: LiveRoom, is_lost: Callable[[RunEvent], bool]) -> list[RunEvent]:
    publish, lost = room.publisher.publish, []

    def lossy(event: RunEvent) -> None:
        if is_lost(event):
            lost.append(event)
        else:
            publish(event)

    room.publisher.publish = lossy  # type: ignore[method-assign]
    return lost


async def test_a_page_becomes_true_though_every_event_got_lost(room: LiveRoom) -> None:
    room.scripts(a=SLOW, b="Short.")
    lost = lose(room, lambda _: True)
    run = await room.start()
    watcher = await room.watch(run)
    await room.finish(run)
    await watcher.until(lambda: "Your review" in watcher.page.text("run-head"))
    assert len(lost) > 10
    assert column(watcher, "A") == words(render(ANSWER))
    assert column(watcher, "B") == "Short."
    await watcher.leave()


async def test_text_goes_on_from_the_database_while_nothing_is_heard(room: LiveRoom) -> None:
    room.scripts(a=SLOW)
    lose(room, lambda event: isinstance(event, TextArrived))
    run = await room.start(make_panel("A"))
    watcher = await room.watch(run)
    frames = await watcher.read_to_the_end(room)
    assert [frame for frame in frames if 'hx-target=\\"#seat-A-tail' in frame]
    assert column(watcher, "A") == words(render(ANSWER))
    await watcher.leave()


async def test_a_decision_that_nobody_heard_of_reaches_the_page(room: LiveRoom) -> None:
    room.scripts(a=ANSWER_A, b=ANSWER_B, judge=reply(blind_spot("Nobody owns it")))
    run = await room.start(judged_panel())
    await room.finish(run)
    watcher = await room.watch(run)
    await watcher.read()
    lost = lose(room, lambda _: True)
    await run.arefresh_from_db()
    ada = Reviewer(name="Ada Lovelace", user_id=run.owner_id)
    await sync_to_async(decide)(run, 1, ada, now=timezone.now(), verdict="accepted")
    await watcher.until(lambda: "accepted by Ada Lovelace" in watcher.page.text("critique-1"))
    assert len(lost) == 1
    await watcher.leave()


async def test_somebody_who_comes_brings_the_others_what_they_missed(
    room: LiveRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "CHECK_SECONDS", 600.0)
    room.scripts(a=ANSWER_A, b=ANSWER_B, judge=reply(blind_spot("Nobody owns it")))
    run = await room.start(judged_panel())
    await room.finish(run)
    first = await room.watch(run)
    await first.read()
    lose(room, lambda _: True)
    await run.arefresh_from_db()
    ada = Reviewer(name="Ada Lovelace", user_id=run.owner_id)
    await sync_to_async(decide)(run, 1, ada, now=timezone.now(), verdict="accepted")
    second = await room.watch(run)
    for watcher in (first, second):
        await watcher.until(lambda page=watcher.page: "accepted by" in page.text("critique-1"))  # type: ignore[misc]
        await watcher.leave()


async def test_nothing_is_sent_again_while_nothing_was_missed(room: LiveRoom) -> None:
    room.scripts(a=ANSWER_A, b=ANSWER_B)
    run = await room.start()
    await room.finish(run)
    watcher = await room.watch(run)
    # The ledger comes a little later than what it is about.
    await watcher.read(seconds=3 * DRAW_SECONDS)
    assert await watcher.read(seconds=1.2) == []
    await watcher.leave()


async def test_a_link_revoked_unheard_closes_the_page_that_it_opened(room: LiveRoom) -> None:
    room.scripts(a="Yes.", b="No.")
    run = await room.start()
    await room.finish(run)
    socket, link = await watch_by_link(run)
    await sync_to_async(link.revoke)(timezone.now())
    assert (await closing_of(socket))["code"] == 4404
    await socket.disconnect()


async def test_while_the_database_is_away_text_goes_on_and_the_cards_follow(
    room: LiveRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.scripts(a=replace(SLOW, tokens_per_second=15))
    run = await room.start(make_panel("A"))
    watcher = await room.watch(run)
    await watcher.until(lambda: "Part 1" in column(watcher, "A"), settles=False)
    with monkeypatch.context() as broken:
        break_reads(broken)
        await watcher.until(lambda: "Part 4" in column(watcher, "A"), settles=False)
        await room.dispatcher.drain()
        await watcher.read(seconds=0.5)
        assert watcher.page["seat-A-meta"].find(class_="call-state-streaming") is not None
    await watcher.until(lambda: "Your review" in watcher.page.text("run-head"))
    assert column(watcher, "A") == words(render(ANSWER))
    await watcher.leave()


async def test_who_comes_while_the_database_is_away_is_refused_and_let_in_later(
    room: LiveRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.scripts(a="Yes.", b="No.")
    run = await room.start()
    await room.finish(run)
    watcher = await room.watch(run)
    await watcher.leave()
    with monkeypatch.context() as broken:
        break_reads(broken)
        assert await watcher.connect() is False
    assert str(run.pk) not in hub_module._hubs
    assert await watcher.connect() is True
    await watcher.read()
    assert column(watcher, "A") == "Yes."
    await watcher.leave()


def break_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(run_id: Any) -> None:
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr(hub_module, "load_run_snapshot", refuse)
    monkeypatch.setattr(hub_module, "load_run_stamp", refuse)


async def test_watchers_who_come_together_share_one_look_at_the_database(
    room: LiveRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.scripts(a=ANSWER_A, b=ANSWER_B)
    run = await room.start()
    await room.finish(run)
    looks = 0
    load = hub_module.load_run_snapshot

    def counted(run_id: Any) -> Any:
        nonlocal looks
        looks += 1
        return load(run_id)

    monkeypatch.setattr(hub_module, "load_run_snapshot", counted)
    watchers = await asyncio.gather(*(room.watch(run) for _ in range(12)))
    for watcher in watchers:
        await watcher.read(seconds=0.3)
        assert watcher.page.text("seat-B-blocks") == words(render(ANSWER_B))
    assert looks < len(watchers)
    await asyncio.gather(*(watcher.leave() for watcher in watchers))


# A Redis that goes away and comes back


@pytest.fixture
async def redis(tmp_path: Path, settings: Any) -> AsyncIterator[PrivateRedis]:
    redis = PrivateRedis(logs=tmp_path)
    await redis.start()
    settings.CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [redis.url]},
        }
    }
    yield redis
    await get_channel_layer().flush()
    await redis.kill()


async def test_a_redis_that_is_killed_and_comes_back_costs_no_word(
    redis: PrivateRedis, room: LiveRoom
) -> None:
    room.scripts(a=SLOW, b=SLOW)
    run = await room.start()
    watcher = await room.watch(run)
    await watcher.until(lambda: "Part 0" in column(watcher, "A"), settles=False)
    await redis.kill()
    await watcher.until(lambda: "Part 2" in column(watcher, "A"), settles=False)
    late = await room.watch(run)
    assert late.is_connected
    await redis.start()
    await room.finish(run)
    for each in (watcher, late):
        await each.until(lambda page=each.page: "Your review" in page.text("run-head"))  # type: ignore[misc]
        assert column(each, "A") == column(each, "B") == words(render(ANSWER))
        await each.leave()


async def test_after_redis_came_back_news_is_heard_and_not_only_looked_up(
    redis: PrivateRedis, room: LiveRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.scripts(a=ANSWER_A, b=ANSWER_B, judge=reply(blind_spot("Nobody owns it")))
    run = await room.start(judged_panel())
    await room.finish(run)
    watcher = await room.watch(run)
    await redis.kill()
    await watcher.read(seconds=0.5)
    await redis.start()
    await watcher.read(seconds=2.5)
    monkeypatch.setattr(hub_module, "CHECK_SECONDS", 600.0)
    await watcher.read(seconds=0.5)
    await run.arefresh_from_db()
    ada = Reviewer(name="Ada Lovelace", user_id=run.owner_id)
    await sync_to_async(decide)(run, 1, ada, now=timezone.now(), verdict="accepted")
    await watcher.until(lambda: "accepted by Ada Lovelace" in watcher.page.text("critique-1"))
    await watcher.leave()
